"""What templates are compiled to says the same as Jinja2's own code."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from jinja2.runtime import Context

from generator.render.compiled import DirectCode
from generator.render.engine import render_section


class Direct(Environment):
    code_generator_class = DirectCode


THING = SimpleNamespace(name="pe1", peer=SimpleNamespace(asn=12076), **{"from": "core"})

TEMPLATES = {
    "attributes": "{{ thing.name }} {{ thing.peer.asn + 1 }} {{ thing.from }} {{ (thing.name ~ 'x').upper() }}",
    "macro": "{% macro line(one, two) %}{{ one.name }}-{{ two }}{% endmacro %}{{ line(thing, 2) }}",
    "in a loop": (
        "{% macro line(one, two) %}{{ one.name }}-{{ two }};{% endmacro %}"
        "{% for number in [1, 2] %}{{ line(thing, number) }}{% endfor %}"
    ),
    "of a macro": (
        "{% macro inner(one) %}[{{ one }}]{% endmacro %}{% macro outer(one) %}{{ inner(one.name) }}{% endmacro %}"
        "{{ outer(thing) }}"
    ),
    "with a default": "{% macro line(one, two=7) %}{{ one.name }}-{{ two }}{% endmacro %}{{ line(thing) }}{{ line(thing, 8) }}",
    "by name": "{% macro line(one, two) %}{{ one.name }}-{{ two }}{% endmacro %}{{ line(two=1, one=thing) }}",
    "unpacked": "{% macro line(one, two) %}{{ one.name }}-{{ two }}{% endmacro %}{{ line(*[thing, 3]) }}",
    "with the rest": "{% macro line(one) %}{{ one.name }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ line(thing, 1, a=2) }}",
    "with a caller": "{% macro line(one) %}{{ one.name }}{{ caller() }}{% endmacro %}{% call line(thing) %}!{% endcall %}",
    "with a caller that is not asked": (
        "{% macro line(one) %}{{ one.name }}{% endmacro %}{{ line(thing) }}{% filter upper %}{{ line(thing) }}{% endfilter %}"
    ),
    "filtered": "{% macro line(one) %}{{ one.name }}{% endmacro %}{{ line(thing)|indent(2, true) }}",
    "of another template": "{% from 'macros' import line with context %}{{ line(thing) }}",
    "macros": "{% macro line(one) %}<{{ one.name }}>{% endmacro %}",
    "from the context": "{{ call_me(thing.name) }}",
}


def rendered(kind: type[Environment], name: str) -> str:
    environment = kind(loader=DictLoader(TEMPLATES), undefined=StrictUndefined, autoescape=False)
    return environment.get_template(name).render(thing=THING, call_me=str.upper)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_text(name: str) -> None:
    assert rendered(Direct, name) == rendered(Environment, name)


def test_what_is_not_there_is_an_error_and_never_empty() -> None:
    environment = Direct(undefined=StrictUndefined)
    with pytest.raises(AttributeError, match="nane"):
        environment.from_string("{{ thing.nane }}").render(thing=THING)
    with pytest.raises(UndefinedError, match="other"):
        environment.from_string("{{ other.name }}").render(thing=THING)


def test_a_macro_with_too_few_arguments_is_called_as_jinja2_does() -> None:
    text = "{% macro line(one, two) %}{{ one }}{{ two }}{% endmacro %}{{ line(1) }}"
    with pytest.raises(UndefinedError, match="two"):
        Direct(undefined=StrictUndefined).from_string(text).render()


def test_a_section_does_not_see_the_macros_of_the_section_before() -> None:
    environment = Direct(undefined=StrictUndefined)
    first = environment.from_string("{% macro line(one) %}{{ one }}{% endmacro %}{% set word = 'a' %}{{ line(word) }}")
    second = environment.from_string("{{ word }}")
    context = Context(environment, {**environment.globals, "word": "b"}, None, {})
    assert [render_section(one, context) for one in (first, second)] == ["a", "b"]
