"""Which router of a pair is changed first, and what could go wrong while it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from generator.change.compared import RouterDiff
from generator.change.pack import RouterRisk, Turn
from generator.model.change import ChangeSet
from generator.model.plan import DevicePlan, PairPlan, Role


def turns(devices: Iterable[str], pairs: Iterable[PairPlan]) -> tuple[Turn, ...]:
    """The routers that change, one after the other: of each pair the one that carries less goes first.

    That is the one with the secondary links, unless every circuit of the two prefers those.
    """
    wanted = list(devices)
    couples: dict[tuple[str, str], list[PairPlan]] = {}
    for pair in pairs:
        if pair.secondary is not None and pair.primary[0] != pair.secondary[0]:
            couples.setdefault((pair.primary[0], pair.secondary[0]), []).append(pair)
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for (main, spare), circuits in couples.items():
        if all(one.preferred is Role.SECONDARY for one in circuits):
            main, spare = spare, main
        if {main, spare} & (first.keys() | second.keys()):
            continue
        first[spare] = f"before {main}, which holds the traffic while {spare} is changed ({_shares(circuits)})"
        second[main] = f"after {spare} is seen healthy: until then nothing of {main} is touched"
    order = [one for one in wanted if one in first] + [one for one in wanted if one not in first]
    return tuple(Turn(one, first.get(one) or second.get(one) or "its partner does not change") for one in order)


def _shares(circuits: list[PairPlan]) -> str:
    passive = {(one.customer, one.circuit) for one in circuits if one.mode == "active_passive"}
    count = len({(one.customer, one.circuit) for one in circuits})
    if not passive:
        return "both links of every circuit carry traffic"
    return f"{len(passive)} of {count} circuit{'' if count == 1 else 's'} use{'s' if len(passive) == 1 else ''} one link only"


def risks(
    routers: Iterable[RouterDiff],
    plans: Mapping[str, DevicePlan],
    pairs: Iterable[PairPlan],
    changes: Mapping[str, ChangeSet],
) -> Iterator[RouterRisk]:
    """Everything that can hurt traffic, with the reason."""
    alone = {pair.primary[0] for pair in pairs if pair.secondary is None}
    for router in routers:
        change = changes.get(router.device)
        known = set()
        for reset in () if change is None else change.resets:
            known.add(reset.neighbour)
            place = f" in VRF {reset.vrf}" if reset.vrf else ""
            text = f"the session with {reset.neighbour}{place} resets, for at most {reset.seconds} s"
            yield RouterRisk(router.device, text, reset.why)
        yield from _resets(router, plans.get(router.device), known)
        if change is not None:
            yield from (RouterRisk(router.device, one.text, one.why) for one in change.risks)
        yield from _bandwidth(router)
        yield from _keys(router)
        if router.device in alone and router.changes:
            yield RouterRisk(
                router.device, "there is no second path", "the circuit has a single connection (sla_waiver)"
            )
        if router.foreign:
            count = len(router.foreign)
            text = f"{count} line{'s' if count != 1 else ''} of somebody else's stay{'s' if count == 1 else ''}"
            yield RouterRisk(router.device, text, "no inventory asks for it, and nothing of it is touched")


def _resets(router: RouterDiff, plan: DevicePlan | None, known: set[str]) -> Iterator[RouterRisk]:
    """Sessions that the sentences say reset, and that are not told already."""
    for change in router.changes:
        for key in change.resets:
            if str(key[1]) in known:
                continue
            known.add(str(key[1]))
            neighbor = None if plan is None else plan.facts.neighbors.get(key)
            hold = 180 if neighbor is None else neighbor.hold
            text = f"the session with {key[1]} resets; no routes over it until it is up again, {hold} s at most"
            yield RouterRisk(router.device, text, f"the router {change.text}")


def _bandwidth(router: RouterDiff) -> Iterator[RouterRisk]:
    for diff in router.objects:
        if diff.table == "shapers" and "rate_mbps" in diff.fields and diff.after.rate_mbps > diff.before.rate_mbps:
            text = (
                f"what exceeds {diff.before.rate_mbps:,} Mb/s is dropped until the circuit has {diff.after.rate_mbps:,}"
            )
            why = "Microsoft and the exchange provider police the circuit: raise it there before this router"
            yield RouterRisk(router.device, text, why)


def _keys(router: RouterDiff) -> Iterator[RouterRisk]:
    for diff in router.objects:
        if diff.new_key:
            what = "session" if diff.table == "neighbors" else diff.table.rstrip("s").replace("_", " ")
            name = diff.key[1] if isinstance(diff.key, tuple) else diff.key
            text = f"the {what} {name} stays down until the other end has the new key too"
            yield RouterRisk(
                router.device, text, "a key is the same at both ends: enter it in Azure in the same window"
            )
