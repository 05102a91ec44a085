"""Junos with everything of tunnels, firewall, NAT and queues: read back as a whole, and no line of it unseen."""

from __future__ import annotations

import pytest

from generator.model.crypto import CryptoPolicy, Selector
from generator.model.plan import DevicePlan
from generator.platforms.base import Feature
from generator.readback.braces import parse_braces
from generator.readback.read import read_rendered
from tests.security_plans import CAK, COMPATIBLE, KEY, r1
from tests.unit.platforms.junos import (
    PAIRS,
    PLATFORM,
    PORTS,
    SRX,
    STRONG,
    assert_back,
    mx,
    render,
    srx,
)

# Features


@pytest.mark.parametrize("model", ["SRX1500", "VSRX", "vSRX3"])
def test_an_srx_keeps_sessions_and_an_mx_does_not(model: str) -> None:
    firewall, router = PLATFORM.can(model), PLATFORM.can("MX204")
    only_srx = {
        Feature.IPSEC,
        Feature.SOURCE_PER_VRF,
        Feature.SELECTORS,
        Feature.NAT,
        Feature.ZONES,
        Feature.STATEFUL,
        Feature.STATE_SYNC,
    }
    assert firewall - router == only_srx
    assert router - firewall == {Feature.STATELESS, Feature.SHARED_SHAPER, Feature.REMARK, Feature.MACSEC}
    assert PLATFORM.can("") == router == PLATFORM.features
    assert Feature.MACSEC in PLATFORM.can("SRX380")


def test_small_firewalls_have_clusters_instead_of_shared_sessions() -> None:
    shared = {model for model in ("SRX100", "SRX345", "SRX380", "SRX650", "SRX1500", "SRX1600", "SRX4600", "SRX5800")
              if Feature.STATE_SYNC in PLATFORM.can(model)}  # fmt: skip
    assert shared == {"SRX1500", "SRX1600", "SRX4600", "SRX5800"}
    assert PLATFORM.models == ("SRX1500",)


def test_names_of_loopbacks_and_tunnels() -> None:
    assert (PLATFORM.loopback(3), PLATFORM.tunnel(0)) == ("lo0.3", "st0.0")
    assert PLATFORM.is_port("reth0")


# Whole plans


@pytest.mark.parametrize("stateful", [False, True])
def test_an_mx_reads_back(stateful: bool) -> None:
    text = assert_back(r1(PLATFORM, PORTS, stateful=stateful))
    assert "zones {" not in text
    assert "st0" not in text


@pytest.mark.parametrize("stateful", [False, True])
@pytest.mark.parametrize("crypto", [STRONG, COMPATIBLE], ids=["strong", "compatible"])
@pytest.mark.parametrize("selectors", [(), PAIRS], ids=["any", "selectors"])
def test_an_srx_reads_back(stateful: bool, crypto: CryptoPolicy, selectors: tuple[Selector, ...]) -> None:
    assert_back(r1(PLATFORM, PORTS, model=SRX, stateful=stateful, crypto=crypto, selectors=selectors))


# The reader sees every line


QUIET = {
    "encapsulation flexible-ethernet-services;",  # Junos takes single tags without it
    "lifetime-seconds 28800;",  # the default
    "interval 10;",  # the default
    "local-address 172.20.0.1;",  # the only address of the interface
    "always-send;",
    "deny-all;",  # the default
    "accept;",  # what a term without a verdict does
    "type external;",  # follows from the AS numbers
    "multiplier 3;",  # the default
    "multipath;",  # on one group of two
    "loss-priority low;",
    "burst-size-limit 15k;",
    "rate-limit;",
    "percent 5;",
    "remainder;",
    "priority high;",
    "priority low;",
}
"""Lines whose loss changes nothing that the facts know of."""


@pytest.mark.parametrize("plan", [mx(), srx(), srx(crypto=COMPATIBLE, selectors=PAIRS)], ids=["mx", "srx", "selectors"])
def test_no_line_can_be_lost_unseen(plan: DevicePlan) -> None:
    lines = render(plan).split("\n")
    wanted = PLATFORM.observable(plan.facts)
    quiet = set()
    for number, line in enumerate(lines):
        text = line.strip()
        if text.endswith(";") and not text.startswith(("count ", "forwarding-class ")):
            tree, _ = parse_braces("\n".join([*lines[:number], *lines[number + 1 :]]))
            result = PLATFORM.read({"junos.conf": tree})
            if result.facts == wanted and not result.unrecognised:
                quiet.add(text)
    assert quiet <= QUIET


@pytest.mark.parametrize(
    ("model", "old", "new", "table"),
    [
        (SRX, "group20;", "group14;", "tunnels"),
        (SRX, "aes-256-gcm;", "aes-128-gcm;", "tunnels"),
        (SRX, "address 10.60.255.14;", "address 10.60.255.15;", "tunnels"),
        (SRX, KEY, "Other", "tunnels"),
        (SRX, "version v2-only;", "version v1-only;", "tunnels"),
        (SRX, "establish-tunnels immediately;", "establish-tunnels on-traffic;", "tunnels"),
        (SRX, "threshold 3;", "threshold 4;", "tunnels"),
        (SRX, "external-interface lo0.309;", "external-interface lo0.310;", "tunnels"),
        (SRX, "mss 1350;", "mss 1400;", "interfaces"),
        (SRX, "mtu 1400;", "mtu 1436;", "interfaces"),
        (SRX, "            xe-0/1/1.20;", "            xe-0/1/1.21;", "zones"),
        (SRX, "[ TCP-443 TCP-8000-8099 ]", "any", "filters"),
        (SRX, "destination-port 443;", "destination-port 444;", "filters"),
        (SRX, "from-zone CORP-IN to-zone CORP-TUN {", "from-zone CORP-IN to-zone DMZ-MS-IN {", "zone_policies"),
        (SRX, "203.0.113.64/28;\n                }", "203.0.113.64/27;\n                }", "nat_rules"),
        (SRX, "to interface xe-0/1/0.420;", "to interface xe-0/1/0.410;", "nat_rules"),
        (SRX, "shaping-rate 600m;", "shaping-rate 1g;", "shapers"),
        ("", "shaping-rate 1000m;", "shaping-rate 2g;", "shapers"),
        ("", "            unit 420;\n", "", "shapers"),
        ("", "percent 10;", "percent 20;", "remarks"),
        ("", "tcp-established;", "", "filters"),
        ("", "output TRANSPORT-SELF-AZ;", "", "interfaces"),
        ("", "bandwidth-limit 512k;", "bandwidth-limit 1m;", "control_plane"),
        ("", "cipher-suite gcm-aes-256;", "cipher-suite gcm-aes-xpn-128;", "macsec"),  # SMP-E09
        ("", CAK, CAK[::-1], "macsec"),
        ("", "must-secure;", "should-secure;", "macsec"),
    ],
)
def test_a_changed_line_is_a_changed_fact(model: str, old: str, new: str, table: str) -> None:
    plan = srx() if model else mx()
    text = render(plan)
    assert old in text
    result = read_rendered(PLATFORM, {"junos.conf": text.replace(old, new, 1)})
    assert getattr(result.facts, table) != getattr(PLATFORM.observable(plan.facts), table)
