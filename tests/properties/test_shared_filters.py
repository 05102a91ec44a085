"""Neighbours, policies and lists wired in any two ways: safe in between, right at the end, and back."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.wiring import FILES, Use, Wiring, arrives, change

LISTS, POLICIES, LINKS = ("L", "M"), ("P", "Q", "R"), (1, 2, 3)
PREFIXES = tuple(f"10.{number}.0.0/16" for number in range(101, 105))


@st.composite
def wirings(draw: st.DrawFn) -> Wiring:
    lists = {name: tuple(draw(st.permutations(PREFIXES))[: draw(st.integers(1, 2))]) for name in LISTS}
    wired = {
        name: Use(
            draw(st.sampled_from(LISTS)), draw(st.sampled_from(("", "401", "402"))), draw(st.sampled_from((100, 200)))
        )
        for name in POLICIES
    }
    links = {link: draw(st.sampled_from(POLICIES)) for link in LINKS if link == 1 or draw(st.booleans())}
    used = {wired[name].prefixes for name in links.values()}
    return Wiring(
        {name: entries for name, entries in lists.items() if name in used},
        {name: use for name, use in wired.items() if name in links.values()},
        links,
        {"401": "^12076_", "402": draw(st.sampled_from(("_64777$", "^12076_64777_")))},
    )


@pytest.mark.parametrize("platform", FILES)
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
@given(old=wirings(), new=wirings())
def test_any_filters_can_be_wired_anew(platform: str, old: Wiring, new: Wiring) -> None:
    proof = change(platform, old, new)
    assert proof.problems() == []
    assert arrives(platform, new, proof)
