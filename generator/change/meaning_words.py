"""Differences of single objects in words, for those that no sentence about a session tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from generator.change.meaning_objects import ObjectDiff, canonical
from generator.model.crypto import CryptoPolicy
from generator.model.facts import PolicyRule, PrefixEntry
from generator.model.filters import FilterRule
from generator.model.secret import Secret
from generator.readback.words import filter_rule, title, value_text

MOST: Final = 4
"""Entries that a sentence lists; the diff has all."""
BRIEF: Final = 3
"""Rules of a filter that a consequence lists."""


def told(diff: ObjectDiff) -> str:
    """What the router does differently because of one object: ``gets VRF CHARLIE-MS``."""
    if diff.before is None:
        return _NEW.get(diff.table, _gets)(diff)
    if diff.after is None:
        return _GONE.get(diff.table, _loses)(diff)
    if diff.table == "shapers" and diff.fields == ("rate_mbps",):
        return f"shapes {listed(diff.after.interfaces)} to {diff.after.rate_mbps:,} Mb/s instead of {diff.before.rate_mbps:,}"
    if diff.table == "filters":
        return _packets(diff)
    words = [text for name in diff.fields for text in attribute(name, diff.before, diff.after)]
    return f"changes {title(diff.table, diff.key, diff.after)}: {'; '.join(words)}"


def in_brief(diff: ObjectDiff) -> str:
    """The same for a consequence of something else: of a filter only how much, its lines are in the diff."""
    if diff.table != "filters" or diff.before is None or diff.after is None:
        return told(diff)
    was, will = Counter(canonical(diff.before).rules), Counter(canonical(diff.after).rules)
    come, go = (will - was).total(), (was - will).total()
    if come + go <= BRIEF:
        return told(diff)
    return f"follows in {title(diff.table, diff.key, diff.after)}: {come} rules come, {go} go"


def attribute(name: str, before: Any, after: Any) -> Iterator[str]:
    """One attribute's difference; ordered things entry by entry, keys never."""
    was, will = getattr(before, name), getattr(after, name)
    word = name.replace("_", " ")
    if isinstance(was, Secret) or isinstance(will, Secret):
        yield (
            f"another {word}"
            if was is not None and will is not None
            else f"{word} {'goes' if will is None else 'comes'}"
        )
    elif isinstance(was, CryptoPolicy) and isinstance(will, CryptoPolicy):
        for field in was.__struct_fields__:
            if getattr(was, field) != getattr(will, field):
                yield from attribute(field, was, will)
    elif isinstance(was, tuple) and isinstance(will, tuple):
        yield from _entries(word, getattr(canonical(before), name), getattr(canonical(after), name))
    elif isinstance(will, bool):
        yield f"{word} is switched {'on' if will else 'off'}"
    else:
        yield f"{word} becomes {value_text(will)} (was {value_text(was)})"


def listed(things: Iterable[Any]) -> str:
    """``a, b and 3 more``."""
    texts = [_one(thing) for thing in things]
    rest = len(texts) - MOST
    return ", ".join(texts[:MOST]) + (f" and {rest} more" if rest > 0 else "")


def _packets(diff: ObjectDiff) -> str:
    """What a filter lets through and drops, in the words of `filter_rule` less its verdict."""
    was, will = Counter(canonical(diff.before).rules), Counter(canonical(diff.after).rules)
    parts = [
        f"{verb} {listed(filter_rule(rule).split(' ', 1)[1] for rule in rules)}{more}"
        for verb, permit, counts, more in (
            ("lets through", True, will - was, " in addition"),
            ("no longer lets through", True, was - will, ""),
            ("drops", False, will - was, " in addition"),
            ("no longer drops", False, was - will, ""),
        )
        if (rules := [rule for rule in counts.elements() if rule.permit is permit])
    ]
    return f"{'; '.join(parts) or 'judges packets in another order'} (filter {diff.after.name})"


def _one(thing: Any) -> str:
    if isinstance(thing, FilterRule):
        return filter_rule(thing)
    if isinstance(thing, PrefixEntry) and thing.permit:
        return value_text(thing).removeprefix("permit ")
    return _step(thing) if isinstance(thing, PolicyRule) else value_text(thing)


def _step(rule: PolicyRule) -> str:
    """A step of a routing policy: ``permit where prefix lists X; local preference 200``."""
    conditions = [
        f"{name.replace('_', ' ')} {value_text(getattr(rule, name))}"
        for name in ("prefix_lists", "prefixes", "as_path_lists", "community_lists", "protocols")
        if getattr(rule, name)
    ]
    actions = [
        f"{name.replace('_', ' ')} {value_text(getattr(rule, name))}"
        for name in ("local_preference", "prepend", "med", "set_communities")
        if getattr(rule, name) not in (None, ())
    ]
    words = "permit" if rule.permit else "deny"
    where = f" where {' and '.join(conditions)}" if conditions else " everything"
    return words + where + (f" with {', '.join(actions)}" if actions else "")


def _entries(word: str, was: tuple[Any, ...], will: tuple[Any, ...]) -> Iterator[str]:
    more = list((Counter(will) - Counter(was)).elements())
    less = list((Counter(was) - Counter(will)).elements())
    if more:
        yield f"{word} get {listed(more)}"
    if less:
        yield f"{word} lose {listed(less)}"
    if not more and not less:
        yield f"{word} come in another order"


def _gets(diff: ObjectDiff) -> str:
    return f"gets {title(diff.table, diff.key, diff.after)}"


def _loses(diff: ObjectDiff) -> str:
    return f"loses {title(diff.table, diff.key, diff.before)}"


def _interface(diff: ObjectDiff) -> str:
    one = diff.after
    parts = [
        f"tags {one.tags}" if str(one.tags) != "untagged" else "",
        value_text(one.addresses) if one.addresses else "",
    ]
    inside = ", ".join(part for part in parts if part)
    return f"gets interface {one.name}{f' ({inside})' if inside else ''}{_in(one.vrf)}"


def _route(diff: ObjectDiff, *, comes: bool) -> str:
    one = diff.thing
    if one.next_hop == "discard":
        return f"{'anchors' if comes else 'no longer anchors'} {one.prefix}{_in(one.vrf)} for announcing it"
    return f"{'routes' if comes else 'no longer routes'} {one.prefix} to {one.next_hop}{_in(one.vrf)}"


def _nat(diff: ObjectDiff, *, comes: bool) -> str:
    one = diff.thing
    return (
        f"{'translates' if comes else 'no longer translates'} {value_text(one.inside)} to {one.outside}{_in(one.vrf)}"
    )


def _shaper(diff: ObjectDiff, *, comes: bool) -> str:
    one = diff.thing
    return f"{'shapes' if comes else 'no longer shapes'} {listed(one.interfaces)} to {one.rate_mbps:,} Mb/s"


def _in(vrf: str) -> str:
    return f" in VRF {vrf}" if vrf else ""


_NEW: Final[dict[str, Callable[[ObjectDiff], str]]] = {
    "interfaces": _interface,
    "static_routes": lambda diff: _route(diff, comes=True),
    "nat_rules": lambda diff: _nat(diff, comes=True),
    "shapers": lambda diff: _shaper(diff, comes=True),
    "tunnels": lambda diff: f"gets tunnel {diff.key} to {diff.after.remote}{_in(diff.after.vrf)}",
}
_GONE: Final[dict[str, Callable[[ObjectDiff], str]]] = {
    "static_routes": lambda diff: _route(diff, comes=False),
    "nat_rules": lambda diff: _nat(diff, comes=False),
    "shapers": lambda diff: _shaper(diff, comes=False),
}
