"""The name somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def suggestion(word: str, names: Iterable[str]) -> str:
    """``; did you mean 'render'?`` for the name nearest to ``word``, or ""."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in names}
    found = get_close_matches(word.lower(), by_lower, n=1, cutoff=0.5)
    return f"; did you mean '{by_lower[found[0]]}'?" if found else ""
