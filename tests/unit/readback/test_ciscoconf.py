"""Two parsers, one tree: ours for text we rendered, ciscoconfparse2 for text a device printed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.platforms import load
from generator.platforms.tree import Node
from generator.readback.braces import parse_braces
from generator.readback.ciscoconf import CHUNK, parse_device
from generator.readback.indent import parse_indent
from tests.unit.platforms.test_cisco_xe import PORTS, render
from tests.unit.platforms.test_cisco_xe_running import MESSY

line_words = st.sampled_from(
    ["interface", "ip", "address", "router", "no", "exit", "!", "#", "é", "a;b", "{", '"q r"', "banned", "macro", "set"]
)
indented_lines = st.lists(st.tuples(st.integers(0, 7), st.lists(line_words, max_size=4)), max_size=40)

brace_words = st.sampled_from(
    [
        "a",
        "b-c",
        "[ x y ]",
        '"q { ; }"',
        r'"\" z"',
        "é",
        "it's",
        "inactive:",
        "/* c { */",
        "# d\n",
        '"two\nlines"',
        "\t",
    ]
)
statements = st.recursive(
    st.lists(brace_words, min_size=1, max_size=4).map(lambda words: "s " + " ".join(words) + ";"),
    lambda inner: st.builds(
        lambda words, body, gap: f"b {' '.join(words)} {{{gap}{gap.join(body)}{gap}}}",
        st.lists(brace_words, max_size=3),
        st.lists(inner, max_size=5),
        st.sampled_from([" ", "\n"]),
    ),
    max_leaves=25,
)


def shape(nodes: list[Node]) -> list[object]:
    """Texts only: ``[text, [children]]``."""
    return [[node.text, shape(node.children)] if node.children else node.text for node in nodes]


@given(indented_lines)
@settings(max_examples=100, deadline=None)
def test_indented_text_gives_the_same_tree(rows: list[tuple[int, list[str]]]) -> None:
    text = "\n".join(" " * indent + " ".join(words) for indent, words in rows)
    assert parse_device(text, "indent", "!") == parse_indent(text, "!")


@given(st.lists(statements, max_size=6).map("\n".join))
@settings(max_examples=100, deadline=None)
def test_brace_text_gives_the_same_tree(text: str) -> None:
    assert parse_device(text, "braces", "#") == parse_braces(text)[0]


def test_a_rendered_config_gives_the_same_tree() -> None:
    from tests.plans import charlie

    for router in ("pe1", "pe2"):
        text = render(charlie(load("cisco_xe"), PORTS, router))
        assert parse_device(text, "indent", "!") == parse_indent(text, "!")


def test_brace_text_with_faults_gives_the_same_tree() -> None:
    for text in ("a { b; } }\nc;", "a { b }\nc { d", "{ x; }", 'a "open;\nb;', "a; /* open\nb;"):
        assert parse_device(text, "braces", "#") == parse_braces(text)[0], text


def test_a_block_that_is_longer_than_a_chunk_stays_one_block() -> None:
    lines = ["router bgp 1"]
    for number in range(CHUNK):
        lines += [f" address-family ipv4 vrf V{number}", "  bgp router-id 10.0.0.1", " exit-address-family"]
    text = "\n".join([*lines, "line vty 0 4", " login"])
    assert parse_device(text, "indent", "!") == parse_indent(text, "!")
    braces = "a {\n" + "b { c; d { e; } }\n" * CHUNK + "}\nf;\n"
    assert parse_device(braces, "braces", "#") == parse_braces(braces)[0]


def test_what_stands_in_a_banner_is_not_config() -> None:
    """A banner may quote config; what follows its closing sign is config again."""
    for opening, closing in (("^C", "^C"), ("#", "#"), ("\x03", "text\x03"), ("~ first line", "last ~")):
        text = f"hostname a\nbanner motd {opening}\ninterface X\n  shutdown\n!\n{closing}\ninterface Y\n shutdown\n"
        assert shape(parse_device(text, "indent", "!")) == [
            "hostname a",
            f"banner motd {opening}".strip(),
            ["interface Y", ["shutdown"]],
        ]


def test_a_banner_on_one_line_ends_there() -> None:
    assert shape(parse_device("banner login ^Chello^C\nend\n", "indent", "!")) == ["banner login ^Chello^C", "end"]


def test_a_banner_without_delimiter_ends_with_eof() -> None:
    assert shape(parse_device("banner motd\nrouter bgp 1\nEOF\nend\n", "indent", "!")) == ["banner motd", "end"]


def test_a_certificate_is_one_line_and_its_end_may_be_missing() -> None:
    whole = "crypto pki certificate chain TP\n certificate 01\n  30820330 30820218\n  \tquit\nend\n"
    cut = "crypto pki certificate chain TP\n certificate 01\n  30820330 30820218\ninterface X\n shutdown\n"
    chain = ["crypto pki certificate chain TP", ["certificate 01"]]
    assert shape(parse_device(whole, "indent", "!")) == [chain, "end"]
    assert shape(parse_device(cut, "indent", "!")) == [chain, ["interface X", ["shutdown"]]]


def test_tabs_and_carriage_returns_do_not_change_whose_child_a_line_is() -> None:
    text = "interface X\r\n\tdescription a\r\n\tshutdown\r\n!\r\nend\r\n"
    assert shape(parse_device(text, "indent", "!")) == [["interface X", ["description a", "shutdown"]], "end"]


def test_a_macro_is_not_config() -> None:
    assert shape(parse_device("macro name m\ninterface X\nshutdown\n@\nend\n", "indent", "!")) == [
        "macro name m",
        "end",
    ]


def test_line_numbers_are_those_of_the_file() -> None:
    nodes = {node.text: node.line for node in parse_device(MESSY, "indent", "!")}
    lines = MESSY.splitlines()
    assert len(nodes) > 20
    for text, number in nodes.items():
        assert lines[number - 1].strip() == text
