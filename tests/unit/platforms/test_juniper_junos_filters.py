"""Filters, the control plane, queues and MACsec: mostly the MX."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from generator.model.address import parse_link
from generator.model.filters import (
    Filter,
    FilterRule,
    Remark,
    Shaper,
)
from generator.model.macsec import Macsec
from generator.model.secret import Secret
from tests.security_plans import CAK, r1
from tests.unit.platforms.junos import (
    LINK,
    PLATFORM,
    PORTS,
    PUBLIC,
    SRX,
    assert_back,
    block,
    mx,
    render,
    srx,
    with_facts,
    with_interface,
)

# Filters of an MX, and the control plane of both


def test_filter_text() -> None:
    text = render(mx())
    assert "input TRANSPORT-AZ-SELF;\n            output TRANSPORT-SELF-AZ;" in block(text, "unit 410 {")
    firewall = block(text, "firewall {")
    one = block(firewall, "filter TRANSPORT-AZ-SELF {")
    assert (
        block(one, "term 20 {")
        == """\
term 20 {
    from {
        source-address {
            172.19.254.2/32;
        }
        destination-address {
            172.19.254.1/32;
        }
        protocol tcp;
        source-port 179;
        tcp-established;
    }
    then {
        accept;
    }
}
"""
    )
    assert "icmp-type 11;" in block(one, "term 50-1 {")
    assert "icmp-type 3;\n        icmp-code 4;" in block(one, "term 50-2 {")
    assert (
        block(one, "term 80 {")
        == """\
term 80 {
    then {
        syslog;
        count TRANSPORT-AZ-SELF-80;
        discard;
    }
}
"""
    )


def test_ipv6_filters_look_at_the_next_header() -> None:
    firewall = render(mx()).partition("\nfirewall {")[2]
    assert "next-header icmp6;" in block(firewall, "family inet6 {")
    assert "protocol icmp6" not in firewall


@pytest.mark.parametrize("model", ["", SRX])
def test_every_loopback_has_the_filter_of_the_control_plane(model: str) -> None:
    """A loopback unit of an instance does not take the filter of ``lo0.0`` over; an instance without one does."""
    plan = r1(PLATFORM, PORTS, model=model, stateful=bool(model))
    plan = with_interface(plan, "lo0.5", vrf="DMZ-MS", addresses=(parse_link("192.0.2.5/32"),))
    lo0 = block(assert_back(plan), "lo0 {")
    assert lo0.count("input CONTROL-PLANE;") == 2 * lo0.count("unit ")
    assert "unit 0 {" in lo0
    assert "unit 5 {" in lo0


def test_icmp_towards_the_control_plane_is_limited() -> None:
    text = render(mx())
    assert "policer ICMP-512K;" in block(
        block(text.partition("\nfirewall {")[2], "filter CONTROL-PLANE {"), "term 40 {"
    )
    assert "bandwidth-limit 512k;" in block(text, "policer ICMP-512K {")


def test_a_limit_without_a_rule_for_icmp_is_not_shown() -> None:
    plan = mx()
    bare = {
        key: replace(one, rules=tuple(rule for rule in one.rules if rule.protocol not in (1, 58)))
        for key, one in plan.facts.filters.items()
    }
    assert "policer" not in assert_back(with_facts(plan, filters=bare))


def test_a_filter_of_both_families_is_applied_to_both() -> None:
    plan = mx()
    both = {**plan.facts.filters, ("DMZ-MS-AZ-IN", 6): Filter("DMZ-MS-AZ-IN", 6, (FilterRule("10", True),))}
    unit = block(assert_back(with_facts(plan, filters=both)), "unit 420 {")
    assert unit.count("input DMZ-MS-AZ-IN;") == 2


# Queues and MACsec


def test_two_units_share_a_rate_by_an_interface_set() -> None:
    text = render(mx())
    assert (
        block(text, "interface-set HOLLINS-LON {")
        == """\
interface-set HOLLINS-LON {
    interface xe-0/1/0 {
        unit 410;
        unit 420;
    }
}
"""
    )
    assert "hierarchical-scheduler;" in block(block(text, "interfaces {", 1), "xe-0/1/0 {")
    assert "shaping-rate 1000m;" in block(text, "HOLLINS-LON {")


def test_one_unit_has_its_own_rate_and_its_queues() -> None:
    plan = with_facts(mx(), shapers={"MS": Shaper("MS", 400, (PUBLIC,)), "PRIV": Shaper("PRIV", 600, (LINK,))})
    text = assert_back(plan)
    assert "per-unit-scheduler;" in text
    assert "interface-set" not in text
    assert block(text, "MS {") == "MS {\n    scheduler-map MS-DSCP;\n    shaping-rate 400m;\n}\n"
    assert block(text, "PRIV {") == "PRIV {\n    shaping-rate 600m;\n}\n"


def test_an_srx_shapes_the_unit_itself() -> None:
    text = render(srx())
    assert "traffic-control-profiles" not in text
    assert "scheduler-map HOLLINS-LON-PRIVATE;\n                shaping-rate 600m;" in text


def test_dscp_is_rewritten_on_the_way_out_beside_the_filter() -> None:
    text = render(mx())
    unit = block(text, "unit 420 {")
    assert "output-chain [ DMZ-MS-IN-AZ MS-DSCP ];" in unit
    assert "output MS-DSCP;" in unit  # IPv6, which has no filter of its own
    one = block(text.partition("\nfirewall {")[2], "filter MS-DSCP {")
    assert "dscp 46;" in block(one, "term priority {")
    assert "forwarding-class expedited-forwarding;" in block(one, "term priority {")
    assert "dscp [ 10 18 34 ];" in block(one, "term kept {")
    assert block(one, "term rest {") == "term rest {\n    then {\n        dscp 0;\n        accept;\n    }\n}\n"
    assert "percent 10;\n        rate-limit;" in block(text.partition("schedulers {")[2], "MS-DSCP-PRIORITY {")


@pytest.mark.parametrize(
    "remark",
    [
        Remark("MS-DSCP", (46,), interfaces=(PUBLIC,)),
        Remark("MS-DSCP", (34, 18), interfaces=(PUBLIC,)),
        Remark("MS-DSCP", (46, 34), (46, 34), 30, (LINK, PUBLIC)),
        Remark("MS-DSCP", (), (), 10, (PUBLIC,)),
    ],
    ids=str,
)
def test_remark_variants_read_back(remark: Remark) -> None:
    assert_back(with_facts(mx(), remarks={"MS-DSCP": remark}))
    assert_back(with_facts(mx(), remarks={"MS-DSCP": remark}, shapers={}))


def test_macsec_text() -> None:
    text = block(render(mx()), "macsec {")
    assert "cipher-suite gcm-aes-256;\n        security-mode static-cak;" in text
    assert "mka {\n            must-secure;" in text
    assert f'ckn 1000;\n            cak "{CAK}";' in text
    assert "xe-0/1/0 {\n            connectivity-association MACSEC-xe-0-1-0;" in text


@pytest.mark.parametrize("cipher", ["GcmAes128", "GcmAes256", "GcmAesXpn128", "GcmAesXpn256"])
def test_macsec_variants_read_back(cipher: str) -> None:
    one = Macsec("xe-0/1/0", cipher, "ab12", Secret(CAK), sci=True, must_secure=False)
    assert_back(with_facts(mx(), macsec={"xe-0/1/0": one, "xe-0/1/1": Macsec("xe-0/1/1", cipher, "cd", Secret("00"))}))
