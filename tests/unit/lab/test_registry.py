"""Scenarios by name."""

from __future__ import annotations

import pytest

from generator.lab.registry import chosen
from generator.lab.scenarios import SCENARIOS
from generator.model.outcome import Refused


def test_the_first_where_none_is_asked_for_all_of_them_by_a_word() -> None:
    assert chosen([]) == [SCENARIOS[0]]
    assert chosen(["all"]) == list(SCENARIOS)
    assert chosen([SCENARIOS[0].name, SCENARIOS[0].name]) == [SCENARIOS[0]]


def test_a_name_that_is_nearly_right_gets_the_right_one() -> None:
    with pytest.raises(Refused) as refused:
        chosen([SCENARIOS[0].name[:-1]])
    assert refused.value.fix == f"did you mean {SCENARIOS[0].name}?"
