"""What changes for a BGP session: what it announces, what it accepts, and what makes it reset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from generator.change.meaning_words import attribute, listed
from generator.change.passing import Passing, passing, serves
from generator.change.units import Side
from generator.model.facts import FactKey, Facts, Interface, Neighbor, NeighborKey
from generator.model.plan import Peer, Session

RESETTING: Final = frozenset(
    ("remote_as", "local_as", "password", "keepalive", "hold", "multihop", "update_source", "activated", "enabled")
)
"""Attributes of a neighbour that are agreed when a session opens, so that a change of them closes it."""


class SessionPair(msgspec.Struct, frozen=True):
    """One session on both sides."""

    session: Session
    """As planned afterwards, or before where it ends."""
    before: Neighbor | None
    after: Neighbor | None


class Told(msgspec.Struct):
    """A sentence about a session, before it is known whose it is."""

    text: str
    covers: set[FactKey]
    resets: bool = False


def pair_sessions(before: Side, after: Side) -> list[SessionPair]:
    """Every session of either side; one that moved to another address or VRF is one pair."""
    planned = () if after.plan is None else after.plan.sessions
    earlier = () if before.plan is None else before.plan.sessions
    old, new = before.facts.neighbors, after.facts.neighbors
    pairs = [SessionPair(one, old.get(one.neighbor), new.get(one.neighbor)) for one in planned]
    taken = {one.neighbor for one in planned}
    gone = [one for one in earlier if one.neighbor not in taken and one.neighbor in old]
    for index, pair in enumerate(pairs):
        if pair.before is not None or pair.after is None:
            continue
        moved = next((one for one in gone if _same_purpose(one, pair.session)), None)
        if moved is not None:
            gone.remove(moved)
            pairs[index] = SessionPair(pair.session, old[moved.neighbor], pair.after)
        elif not earlier:
            pairs[index] = SessionPair(pair.session, _elsewhere(pair.after, old, new), pair.after)
    return pairs + [SessionPair(one, old[one.neighbor], None) for one in gone]


def _same_purpose(one: Session, two: Session) -> bool:
    names = ("peer", "family", "customer", "circuit", "domain", "role", "origin")
    return all(getattr(one, name) == getattr(two, name) for name in names)


def _elsewhere(wanted: Neighbor, old: dict[NeighborKey, Neighbor], new: dict[NeighborKey, Neighbor]) -> Neighbor | None:
    """The neighbour that a router has instead of a planned one: of the same AS, in its VRF, and the only one."""
    found = [
        one
        for key, one in old.items()
        if key not in new and (one.remote_as, one.family, one.vrf) == (wanted.remote_as, wanted.family, wanted.vrf)
    ]
    return found[0] if len(found) == 1 else None


def session_told(pair: SessionPair, before: Facts, after: Facts) -> Iterator[Told]:
    """Sentences about a session that is there on both sides."""
    was, will = pair.before, pair.after
    assert was is not None
    assert will is not None
    if was.key != will.key:
        yield Told(_move(was, will), {("neighbors", was.key), ("neighbors", will.key)}, resets=True)
    else:
        yield from _carrier(carrier(before, was), carrier(after, will), will)
    yield from _routes(pair, before, after, outward=True)
    yield from _routes(pair, before, after, outward=False)
    yield from _attributes(was, will)


def _move(was: Neighbor, will: Neighbor) -> str:
    if was.vrf == will.vrf:
        return f"moves its session from {was.address} to {will.address}"
    other = f" and from {was.address} to {will.address}" if was.address != will.address else ""
    return f"moves its session with {was.address} from VRF {was.vrf} to VRF {will.vrf}{other}"


def carrier(facts: Facts, neighbor: Neighbor) -> Interface | None:
    """The interface that a directly connected neighbour is behind."""
    for one in facts.interfaces.values():
        if one.vrf == neighbor.vrf and any(neighbor.address in address.network for address in one.addresses):
            return one
    return None


def _carrier(was: Interface | None, will: Interface | None, neighbor: Neighbor) -> Iterator[Told]:
    if was is None or will is None or was.name == will.name:
        return
    yield Told(
        f"runs its session with {neighbor.address} over {will.name} (tags {will.tags}) instead of {was.name} (tags {was.tags})",
        {("interfaces", was.name), ("interfaces", will.name)},
        resets=True,
    )


def _routes(pair: SessionPair, before: Facts, after: Facts, *, outward: bool) -> Iterator[Told]:
    was, will = pair.before, pair.after
    assert was is not None
    assert will is not None
    field = "export_policy" if outward else "import_policy"
    old_name, new_name = getattr(was, field), getattr(will, field)
    old, new = passing(before, old_name, was.family), passing(after, new_name, will.family)
    verb, whom = _verb(pair.session, will, outward=outward)
    if new is None:
        if old is not None or old_name != new_name:
            yield Told(f"no longer filters what it {verb}{whom}", {("neighbors", will.key)})
        return
    if old is None:
        yield Told(f"filters what it {verb}{whom}: {listed(_sorted(new.prefixes))}", {("neighbors", will.key)})
        return
    covers = _covered(old, new, before, after, old_name, new_name, will)
    words = list(_differences(old, new, verb, whom))
    for text in words:
        yield Told(text, covers)
    if old_name != new_name and not words and old.rest == new.rest:
        yield Told(f"filters what it {verb}{whom} by {new_name} instead of {old_name}: the same routes", covers)


def _verb(session: Session, neighbor: Neighbor, *, outward: bool) -> tuple[str, str]:
    """Towards Microsoft the subject of the sentence says who it is; towards others the sentence does."""
    if session.peer is Peer.MSEE:
        return ("announces" if outward else "accepts"), ""
    return ("announces", f" to {neighbor.address}") if outward else ("accepts", f" from {neighbor.address}")


def _covered(
    old: Passing, new: Passing, before: Facts, after: Facts, old_name: str, new_name: str, will: Neighbor
) -> set[FactKey]:
    """The objects of which the sentences tell all: the policies where nothing else in them changed, and lists of theirs."""
    keys = serves(before, old_name, will.family) | serves(after, new_name, will.family)
    if old.rest == new.rest:
        return keys
    lists = {name for facts, policy in ((before, old_name), (after, new_name)) for name in _permitting(facts, policy)}
    return {key for key in keys if key[0] in ("prefix_lists", "community_lists") and _name(key) in lists}


def _permitting(facts: Facts, policy: str) -> Iterator[str]:
    for rule in facts.policies[policy].rules:
        if rule.permit:
            yield from rule.prefix_lists
            yield from rule.community_lists


def _name(key: FactKey) -> object:
    return key[1][0] if isinstance(key[1], tuple) else key[1]


def _differences(old: Passing, new: Passing, verb: str, whom: str) -> Iterator[str]:
    more, less = _sorted(new.prefixes - old.prefixes), _sorted(old.prefixes - new.prefixes)
    if more:
        yield f"{verb} {listed(more)} in addition{whom}"
    if less:
        yield f"no longer {verb} {listed(less)}{whom}"
    more, less = sorted(new.communities - old.communities), sorted(old.communities - new.communities)
    if more:
        yield f"{verb} routes with {listed(more)} in addition{whom}"
    if less:
        yield f"no longer {verb} routes with {listed(less)}{whom}"
    if old.preference != new.preference:
        yield f"gives routes{whom} local preference {_or_default(new.preference)} instead of {_or_default(old.preference)}"
    if old.prepend != new.prepend:
        yield f"prepends {_prepend(new.prepend)} instead of {_prepend(old.prepend)}{whom}"
    if old.med != new.med:
        yield f"sets MED {_or_default(new.med)} instead of {_or_default(old.med)}{whom}"
    if old.marks != new.marks:
        yield f"marks routes{whom} with {listed(sorted(new.marks)) or 'nothing'} instead of {listed(sorted(old.marks)) or 'nothing'}"


def _sorted(entries: frozenset[Any]) -> list[Any]:
    return sorted(entries, key=lambda one: (one.prefix.version, one.prefix, one.low, one.high))


def _or_default(values: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(values))) or "the default"


def _prepend(numbers: tuple[int, ...]) -> str:
    if not numbers:
        return "nothing"
    times = f" ({len(numbers)} times)" if len(numbers) > 1 and len(set(numbers)) == 1 else ""
    return f"AS {numbers[0]}{times}" if len(set(numbers)) == 1 else " ".join(map(str, numbers))


def _attributes(was: Neighbor, will: Neighbor) -> Iterator[Told]:
    key: FactKey = ("neighbors", will.key)
    for name in will.__struct_fields__:
        if name in ("vrf", "address", "family", "import_policy", "export_policy", "extra"):
            continue
        if getattr(was, name) != getattr(will, name):
            yield Told(_attribute(name, was, will), {key}, resets=name in RESETTING)
    if (was.import_policy, was.export_policy) != (will.import_policy, will.export_policy):
        yield Told("", {key})


def _attribute(name: str, was: Neighbor, will: Neighbor) -> str:
    if name == "password":
        if was.password is None:
            return f"authenticates {will.address} with an MD5 key"
        if will.password is None:
            return f"no longer authenticates {will.address}"
        return f"uses another MD5 key with {will.address}"
    if name == "remote_as":
        return f"expects AS {will.remote_as} at {will.address} instead of AS {was.remote_as}"
    if name == "local_as":
        return f"speaks for AS {will.local_as} instead of AS {was.local_as} to {will.address}"
    if name == "bfd" and (was.bfd is None or will.bfd is None):
        return f"{'watches' if was.bfd is None else 'no longer watches'} {will.address} with BFD"
    word = {"max_prefix": "the prefix limit", "bfd": "the BFD timers"}.get(name)
    text = "; ".join(attribute(name, was, will))
    if word is not None:
        text = text.replace(name.replace("_", " "), word, 1)
    return f"changes the session with {will.address}: {text}"
