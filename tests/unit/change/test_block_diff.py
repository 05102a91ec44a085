"""Lines are compared block by block, as sets, and in their order only where the order is the difference."""

from __future__ import annotations

from generator.change.block_diff import Block, Text, block_diff
from generator.change.block_owners import owners
from generator.change.masking import Masker
from generator.change.meaning_objects import ObjectDiff
from generator.model.facts import FactKey, Policy, PolicyRule
from generator.readback.indent import parse_indent

POLICY: FactKey = ("policies", "P")


def text(config: str, **places: int) -> Text:
    """A text, and on which line each policy begins."""
    found = {("policies", name): ("f", line) for name, line in places.items()}
    return Text({"f": parse_indent(config, "!")}, found)


def shown(blocks: tuple[Block, ...]) -> list[str]:
    return [f"{line.mark}{' ' * line.depth}{line.text}" for block in blocks for line in block.lines]


def changed(name: str = "P") -> ObjectDiff:
    one, two = Policy(name, (PolicyRule("10", True),)), Policy(name, ())
    return ObjectDiff("policies", name, one, two)


def test_lines_of_one_object_are_compared_and_those_of_others_are_not() -> None:
    before = text("policy P\n a 1\n b\npolicy Q\n c\n", P=1, Q=4)
    after = text("policy Q\n c 2\npolicy P\n b\n a 2\n", P=3, Q=1)
    assert shown(block_diff(before, after, [changed()], Masker(), exact=False)) == [
        " policy P",
        "- a 1",
        "  b",
        "+ a 2",
    ]


def test_the_same_lines_in_another_order_are_shown_only_where_the_object_differs() -> None:
    before, after = text("policy P\n a\n b\n c\n", P=1), text("policy P\n b\n c\n a\n", P=1)
    assert block_diff(before, after, [], Masker(), exact=False) == ()
    assert block_diff(before, after, [], Masker(), exact=True) == ()
    found = shown(block_diff(before, after, [changed()], Masker(), exact=False))
    assert [line for line in found if line[0] != " "] == ["- a", "+ a"]


def test_between_texts_of_ours_every_line_counts() -> None:
    before, after = text("policy P\n a\nservice x\n", P=1), text("policy P\n a\nservice y\n", P=1)
    assert shown(block_diff(before, after, [], Masker(), exact=True)) == ["-service x", "+service y"]


def test_a_block_on_one_side_only_is_shown_as_a_whole() -> None:
    before, after = text("policy Q\n c\n", Q=1), text("policy Q\n c\npolicy P\n a\n  b\n", Q=1, P=3)
    diff = ObjectDiff("policies", "P", None, Policy("P", ()))
    assert shown(block_diff(before, after, [diff], Masker(), exact=False)) == ["+policy P", "+ a", "+  b"]


def test_a_line_belongs_to_the_object_whose_first_words_it_shares() -> None:
    nodes = parse_indent(
        "list A 5\nlist A 10\nlist AB 5\nlist\nblock\n x 1 on\n x 1 fast\n x 2 on\n sub\n  x 2 up\n", "!"
    )
    a, ab, one, two = (frozenset({("policies", name)}) for name in ("A", "AB", "1", "2"))
    found = owners(nodes, {1: a, 3: ab, 6: one, 8: two})
    assert found == {1: a, 2: a, 3: ab, 6: one, 7: one, 8: two, 10: two}
