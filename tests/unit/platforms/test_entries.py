"""Lists that are changed entry by entry: in which order, and when not at all."""

from __future__ import annotations

from generator.platforms.entries import Entry, Move, in_place

A, B, C = (Entry(True, f"permit {name}") for name in "abc")
D = Entry(False, "deny d")
LAST = Entry(False, "deny any")


def test_what_comes_comes_before_what_goes_so_that_the_list_is_never_empty() -> None:
    assert in_place({5: A}, {10: B}) == [Move(True, 10), Move(False, 5)]


def test_a_deny_comes_before_the_permits_behind_it() -> None:
    moves = in_place({30: A, 40: LAST}, {10: D, 20: B, 30: A, 40: LAST})
    assert moves == [Move(True, 10), Move(True, 20)]


def test_an_entry_with_a_number_that_is_taken_is_not_changed_in_place() -> None:
    assert in_place({5: A}, {5: B}) is None


def test_an_entry_that_moves_is_not_changed_in_place() -> None:
    assert in_place({5: A, 10: B}, {5: B}) is None
    assert in_place({5: A, 10: B}, {10: B, 15: A}) is None


def test_a_deny_that_goes_while_a_permit_behind_it_stays_opens_only_what_the_new_list_opens() -> None:
    assert in_place({10: D, 20: A, 40: LAST}, {20: A, 40: LAST}) == [Move(False, 10)]


def test_a_list_is_not_emptied_in_place() -> None:
    assert in_place({5: A}, {}) is None
