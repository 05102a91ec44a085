"""The simulated router sees what is unsafe: each of these is what other tools do with an ExpressRoute change."""

from __future__ import annotations

import pytest

from generator.change.simulate import explain, simulate
from generator.model.change import ChangeSet, Command, Step
from generator.platforms import load
from tests.changes.make import planned
from tests.changes.peers import texts_of
from tests.changes.texts import XE

PLATFORM = load("cisco_xe")
FAMILY = ("router bgp 64600", "address-family ipv4 vrf ALPHA")


def typed(*lines: tuple[tuple[str, ...], str]) -> tuple[Step, ...]:
    return (Step(tuple(Command(context, text, text) for context, text in lines), "as typed"),)


UNSAFE = {
    "a list deleted, then written (B1)": (
        (((), "no ip prefix-list ALPHA-OUT seq 5 permit 10.0.0.0/16"), ((), "ip prefix-list ALPHA-OUT seq 5 permit 10.9.0.0/16")),
        "prefix list ALPHA-OUT is not defined",
    ),
    "a map deleted before the neighbour has another (B4)": (
        (((), "no route-map ALPHA-IN"), (FAMILY, "neighbor 172.31.0.2 route-map ALPHA-OUT in")),
        "ALPHA-IN in, which is not defined",
    ),
    "a neighbour deleted, then its children (B5)": (
        ((FAMILY, "no neighbor 172.31.0.2"), (FAMILY, "no neighbor 172.31.0.2 route-map ALPHA-IN in")),
        "refused",
    ),
    "an interface bound before its VRF is there (B6)": (
        ((("interface TenGigabitEthernet0/1/0.1010100",), "vrf forwarding OMEGA"),),
        "refused: the VRF is not there",
    ),
    "a permit entry without a condition": (
        ((("route-map ALPHA-OUT permit 5",), "set metric 10"), ((), "no route-map ALPHA-OUT permit 5")),
        "which neither end does",
    ),
    "the management interface loses its address for a moment": (
        (
            (("interface GigabitEthernet0",), "no ip address 192.0.2.10 255.255.255.0"),
            (("interface GigabitEthernet0",), "ip address 192.0.2.10 255.255.255.0"),
        ),
        "interfaces GigabitEthernet0 is not as before",
    ),
    "a session taken down for nothing": (
        ((FAMILY, "neighbor 172.31.0.2 shutdown"), (FAMILY, "no neighbor 172.31.0.2 shutdown")),
        "session with 172.31.0.2 is broken needlessly",
    ),
    "an access list opened for a moment": (
        (
            (("ip access-list extended ALPHA-PACKETS",), "5 permit ip any any"),
            (("ip access-list extended ALPHA-PACKETS",), "no 5"),
        ),
        "through, which neither end does",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_an_unsafe_order_is_seen(name: str) -> None:
    lines, problem = UNSAFE[name]
    run = simulate(PLATFORM, {"running.cfg": XE}, typed(*lines))
    assert not run.safe
    assert any(problem in one for one in run.problems), run.problems


def test_our_own_order_is_explained_step_by_step_and_safe() -> None:
    running, intended = texts_of("b1-entry-replaced")
    change: ChangeSet = planned(
        "cisco_xe", "b1-entry-replaced", {"running.cfg": running}, {"running.cfg": intended}
    ).change
    text = explain(PLATFORM, {"running.cfg": running}, change)
    assert "1. define prefix-list ip ALPHA-OUT_NEXT before anything refers to it" in text
    assert text.endswith("every state on the way is safe")
    assert "Key.Of" not in text
