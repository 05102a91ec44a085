"""Address translation of a pair: never on private peering, and from pools that its own router announces."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.address import Prefix
from generator.model.facts import NatRule
from generator.model.finding import Severity
from generator.readback.applied import Applied
from generator.readback.evidence import DeviceEvidence, Link, PairEvidence
from generator.rules.base import Problem, rule


def _about(device: DeviceEvidence, nat: NatRule, message: str) -> Problem:
    fact = ("nat_rules", nat.name)
    return Problem(message=message, path=device.plan.origins.get(fact, ()), device=device.name, fact=fact)


@rule("PAIR-035", Severity.ERROR, source="ER-NAT-01, PLT-ASA-07")
def no_nat_on_private_peering(device: DeviceEvidence) -> Iterator[Problem]:
    """Nothing is translated on the interface of a private peering.

    Why:
        VNets and the customer's networks route to each other as they are.  A translation there hides who
        sends, and breaks every connection from Azure.
    Fix:
        Take the translation off the interface; 1:1 translations belong to the session beside Azure's.
    Bad:
        interface TenGigabitEthernet0/1/0.1030100
         ip nat outside
    Good:
        interface TenGigabitEthernet0/1/0.1030200
         ip nat outside
        ! Microsoft peering only
    """
    rules = device.facts.nat_rules
    if not rules:
        return
    private = {link.interface.name: link for link in device.links if link.interface is not None and not link.public}
    for nat in rules.values():
        if nat.kind == "static" and nat.name in device.plan.facts.nat_rules:
            continue  # the 1:1 translation of a session behind the peering, as planned
        for word, names in (("outside", nat.outside_interfaces), ("inside", nat.inside_interfaces)):
            for name in names:
                if name in private:
                    message = f"NAT rule {nat.name} has interface {name} of {private[name].title} as its {word}"
                    yield _about(device, nat, f"{message}, expected no translation on private peering")


@rule("PAIR-035", Severity.ERROR, source="ER-NAT-06, PLT-XE-18")
def static_translations_apart(device: DeviceEvidence) -> Iterator[Problem]:
    """Static translations lie outside of the pools and apart from each other.

    Why:
        An address that is in a pool as well is given to any host: connections to the server end there.
    Fix:
        Keep the addresses of servers out of the pools.
    Bad:
        ip nat pool HOLLINS-MS 203.0.113.64 203.0.113.95 prefix-length 27
        ip nat inside source static 10.20.5.10 203.0.113.80
    Good:
        ip nat pool HOLLINS-MS 203.0.113.64 203.0.113.79 prefix-length 28
        ip nat inside source static 10.20.5.10 203.0.113.80
    """
    by_vrf: dict[str, list[NatRule]] = {}
    for nat in device.facts.nat_rules.values():
        by_vrf.setdefault(nat.vrf, []).append(nat)
    for rules in by_vrf.values():
        for index, nat in enumerate(rules):
            for other in rules if nat.kind == "static" else ():
                if other is nat or not nat.outside.overlaps(other.outside):
                    continue
                if other.kind == "static" and rules.index(other) > index:
                    continue  # each pair once
                message = f"NAT rule {nat.name} gives {nat.outside}, which {other.name} gives too ({other.outside})"
                yield _about(device, nat, f"{message}, expected addresses of its own")


@rule("PAIR-036", Severity.ERROR, source="ER-NAT-03")
def pool_is_announced(device: DeviceEvidence) -> Iterator[Problem]:
    """What a router translates to lies inside what it announces on Microsoft peering.

    Why:
        Microsoft answers to the translated address.  Without an announcement here the answers take another
        way, or none.
    Fix:
        Announce the pool on the peering that the packets leave by.
    Bad:
        ip nat pool HOLLINS-MS 203.0.113.64 203.0.113.79 prefix-length 28
        ip prefix-list HOLLINS-MS-OUT permit 203.0.113.80/28
    Good:
        ip nat pool HOLLINS-MS 203.0.113.64 203.0.113.79 prefix-length 28
        ip prefix-list HOLLINS-MS-OUT permit 203.0.113.64/28
    """
    for link, nat in _public_rules(device):
        if link.session.family == nat.outside.version and not _announces(device, link, nat.outside):
            message = f"NAT rule {nat.name} translates to {nat.outside}, which is not announced on {link.title}"
            yield _about(device, nat, f"{message}, expected it to be")


def _public_rules(device: DeviceEvidence) -> Iterator[tuple[Link, NatRule]]:
    """Translations that leave by a link of Microsoft (or public) peering."""
    for link in device.links if device.facts.nat_rules else ():
        if link.interface is not None and link.public:
            for nat in device.applied.nat.get(link.interface.name, ()):
                yield link, nat


def _announces(device: DeviceEvidence, link: Link, prefix: Prefix) -> bool:
    """Whether the prefix, or one around it, leaves on a link."""
    number, width = int(prefix.network_address), prefix.max_prefixlen
    return any(
        length <= prefix.prefixlen and number >> (width - length) == address >> (width - length)
        for address, length, low, _ in device.announced(link).regions
        if low <= prefix.prefixlen
    )


@rule("PAIR-036", Severity.ERROR, source="ER-NAT-05")
def pools_of_the_pair(pair: PairEvidence) -> Iterator[Problem]:
    """Both routers translate to one common pool, or each to its own, which the other does not announce.

    Why:
        With a pool for each router, answers must come back to the router that translated: if the other
        announces the pool too, it gets packets it knows nothing of.  A common pool is the same on both.
    Fix:
        Announce each router's pool on its own link only; or use one pool on both, as the inventory says.
    Bad:
        ! pe1 and pe2, each with a pool of its own
        ip prefix-list MS-OUT permit 203.0.113.64/28
        ip prefix-list MS-OUT permit 203.0.113.80/28
    Good:
        ! pe1
        ip prefix-list MS-OUT permit 203.0.113.64/28
        ! pe2
        ip prefix-list MS-OUT permit 203.0.113.80/28
    """
    one, two = pair.both
    if one is None or two is None or pair.secondary is None or not one.public:
        return
    first, second = pair.primary, pair.secondary
    here, there = _pools(first.applied, one), _pools(second.applied, two)
    mine, yours = _pools(first.to_apply, one), _pools(second.to_apply, two)
    if mine.keys() != yours.keys():
        for device, other, link, pools, foreign in (
            (first, second, two, here, yours),
            (second, first, one, there, mine),
        ):
            for pool, nat in pools.items():
                # A router that took the other's pool is told so itself: `pool_is_announced`.
                if pool not in foreign and _announces(other, link, pool):
                    message = f"{pair.title}: {other.name} announces {pool}, the pool of {device.name}"
                    yield _about(device, nat, f"{message}, expected {device.name} alone to announce it")
    elif here.keys() != there.keys() and here and there:
        nat = next(iter(there.values()))
        message = f"{pair.title}: {first.name} translates to {_list(here)} and {second.name} to {_list(there)}"
        yield _about(second, nat, f"{message}, expected one common pool")


def _pools(applied: Applied, link: Link) -> dict[Prefix, NatRule]:
    """The pools that are translated to on a link."""
    name = link.interface.name if link.interface is not None else ""
    return {nat.outside: nat for nat in applied.nat.get(name, ()) if nat.kind == "source"}


def _list(pools: dict[Prefix, NatRule]) -> str:
    return ", ".join(map(str, pools))
