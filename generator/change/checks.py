"""The looks before and after: one at least for every session, tunnel and translation that the change touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from generator.change.meaning_sessions import carrier
from generator.change.meaning_words import listed
from generator.change.passing import passing, serves
from generator.change.units import Side
from generator.model.facts import FactKey, Facts, Neighbor, NeighborKey
from generator.model.plan import Peer
from generator.model.watch import Check, Watch

Shows = Callable[[Watch], tuple[str, ...]]
When = Literal["before", "after"]


def checks(
    device: str,
    before: Side,
    after: Side,
    changed: Iterable[FactKey],
    resets: Iterable[NeighborKey],
    shows: Shows | None,
) -> tuple[Check, ...]:
    """All looks at one router, those before the change first.

    ``changed``: the objects that differ.  ``resets``: sessions that go down because of it, whatever they have to do
    with those objects.
    """
    facts = frozenset((*changed, *(("neighbors", key) for key in resets)))
    return (
        *_side(device, "before", before, after, facts, shows),
        *_side(device, "after", after, before, facts, shows),
    )


def _side(
    device: str, when: When, side: Side, other: Side, changed: frozenset[FactKey], shows: Shows | None
) -> Iterator[Check]:
    for watch, what, expect in _looks(when, side, other, changed):
        commands = () if shows is None else shows(watch)
        yield Check(device=device, when=when, watch=watch, what=what, commands=commands, expect=expect)


def _looks(when: When, side: Side, other: Side, changed: frozenset[FactKey]) -> Iterator[tuple[Watch, str, str]]:
    for neighbor in side.facts.neighbors.values():
        if _touched(neighbor, side, other, changed):
            yield from _session(when, neighbor, side)
    for key, neighbor in other.facts.neighbors.items():
        if when == "after" and key not in side.facts.neighbors and ("neighbors", key) in changed:
            watch = Watch(kind="bgp", vrf=neighbor.vrf, address=neighbor.address, family=neighbor.family)
            yield watch, _title("BGP session with", neighbor), "is not there any more"
    for name, tunnel in side.facts.tunnels.items():
        if ("tunnels", name) in changed or ("interfaces", name) in changed:
            watch = Watch(kind="tunnel", vrf=tunnel.vrf, address=tunnel.remote, name=name)
            yield watch, f"tunnel {name} to {tunnel.remote}", "IKE and IPsec are up, and both directions count packets"
    for name, rule in side.facts.nat_rules.items():
        if ("nat_rules", name) in changed:
            watch = Watch(kind="nat", vrf=rule.vrf, name=name)
            yield (
                watch,
                f"translation to {rule.outside}{_in(rule.vrf)}",
                f"new sessions leave with addresses of {rule.outside}",
            )


def _touched(neighbor: Neighbor, side: Side, other: Side, changed: frozenset[FactKey]) -> bool:
    """Whether the change reaches a session: itself, a policy or list of it, or what it runs over."""
    around: set[FactKey] = {("neighbors", neighbor.key), ("vrfs", neighbor.vrf)}
    for facts in (side.facts, other.facts):
        around |= _around(facts, facts.neighbors.get(neighbor.key))
    for one in (side, other):
        if one.plan is not None:
            around |= {("tunnels", session.tunnel) for session in one.plan.sessions if session.neighbor == neighbor.key}
    return not changed.isdisjoint(around)


def _around(facts: Facts, neighbor: Neighbor | None) -> set[FactKey]:
    if neighbor is None:
        return set()
    found = serves(facts, neighbor.import_policy, neighbor.family) | serves(
        facts, neighbor.export_policy, neighbor.family
    )
    interface = carrier(facts, neighbor)
    return found if interface is None else found | {("interfaces", interface.name)}


def _session(when: When, neighbor: Neighbor, side: Side) -> Iterator[tuple[Watch, str, str]]:
    watch = Watch(kind="bgp", vrf=neighbor.vrf, address=neighbor.address, family=neighbor.family)
    yield watch, _title("BGP session with", neighbor), _expected(when, neighbor, side)
    if neighbor.bfd is not None:
        bfd = Watch(kind="bfd", vrf=neighbor.vrf, address=neighbor.address, family=neighbor.family)
        yield bfd, _title("BFD session with", neighbor), "is up"


def _expected(when: When, neighbor: Neighbor, side: Side) -> str:
    if when == "before":
        return "is Established; note how many prefixes go out and come in"
    partner = side.plan is not None and any(
        one.neighbor == neighbor.key and one.peer is Peer.PARTNER for one in side.plan.sessions
    )
    found = None if partner else passing(side.facts, neighbor.export_policy, neighbor.family)
    prefixes = () if found is None else sorted(found.prefixes, key=lambda one: (one.prefix, one.low))
    announced = f", and announces {listed(prefixes)} and nothing else" if prefixes else ""
    limit = f"; fewer than {neighbor.max_prefix.limit:,} prefixes come in" if neighbor.max_prefix is not None else ""
    return f"is Established{announced}{limit}"


def _title(words: str, neighbor: Neighbor) -> str:
    return f"{words} {neighbor.address}{_in(neighbor.vrf)}"


def _in(vrf: str) -> str:
    return f" in VRF {vrf}" if vrf else ""
