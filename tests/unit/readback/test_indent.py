"""Indentation decides whose child a line is."""

from __future__ import annotations

import pytest

from generator.platforms.tree import Node
from generator.readback import indent
from generator.readback.indent import parse_indent


def lines(nodes: list[Node], depth: int = 0) -> list[tuple[int, int, str]]:
    return [row for node in nodes for row in [(node.line, depth, node.text), *lines(node.children, depth + 1)]]


def test_children_stand_under_the_nearest_line_that_is_indented_less() -> None:
    text = "a\n b\n   c\n  d\n   e\n f\ng\n"
    assert lines(parse_indent(text, "!")) == [
        (1, 0, "a"), (2, 1, "b"), (3, 2, "c"), (4, 2, "d"), (5, 3, "e"), (6, 1, "f"), (7, 0, "g"),
    ]  # fmt: skip


def test_comments_and_blank_lines_are_left_out_but_count() -> None:
    assert lines(parse_indent("a\n!\n\n b\n ! note\n c\n", "!")) == [(1, 0, "a"), (4, 1, "b"), (6, 1, "c")]


def test_the_comment_before_the_first_statement_is_the_header() -> None:
    assert lines(parse_indent("!\n! r1: primary\n! more\n  a\n b\n", "!")) == [
        (2, 0, "! r1: primary"),
        (4, 0, "a"),
        (5, 0, "b"),
    ]


def test_the_comment_sign_is_the_platforms() -> None:
    assert lines(parse_indent("# r1\n!x\n#y\n", "#")) == [(1, 0, "# r1"), (2, 0, "!x")]


def test_nothing_gives_nothing() -> None:
    assert parse_indent("", "!") == []
    assert parse_indent("\n!\n \n", "!") == []


def test_a_text_longer_than_what_is_split_at_once_is_read_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "!\n! r1\na\n b\n  c\n\n d\ne" * 3
    whole = parse_indent(text, "!")
    for size in range(1, len(text) + 2):
        monkeypatch.setattr(indent, "_CHUNK", size)
        assert parse_indent(text, "!") == whole
