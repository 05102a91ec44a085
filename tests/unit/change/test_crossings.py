"""A filter changes while some come to it and others leave: nobody ever sees the half of it that is not theirs."""

from __future__ import annotations

import pytest

from generator.change.simulate import simulate
from generator.model.change import Command, Step
from generator.platforms import load
from tests.wiring import FILES, Use, Wiring, arrives, change, text

A, B = ("10.101.0.0/16",), ("10.102.0.0/16",)
TIGHT, LOOSE = Use("L", "401"), Use("L")
WAYS = {
    "the old policy goes, the new one names the same list": (
        Wiring({"L": A}, {"OLD": LOOSE}, {1: "OLD"}), Wiring({"L": B}, {"NEW": TIGHT}, {1: "NEW"}),
    ),
    "a neighbour goes from one policy to another, both stay, and their list changes": (
        Wiring({"L": A}, {"P": LOOSE, "Q": TIGHT}, {1: "P", 2: "Q", 3: "P"}),
        Wiring({"L": B}, {"P": LOOSE, "Q": TIGHT}, {1: "Q", 2: "Q", 3: "P"}),
    ),
    "two neighbours change places, and so do what their policies demand": (
        Wiring({"L": A, "M": B}, {"P": Use("L"), "Q": Use("M")}, {1: "P", 2: "Q"}),
        Wiring({"L": A, "M": B}, {"P": Use("M", "401"), "Q": Use("L", "401")}, {1: "Q", 2: "P"}),
    ),
    "the list stays in use by a third, which is not touched": (
        Wiring({"L": A}, {"OLD": LOOSE, "STAYS": TIGHT}, {1: "OLD", 2: "STAYS"}),
        Wiring({"L": B}, {"NEW": TIGHT, "STAYS": TIGHT}, {1: "NEW", 2: "STAYS"}),
    ),
    "policy and list change, and one neighbour leaves them": (
        Wiring({"L": A, "M": A}, {"P": LOOSE, "R": Use("L")}, {1: "P", 2: "R"}),
        Wiring({"L": B, "M": A}, {"P": Use("L", "401", 200), "N": Use("M", "401")}, {1: "P", 2: "P"}),
    ),
}  # fmt: skip
PLATFORMS = tuple(FILES)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("name", WAYS)
def test_nobody_sees_a_filter_that_neither_end_has(platform: str, name: str) -> None:
    old, new = WAYS[name]
    proof = change(platform, old, new)
    assert proof.problems() == []
    assert arrives(platform, new, proof)
    left = [one for one in proof.there.text.split() if "_NEXT" in one]
    assert left == [], "what stood in goes again"


@pytest.mark.parametrize("platform", ["cisco_xe", "linux_frr"])
def test_the_simulator_sees_the_list_change_under_the_policy_that_goes(platform: str) -> None:
    """The order that hier_config takes: first the list, then the neighbour."""
    old, new = WAYS["the old policy goes, the new one names the same list"]
    family = "address-family ipv4" + (" unicast" if platform == "linux_frr" else "")
    lines = [
        ((), "ip prefix-list L seq 10 permit 10.102.0.0/16"),
        ((), "no ip prefix-list L seq 5 permit 10.101.0.0/16"),
        (("route-map NEW permit 10",), "match ip address prefix-list L"),
        (("route-map NEW permit 10",), "match as-path 401"),
        (("router bgp 64600", family), "neighbor 172.31.1.2 route-map NEW in"),
        ((), "no route-map OLD"),
    ]
    steps = tuple(Step((Command(context, line, line),), "as typed") for context, line in lines)
    run = simulate(load(platform), {FILES[platform]: text(platform, old)}, steps)
    assert any("OLD lets 10.102.0.0/16 with path () through, which neither end does" in one for one in run.problems)
    assert new.policies


def test_the_simulator_does_not_excuse_a_policy_that_the_neighbour_never_has() -> None:
    """P at its old end is fine for others; this neighbour comes from Q, and may see P's new text only."""
    old = Wiring({"L": A, "M": B}, {"P": Use("L"), "Q": Use("M")}, {1: "Q", 2: "P"})
    line = "neighbor 172.31.1.2 route-map P in"
    later = "match as-path 401"
    steps = tuple(
        Step((Command(context, text_, text_),), "as typed")
        for context, text_ in (
            (("router bgp 64600", "address-family ipv4"), line),
            (("route-map P permit 10",), later),
        )
    )
    run = simulate(load("cisco_xe"), {"running.cfg": text("cisco_xe", old)}, steps)
    assert any("after router bgp 64600" in one and "P lets 10.101.0.0/16 with path ()" in one for one in run.problems)


def test_the_simulator_asks_with_the_as_numbers_of_the_lists() -> None:
    paths = {"401": "^12076_", "402": "_64777$"}
    old = Wiring({"L": A}, {"P": Use("L", "402")}, {1: "P"}, paths)
    steps = tuple(
        Step((Command((), one, one),), "as typed")
        for one in ("ip as-path access-list 402 permit _64778$", "no ip as-path access-list 402 permit _64778$")
    )
    run = simulate(load("cisco_xe"), {"running.cfg": text("cisco_xe", old)}, steps)
    assert any("64778" in one for one in run.problems), run.problems
