"""What a text says against what the plan says, in words a person understands."""

from __future__ import annotations

from ipaddress import ip_network

from msgspec.structs import replace

from generator.model.address import parse_address
from generator.model.facts import (
    Interface,
    Neighbor,
    PolicyRule,
    PrefixEntry,
    ReadResult,
    StaticRoute,
    UnrecognisedLine,
    Vrf,
)
from generator.model.finding import Severity
from generator.model.secret import Secret
from generator.readback.compare import Difference, compare
from tests.evidence import MICROSOFT, PLATFORM, PRIVATE, Change, add, both, drop, edit, plan, read, say

KEY = ("CHARLIE", parse_address("172.31.0.18"), 4)
PLAN = plan("pe1")


def differences(change: Change | None = None, strict: bool = True, **more: object) -> list[Difference]:
    result = read(PLAN, change(PLAN.facts) if change else None).result
    texts = more.pop("texts", None)
    return compare(PLAN, replace(result, **more), PLATFORM, strict=strict, texts=texts)  # type: ignore[arg-type]


def test_a_wrong_timer_names_the_neighbor_both_values_and_both_places() -> None:
    (one,) = differences(edit("neighbors", KEY, hold=90))
    assert one.rule == "RB-003"
    assert one.message == (
        "neighbor 172.31.0.18 in VRF CHARLIE: hold is 90, the plan says 180; both links have the same timers (PAIR-004)"
    )
    assert one.path == PRIVATE
    assert one.fact == ("neighbors", KEY)
    assert one.place is not None
    assert one.place[0] == "pe1.cfg"
    assert say("RB-003", one) == [("RB-003", Severity.ERROR, one.message)]
    assert say("RB-001", one) == []


def test_a_wrong_key_is_never_shown() -> None:
    for secret, words in ((Secret("Other1"), "differs from the plan"), (None, "is missing")):
        (one,) = differences(edit("neighbors", KEY, password=secret))
        assert f"password {words}" in one.message
        assert "CharlieKeyP1" not in repr(one)
        assert "Other1" not in repr(one)


def test_missing_and_unexpected_objects() -> None:
    gone, extra = differences(both(drop("vrfs", "CHARLIE-MS"), add("vrfs", "DELTA", Vrf("DELTA"))))
    assert (gone.rule, gone.message, gone.place) == ("RB-001", "VRF CHARLIE-MS is missing", None)
    assert (extra.rule, extra.message) == ("RB-002", "VRF DELTA is not in the plan")
    assert extra.place is not None


def test_lists_and_rules_are_compared_entry_by_entry() -> None:
    name = ("CHARLIE-AMS-PRIVATE-OUT", 4)
    wide = PrefixEntry(ip_network("10.0.0.0/8"), 8, 24)
    messages = [one.message for one in differences(edit("prefix_lists", name, entries=(wide,)))]
    assert messages == [
        "prefix list CHARLIE-AMS-PRIVATE-OUT (IPv4): entries lack permit 10.0.0.0/16; other routes pass than planned (PAIR-009 to PAIR-012)",
        "prefix list CHARLIE-AMS-PRIVATE-OUT (IPv4): entries have permit 10.0.0.0/8 with lengths 8 to 24, which the plan does not; "
        "other routes pass than planned (PAIR-009 to PAIR-012)",
    ]
    rules = PLAN.facts.policies["CHARLIE-AMS-PRIVATE-IN-V4"].rules
    changed = (replace(rules[0], local_preference=100), PolicyRule("99", True))
    said = [one.message for one in differences(edit("policies", "CHARLIE-AMS-PRIVATE-IN-V4", rules=changed))]
    assert [one.split(": ", 1)[1].split(";")[0] for one in said] == [
        "rule 65535 is missing",
        "rule 99 is not in the plan",
        "rule 10: local preference is 100, the plan says 200",
    ]


def test_the_order_of_rules_counts() -> None:
    rules = PLAN.facts.policies["CHARLIE-AMS-PRIVATE-IN-V4"].rules
    (one,) = differences(edit("policies", "CHARLIE-AMS-PRIVATE-IN-V4", rules=rules[::-1]))
    assert "rules are in the order 65535, 10, the plan says 10, 65535" in one.message


def test_host_name_and_switches() -> None:
    found = differences(lambda facts: replace(facts, hostname="pe9", switches=frozenset(("odd",))))
    assert [(one.rule, one.message) for one in found] == [
        ("RB-003", "hostname is pe9, the plan says pe1"),
        ("RB-001", "the setting bfdd is missing (PAIR-037)"),
        ("RB-002", "the setting odd is not in the plan"),
    ]


LINE = UnrecognisedLine("pe1.cfg", 3, " ip adress 10.0.0.1 secret")


def test_a_line_nobody_knows_is_an_error_with_its_place_and_without_its_text() -> None:
    (one,) = differences(unrecognised=(LINE,))
    assert (one.rule, one.place) == ("PAIR-001", ("pe1.cfg", 3))
    assert one.message == "line 3 of pe1.cfg cannot be taken: no reader knows it"
    assert "secret" not in repr(one)


FOREIGN = both(
    add("vrfs", "DELTA", Vrf("DELTA", imports=("64600:9",))),
    add("interfaces", "Lo7", Interface("Lo7")),
    add("static_routes", ("DELTA", 1, "x"), StaticRoute("DELTA", ip_network("10.0.0.0/8"), "10.1.1.1")),
)


def test_what_is_none_of_ours_is_counted_and_no_more() -> None:
    (one,) = differences(FOREIGN, strict=False)
    assert (one.rule, one.severity) == ("RB-002", Severity.INFO)
    assert one.message == "pe1 has 3 more objects and 0 more lines that touch nothing of the plan"
    assert len(differences(FOREIGN)) == 3


def test_what_touches_ours_counts_in_a_foreign_text_too() -> None:
    stranger = Neighbor("", parse_address("172.31.9.2"), 4, 12076, 64600)
    route = StaticRoute("CHARLIE", ip_network("10.0.0.0/8"), "10.1.1.1")
    change = both(
        add("neighbors", stranger.key, stranger),
        add("static_routes", ("CHARLIE", route.prefix, route.next_hop), route),
        add("vrfs", "DELTA", Vrf("DELTA", imports=("CHARLIE",))),
    )
    assert sorted(one.message for one in differences(change, strict=False)) == [
        "VRF DELTA is not in the plan",
        "neighbor 172.31.9.2 is not in the plan",
        "static route 10.0.0.0/8 to 10.1.1.1 in VRF CHARLIE is not in the plan",
    ]


def test_lines_inside_our_blocks_count_in_a_foreign_text() -> None:
    text = "banner x\ninterface Te0\n mystery\nline vty 0 4\n password 7\n"
    lines = tuple(UnrecognisedLine("pe1.cfg", number, "") for number in (1, 3, 4, 5))
    places = {("interfaces", "Te0/1/0"): ("pe1.cfg", 2)}
    result = ReadResult(PLAN.facts, places, unrecognised=lines)  # type: ignore[arg-type]
    inside, rest = compare(PLAN, result, PLATFORM, strict=False, texts={"pe1.cfg": text})
    assert (inside.rule, inside.place) == ("PAIR-001", ("pe1.cfg", 3))
    assert rest.message == "pe1 has 0 more objects and 3 more lines that touch nothing of the plan"


def test_a_known_fault_counts_wherever_it_stands() -> None:
    line = UnrecognisedLine("pe1.cfg", 9, "x", "the address comes before vrf forwarding, which wipes it")
    (one,) = differences(strict=False, unrecognised=(line,))
    assert one.message.endswith("cannot be taken: the address comes before vrf forwarding, which wipes it")


def test_the_place_in_the_inventory_is_that_of_the_object() -> None:
    key = next(key for key in PLAN.facts.neighbors if key[0] == "CHARLIE-MS" and key[2] == 6)
    (one,) = differences(drop("neighbors", key))
    assert one.path == MICROSOFT
