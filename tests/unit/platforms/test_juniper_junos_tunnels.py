"""IPsec on an SRX: the text where it matters, and variants read back."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from generator.model.address import parse_link
from generator.model.crypto import CryptoPolicy, Selector
from generator.model.facts import StaticRoute
from generator.model.secret import Secret
from generator.readback.read import read_rendered
from tests.security_plans import COMPATIBLE, KEY, ONPREM6, VNET6
from tests.unit.platforms.junos import (
    CORE,
    PAIRS,
    PLATFORM,
    STRONG,
    assert_back,
    block,
    mx,
    render,
    srx,
    with_facts,
    with_interface,
)


def test_ike_text() -> None:
    text = block(render(srx()), "ike {")
    assert (
        block(text, "proposal AZURE-1 {")
        == """\
proposal AZURE-1 {
    authentication-method pre-shared-keys;
    dh-group group20;
    encryption-algorithm aes-256-gcm;
    lifetime-seconds 28800;
}
"""
    )
    assert f'pre-shared-key ascii-text "{KEY}";' in block(text, "policy TUNNEL-308 {")
    assert (
        block(text, "gateway TUNNEL-308 {")
        == """\
gateway TUNNEL-308 {
    ike-policy TUNNEL-308;
    address 10.60.255.14;
    dead-peer-detection {
        always-send;
        interval 10;
        threshold 3;
    }
    local-identity inet 172.20.0.1;
    remote-identity inet 10.60.255.14;
    external-interface lo0.309;
    local-address 172.20.0.1;
    version v2-only;
}
"""
    )


def test_ipsec_text() -> None:
    text = block(render(srx(crypto=COMPATIBLE, selectors=PAIRS)), "ipsec {")
    assert "authentication-algorithm hmac-sha-256-128;" in text
    assert "encryption-algorithm aes-256-cbc;" in text
    assert "keys group14;" in text
    assert (
        block(text, "vpn TUNNEL-309 {")
        == """\
vpn TUNNEL-309 {
    bind-interface st0.309;
    ike {
        gateway TUNNEL-309;
        ipsec-policy AZURE-1;
    }
    traffic-selector TS-1 {
        local-ip 10.20.0.0/16;
        remote-ip 10.60.0.0/16;
    }
    traffic-selector TS-2 {
        local-ip 10.20.0.0/16;
        remote-ip 10.61.0.0/16;
    }
    establish-tunnels immediately;
}
"""
    )


def test_tunnels_that_agree_on_something_else_have_their_own_proposals() -> None:
    plan = srx()
    tunnels = {**plan.facts.tunnels, "st0.309": replace(plan.facts.tunnels["st0.309"], crypto=COMPATIBLE)}
    text = assert_back(with_facts(plan, tunnels=tunnels))
    assert "proposal AZURE-2 {" in text
    assert text.count("proposal AZURE-") == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"dpd_interval": 0},
        {"dpd_interval": 30, "dpd_retries": 5},
        {"dpd_interval": 90, "dpd_retries": 9},
        {"initiate": False},
        {"key": Secret('a"b\\c;{}#')},
        {"local_identity": "r1.example", "remote_identity": "gw@example"},
        {"local_identity": "", "remote_identity": ""},
        {"crypto": replace(STRONG, pfs_group="None", sa_seconds=3600, sa_kilobytes=2048, ike_seconds=3600)},
        {"crypto": CryptoPolicy("AES128", "SHA1", "DHGroup2", "DES3", "MD5", "PFS1")},
        {"crypto": CryptoPolicy("GCMAES128", "SHA256", "ECP256", "GCMAES192", "GCMAES192", "PFS24")},
        {"crypto": CryptoPolicy("AES192", "SHA384", "DHGroup24", "AES192", "SHA1", "ECP256", ike_version=1)},
    ],
    ids=str,
)
def test_tunnel_variants_read_back(changes: dict[str, Any]) -> None:
    plan = srx()
    tunnels = {**plan.facts.tunnels, "st0.308": replace(plan.facts.tunnels["st0.308"], **changes)}
    assert_back(with_facts(plan, tunnels=tunnels))


def test_a_prf_that_does_not_come_with_the_cipher_is_a_difference() -> None:
    """Junos commits no hash beside GCM in IKE, so a plan with another PRF must not look as if it were met."""
    plan = srx(crypto=replace(STRONG, ike_integrity="SHA256"))
    facts = read_rendered(PLATFORM, {"junos.conf": render(plan)}).facts
    assert facts.tunnels["st0.308"].crypto == STRONG
    assert facts.tunnels != PLATFORM.observable(plan.facts).tunnels


def test_the_smallest_mss_is_that_of_the_box() -> None:
    plan = with_interface(srx(), "st0.309", mss=1286)
    text = assert_back(plan)
    assert "mss 1286;" in text
    assert {PLATFORM.observable(plan.facts).interfaces[name].mss for name in ("st0.308", "st0.309")} == {1286}


def test_a_tunnel_says_its_mtu_and_has_the_families_that_it_carries() -> None:
    plan = with_interface(srx(), "st0.308", mtu=1500)
    route = StaticRoute("CORP", VNET6, "st0.308")
    routes = {**plan.facts.static_routes, (route.vrf, route.prefix, route.next_hop): route}
    text = assert_back(with_facts(plan, static_routes=routes))
    unit = block(block(text, "st0 {"), "unit 308 {")
    assert "family inet {\n        mtu 1500;" in unit
    assert "family inet6 {\n        mtu 1500;" in unit
    assert "inet6" not in block(block(text, "st0 {"), "unit 309 {")


def test_an_ipv6_selector_needs_the_family_on_the_tunnel() -> None:
    text = assert_back(srx(selectors=(Selector(ONPREM6, VNET6),)))
    assert "family inet6 {" in block(text, "st0 {")


def test_an_ordinary_interface_may_borrow_an_address() -> None:
    plan = with_interface(mx(), CORE, addresses=(), unnumbered="lo0.7")
    text = assert_back(with_interface(plan, "lo0.7", vrf="CORP", addresses=(parse_link("192.0.2.7/32"),)))
    assert "unnumbered-address lo0.7;" in text


def test_the_outer_source_is_found_in_the_front_vrf_only() -> None:
    """The same address may stand on a loopback of another VRF."""
    plan = srx()
    copy = replace(plan.facts.interfaces["lo0.309"], name="lo0.1", vrf="DMZ-MS")
    facts = replace(plan.facts, interfaces={"lo0.1": copy, **plan.facts.interfaces})
    text = assert_back(replace(plan, facts=facts))
    assert "external-interface lo0.1;" not in text
