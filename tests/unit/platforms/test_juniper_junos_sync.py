"""Two SRX that share their sessions (Multinode High Availability): written, read back, and what breaks it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from generator.model.address import parse_address, parse_link
from generator.model.facts import Interface
from generator.model.filters import StateSync
from generator.model.plan import DevicePlan
from generator.readback.braces import parse_braces
from generator.readback.compare import compare
from generator.readback.read import read_device, read_rendered
from tests.unit.platforms.junos import PLATFORM, assert_back, block, render, srx, with_facts, with_interface

LINK = "xe-0/0/18.0"
ONE, TWO = parse_address("169.254.255.1"), parse_address("169.254.255.2")


def node(local_id: int = 1, vrf: str = "") -> DevicePlan:
    plan = srx()
    local, peer = (ONE, TWO) if local_id == 1 else (TWO, ONE)
    interface = Interface(LINK, vrf, addresses=(parse_link(f"{local}/30"),))
    return with_facts(
        plan,
        interfaces={**plan.facts.interfaces, "xe-0/0/18": Interface("xe-0/0/18"), LINK: interface},
        state_sync={LINK: StateSync(LINK, local_id, local, peer)},
    )


TEXT = render(node())
SYNC = block(TEXT, "chassis {")


def without(line: str, nth: int = 0) -> str:
    """The text of a node that has lost a line of the chassis."""
    lines = SYNC.split("\n")
    found = [at for at, text in enumerate(lines) if text.strip() == line][nth]
    return TEXT.replace(SYNC, "\n".join([*lines[:found], *lines[found + 1 :]]))


def read(text: str) -> tuple[dict[str, StateSync], list[str]]:
    result = read_rendered(PLATFORM, {"junos.conf": text})
    return result.facts.state_sync, [one.reason or one.text for one in result.unrecognised]


def test_text_of_a_node() -> None:
    assert (
        SYNC
        == """\
chassis {
    high-availability {
        local-id {
            1;
            local-ip 169.254.255.1;
        }
        peer-id 2 {
            peer-ip 169.254.255.2;
            interface xe-0/0/18.0;
            liveness-detection {
                minimum-interval 1000;
                multiplier 3;
            }
        }
        services-redundancy-group 0 {
            peer-id {
                2;
            }
        }
    }
}
"""
    )
    assert (
        block(TEXT, "security-zone NODE-LINK {")
        == """\
security-zone NODE-LINK {
    host-inbound-traffic {
        system-services {
            high-availability;
        }
        protocols {
            bfd;
        }
    }
    interfaces {
        xe-0/0/18.0;
    }
}
"""
    )
    assert TEXT.index("system {") < TEXT.index("chassis {") < TEXT.index("security {")


@pytest.mark.parametrize("local_id", [1, 2])
def test_both_nodes_read_back(local_id: int) -> None:
    assert_back(node(local_id))


def test_a_link_in_a_routing_instance_reads_back() -> None:
    vrf = next(iter(srx().facts.vrfs))
    text = assert_back(node(vrf=vrf))
    assert f"routing-instance {vrf};" in text
    said, problems = read(text.replace(f"            routing-instance {vrf};\n", ""))
    assert said == {}
    assert problems == [f"{LINK} is in {vrf}, not in none"]


def test_one_that_shares_nothing_says_nothing() -> None:
    text = render(srx())
    assert "chassis {" not in text
    assert "NODE-LINK" not in text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1;", "local-id is missing"),
        ("local-ip 169.254.255.1;", "local-ip is missing"),
        ("peer-ip 169.254.255.2;", "peer-ip of peer-id 2 is missing"),
        ("minimum-interval 1000;", "minimum-interval of peer-id 2 is missing"),
        ("multiplier 3;", "multiplier of peer-id 2 is missing"),
        ("2;", "services-redundancy-group 0 does not have peer-id 2: sessions are not shared"),
    ],
)
def test_every_statement_is_missed(line: str, reason: str) -> None:
    said, problems = read(without(line))
    assert said == {}
    assert problems[-1] == reason


def test_without_its_interface_the_link_is_a_zone_like_any_other() -> None:
    said, problems = read(without(f"interface {LINK};"))
    assert said == {}
    assert problems == ["interface of peer-id 2 is missing"]


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("high-availability", "host-inbound-traffic of xe-0/0/18.0 lacks high-availability: the nodes do not hear each other"),
        ("bfd", "host-inbound-traffic of xe-0/0/18.0 lacks bfd: the nodes do not hear each other"),
    ],
)  # fmt: skip
def test_the_zone_of_the_link_lets_the_nodes_talk(word: str, reason: str) -> None:
    zone = block(TEXT, "security-zone NODE-LINK {")
    lost = "\n".join(line for line in zone.split("\n") if line.strip() != f"{word};")
    margin = "\n        "
    assert read(TEXT.replace(zone.replace("\n", margin).rstrip(), lost.replace("\n", margin).rstrip())) == (
        {},
        [reason],
    )


def test_a_link_that_lets_in_more_is_a_zone_of_the_device() -> None:
    plan = node()
    text = TEXT.replace("high-availability;\n", "high-availability;\n                    telnet;\n")
    found = read_rendered(PLATFORM, {"junos.conf": text}).facts
    assert found.zones.keys() - PLATFORM.observable(plan.facts).zones.keys() == {"NODE-LINK"}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("peer-id 2 {", "peer-id 3 {", "local-id 1 and peer-id 3: 1 and 2 are expected"),
        ("local-ip 169.254.255.1;", "local-ip 169.254.255.9;", "xe-0/0/18.0 does not have the address 169.254.255.9"),
        ("peer-ip 169.254.255.2;", "peer-ip 169.254.1.2;", "169.254.1.2 is not on xe-0/0/18.0"),
        ("peer-ip 169.254.255.2;", "peer-ip there;", "'there' does not appear to be an IPv4 or IPv6 address"),
        ("interface xe-0/0/18.0;", "interface xe-0/0/19.0;", "xe-0/0/19.0 does not have the address 169.254.255.1"),
        ("local-ip 169", "local-port 169", "local-ip is missing"),
        (
            "services-redundancy-group 0 {",
            "services-redundancy-group 1 {",
            "redundancy group 1 is not compared: one node of it stands by",
        ),
        ("peer-id 2 {", "peer-id 1 {\npeer-ip 10.0.0.1;\n}\npeer-id 2 {", "2 other nodes: one is expected"),
        ("liveness-detection {", "inactive: liveness-detection {", "multiplier of peer-id 2 is missing"),
    ],
)
def test_broken_forms(old: str, new: str, reason: str) -> None:
    said, problems = read(TEXT.replace(SYNC, SYNC.replace(old, new, 1)))
    assert said == {}
    assert reason in problems


def test_what_else_may_stand_there() -> None:
    """A path for packets that come in at the other node, encryption, and a chassis like any other."""
    more = SYNC.replace(
        "            interface xe",
        "            peer-forwarding-ip {\n 10.0.0.2;\n interface xe-0/0/17.0;\n"
        " liveness-detection {\n minimum-interval 900;\n }\n }\n vpn-profile LINK;\n            interface xe",
    ).replace("chassis {\n", "chassis {\n    fpc 0 {\n pic 1;\n }\n")
    for reader in (read_rendered, read_device):
        result = reader(PLATFORM, {"junos.conf": TEXT.replace(SYNC, more)})
        assert result.unrecognised == ()
        assert result.facts.state_sync == node().facts.state_sync


def test_an_inactive_one_is_not_there() -> None:
    said, problems = read(TEXT.replace("    high-availability {", "    inactive: high-availability {"))
    assert said == {}
    assert problems == []


def test_a_changed_number_is_a_changed_fact() -> None:
    swapped = SYNC.replace("1;\n            local", "2;\n            local").replace("peer-id 2 {", "peer-id 1 {")
    swapped = swapped.replace("                2;\n            }", "                1;\n            }")
    said, problems = read(TEXT.replace(SYNC, swapped))
    assert (said[LINK].local_id, problems) == (2, [])


def test_a_reader_never_stumbles_over_half_a_text() -> None:
    words = SYNC.split()
    for end in range(len(words)):
        tree, _ = parse_braces(" ".join(words[:end]).replace("; ", ";\n").replace("{ ", "{\n").replace("} ", "}\n"))
        PLATFORM.read({"junos.conf": tree})


def test_an_mss_on_an_ordinary_interface_is_not_written_and_that_is_seen() -> None:
    port = next(name for name in srx().facts.interfaces if name.startswith("xe-") and "." in name)
    plan = with_interface(srx(), port, mss=1300)
    result = read_rendered(PLATFORM, {"junos.conf": render(plan)})
    assert result.facts.interfaces[port] == replace(PLATFORM.observable(plan.facts).interfaces[port], mss=0)
    assert result.facts.interfaces[port] != PLATFORM.observable(plan.facts).interfaces[port]


def test_a_firewall_that_stands_alone_is_told_from_one_of_two() -> None:
    def told(text: str) -> list[str]:
        result = read_device(PLATFORM, {"junos.conf": text})
        return [f"{one.rule} {one.message}" for one in compare(node(), result, PLATFORM, strict=False)]

    assert told(TEXT) == []
    alone = TEXT.replace(SYNC.rstrip("\n"), "")
    assert f"RB-001 state sync on {LINK} is missing" in told(alone)
    assert f"RB-001 state sync on {LINK} is missing" in told(
        alone.replace("security-zone NODE-LINK", "security-zone OTHER")
    )
