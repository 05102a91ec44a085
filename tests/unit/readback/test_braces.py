"""The brace parser: one tree, whatever the layout; and every broken text is told with its line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.platforms.tree import Node
from generator.readback.braces import parse_braces

Shape = tuple[str, list["Shape"]]  # type: ignore[misc]


def shape(nodes: list[Node]) -> list[Shape]:
    return [(node.text, shape(node.children)) for node in nodes]


def parsed(text: str) -> list[Shape]:
    nodes, problems = parse_braces(text)
    assert problems == []
    return shape(nodes)


OURS = """\
interfaces {
    xe-0/1/0 {
        description "Azure; { ExpressRoute } # 1";
        unit 100 {
            vlan-tags outer 103 inner 100;
        }
    }
}
system {
    host-name pe1;
}
"""
TREE = [
    (
        "interfaces",
        [
            (
                "xe-0/1/0",
                [
                    ('description "Azure; { ExpressRoute } # 1"', []),
                    ("unit 100", [("vlan-tags outer 103 inner 100", [])]),
                ],
            )
        ],
    ),
    ("system", [("host-name pe1", [])]),
]


@pytest.mark.parametrize(
    "text",
    [
        OURS,
        OURS.replace("\n", "\r\n"),
        OURS.replace("    ", "\t"),
        " ".join(OURS.split("\n")),
        OURS.replace(" {\n", "\n{\n"),
        OURS.replace("outer 103 ", "outer\n 103   "),
        OURS.replace("inner 100;", "inner 100; /* C-tag { ; */ ## SECRET-DATA"),
        OURS.replace("    unit", "    /* a comment\n over } lines */ unit"),
    ],
    ids=["ours", "crlf", "tabs", "one line", "brace below", "statement over lines", "comments", "long comment"],
)
def test_every_layout_gives_the_same_tree(text: str) -> None:
    assert parsed(text) == TREE


def test_a_node_knows_the_line_its_statement_starts_in() -> None:
    nodes, _ = parse_braces('a {\n\n  b\n   c;\n}\nd "x\ny";\n')
    assert [(node.text, node.line) for node in (*nodes, *nodes[0].children)] == [("a", 1), ('d "x\ny"', 6), ("b c", 3)]


def test_lists_prefixes_and_escapes_stay_in_the_text() -> None:
    text = 'inactive: import [ A   B ];\nprotect: unit 0 { key "a\\"};b"; }\nroute 10.0.0.0/8 discard;'
    assert parsed(text) == [
        ("inactive: import [ A B ]", []),
        ("protect: unit 0", [('key "a\\"};b"', [])]),
        ("route 10.0.0.0/8 discard", []),
    ]


def test_only_the_first_comment_before_the_first_statement_is_kept() -> None:
    text = "#\n/* pe1: primary\n   router */\n# gone\nsystem {\n/* gone */\nx;\n}\n# gone\n"
    assert parsed(text) == [("/* pe1: primary router */", []), ("system", [("x", [])])]
    assert parsed("x;\n# gone\n") == [("x", [])]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a {\n b;\n}\n}\n", 4, "surplus closing brace"),
        ("a {\n b;\n", 1, "block is not closed"),
        ("a {\n b\n}\n", 2, "missing semicolon"),
        ("a;\nb", 2, "missing semicolon"),
        ('a;\nb "x;\nc;\n', 2, "string is not closed"),
        ("a;\n/* x\nb;\n", 2, "comment is not closed"),
        ("a {\n ;\n}\n", 2, "no statement before it"),
        ("{\n a;\n}\n", 1, "no statement before it"),
    ],
)
def test_broken_text_is_told_with_its_line(text: str, line: int, reason: str) -> None:
    _, problems = parse_braces(text, "junos.conf")
    assert [(one.file, one.line, one.reason) for one in problems] == [("junos.conf", line, reason)]


def test_what_follows_a_surplus_brace_is_still_read() -> None:
    nodes, _ = parse_braces("a { b; } }\nc;\n")
    assert shape(nodes) == [("a", [("b", [])]), ("c", [])]


WORDS = st.text("abz09-/.:*_[]<>", min_size=1, max_size=6).filter(lambda word: "/*" not in word and "*/" not in word)
STRINGS = st.text('ab {};#/*"\\', max_size=6).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
TEXTS = st.builds(lambda first, more: " ".join([first, *more]), WORDS, st.lists(WORDS | STRINGS, max_size=2))
TREES = st.recursive(
    st.tuples(TEXTS, st.just([])), lambda inner: st.tuples(TEXTS, st.lists(inner, min_size=1, max_size=3)), max_leaves=8
)


def written(tree: Shape, depth: int) -> str:
    text, children = tree
    margin = "    " * depth
    if not children:
        return f"{margin}{text};\n"
    return f"{margin}{text} {{\n{''.join(written(child, depth + 1) for child in children)}{margin}}}\n"


@given(st.lists(TREES, max_size=3))
def test_any_tree_written_out_parses_back(trees: list[Shape]) -> None:
    text = "".join(written(tree, 0) for tree in trees)
    assert parsed(text) == trees
    assert parsed(text.replace("\n", " ")) == trees
