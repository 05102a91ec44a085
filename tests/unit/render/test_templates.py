"""Decisions in Python, words in templates: every template is parsed, and only printing is allowed in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[3] / "templates"
TEMPLATES = sorted(ROOT.rglob("*.j2"))

ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.For,
    nodes.If,
    nodes.Macro,
    nodes.Call,
    nodes.CallBlock,
    nodes.Import,
    nodes.FromImport,
    nodes.Filter,
    nodes.Const,
    nodes.Tuple,
    nodes.Keyword,
)
FILTERS = {"join", "indent"}


def trouble(source: str) -> list[str]:
    """What a template does beyond printing."""
    found = []
    for node in Environment().parse(source).find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            found.append(f"line {node.lineno}: {type(node).__name__}")
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            found.append(f"line {node.lineno}: filter {node.name}")
        elif isinstance(node, nodes.If) and not isinstance(node.test, nodes.Name | nodes.Getattr):
            found.append(f"line {node.lineno}: if {type(node.test).__name__}")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_prints_and_decides_nothing(path: Path) -> None:
    assert trouble(path.read_text()) == []


@pytest.mark.parametrize(
    "source",
    [
        "{% set x = 1 %}",
        "{{ a + 1 }}",
        "{% if a == 1 %}x{% endif %}",
        "{% if not a %}x{% endif %}",
        "{{ a | default('x') }}",
        "{{ a[0] }}",
        "{{ 'x' if a else 'y' }}",
    ],
)
def test_what_is_not_allowed_is_found(source: str) -> None:
    assert trouble(source)


def test_there_are_templates() -> None:
    assert {path.parent.name for path in TEMPLATES} >= {"cisco_xe", "juniper_junos", "linux_frr"}
