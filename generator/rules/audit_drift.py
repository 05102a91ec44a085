"""Audit: leaks between VRFs, keys in clear, dead objects, and what differs between the routers of a pair."""

from __future__ import annotations

from collections.abc import Iterator, Set

from generator.model.address import Prefix
from generator.model.facts import PolicyRule, PrefixEntry
from generator.model.finding import Severity
from generator.model.vlan import QinQ
from generator.readback.audited import AuditedPair, AuditedRouter, Edge
from generator.rules.base import Problem, rule

_SHOWN = 4
"""Entries of a list that a message names."""


@rule("AUD-014", Severity.ERROR, source="ER-MT-02")
def no_leak_between_vrfs(router: AuditedRouter) -> Iterator[Problem]:
    """No routes cross from one VRF to another where one of them leads to Microsoft.

    Why:
        Each customer has a VRF of its own.  A route target that two VRFs share, or a group of tables, is a way from
        one customer to the other, and over Microsoft's edge.
    Fix:
        Give each VRF route targets of its own; remove the leak.
    Bad:
        vrf definition ALPHA
         route-target import 64600:2
    Good:
        vrf definition ALPHA
         route-target import 64600:1
    """
    ours = {edge.neighbor.vrf for edge in router.edges}
    owners: dict[str, list[str]] = {}
    for name, vrf in router.facts.vrfs.items():
        for target in (*vrf.exports, name):
            owners.setdefault(target, []).append(name)
    for name, vrf in router.facts.vrfs.items():
        for target in vrf.imports:
            for owner in owners.get(target, ()):
                if owner != name and not ours.isdisjoint((owner, name)):
                    yield Problem(
                        message=f"VRF {name} takes routes of VRF {owner} (by {target})",
                        device=router.name,
                        fact=("vrfs", name),
                    )
    for mark in router.marks("leak"):
        if mark.subject in ours:
            yield Problem(
                message=f"routes cross between {f'VRF {mark.subject}' if mark.subject else 'the global table'} and another "
                f"table ({mark.detail})",
                device=router.name,
                place=(mark.file, mark.line),
            )


@rule("AUD-033", Severity.WARNING, source="house-rule")
def keys_are_hidden(router: AuditedRouter) -> Iterator[Problem]:
    """No key stands in clear.

    Why:
        Backups, tickets and screens show the config; a key in clear is a key that many know.
    Fix:
        Let the router hide its keys, as far as it can, and keep the files where few can read them; replace the keys
        that were shown.
    Bad:
        neighbor 172.31.0.18 password 0 ...
    Good:
        neighbor 172.31.0.18 password 6 ...
    """
    by_file: dict[str, list[int]] = {}
    for mark in router.marks("clear-key"):
        by_file.setdefault(mark.file, []).append(mark.line)
    for file, lines in by_file.items():
        count = len(set(lines))
        what = "one key stands in clear" if count == 1 else f"{count} keys stand in clear, the first one here"
        yield Problem(message=what, device=router.name, place=(file, min(lines)))


@rule("AUD-034", Severity.WARNING, source="house-rule")
def nothing_is_dead(router: AuditedRouter) -> Iterator[Problem]:
    """Every list and policy is used, and every subinterface of a circuit has its session.

    Why:
        Leftovers of customers who went hide what is in use, and are taken for it one day.
    Fix:
        Remove what nothing uses.
    Bad:
        ip prefix-list OLD-CUSTOMER permit 10.1.0.0/16
    Good:
        ! only lists that a policy uses
    """
    used = {(one.kind, one.name) for one in router.audit.references}
    for one in router.audit.definitions:
        numbered = one.name.isdigit()
        if (one.kind, one.name) not in used and (numbered or one.name not in router.audit.words):
            yield Problem(
                message=f"{one.kind} {one.name} is used nowhere", device=router.name, place=(one.file, one.line)
            )
    circuits = {
        (name.partition(".")[0], router.facts.interfaces[name].tags.outer)  # type: ignore[union-attr]
        for name in router.facing
        if isinstance(router.facts.interfaces[name].tags, QinQ)
    }
    ports = {port for port, _ in circuits}
    alive = {interface.name for one in router.facts.neighbors.values() if (interface := router.connected(one)[0])}
    for name, found in router.facts.interfaces.items():
        if isinstance(found.tags, QinQ) and name.partition(".")[0] in ports and found.addresses and name not in alive:
            yield Problem(
                message=f"interface {name} has two tags on a port towards Microsoft, and no session",
                device=router.name,
                fact=("interfaces", name),
            )


@rule("AUD-035", Severity.WARNING, source="ER-BGP-14, SMP-E17, SMP-E25")
def pair_is_alike(pair: AuditedPair) -> Iterator[Problem]:
    """The two links of a peering differ in their addresses only.

    Why:
        What is on one router and not on the other is an edit that was made once; it shows when the links change roles.
    Fix:
        Make the same change on both routers.
    Bad:
        ! pe1: seq 15 permit 10.3.0.0/16; pe2: without it
    Good:
        ! both: seq 15 permit 10.3.0.0/16
    """
    (one, first), (two, second) = pair.both
    for what in _differences(pair):
        yield Problem(
            message=f"{second.name} and {one.name} {first.name} differ: {what} (a pair {pair.how})",
            device=two.name,
            fact=("neighbors", second.neighbor.key),
        )


def _differences(pair: AuditedPair) -> Iterator[str]:
    (one, first), (two, second) = pair.both
    here, there = first.neighbor, second.neighbor
    if here.local_as != there.local_as:
        yield f"AS {there.local_as} and AS {here.local_as}"
    for field in ("keepalive", "hold", "multihop", "send_community", "remove_private", "allowas_in", "as_override"):
        mine, theirs = getattr(here, field), getattr(there, field)
        if mine != theirs:
            yield f"{field.replace('_', ' ')} is {theirs} and {mine}"
    for field in ("bfd", "max_prefix"):
        mine, theirs = getattr(here, field), getattr(there, field)
        if (mine is None) != (theirs is None):
            has, lacks = (two.name, one.name) if mine is None else (one.name, two.name)
            yield f"{field.replace('_', '-')} is on {has}, not on {lacks}"
    if pair.one.platform is pair.two.platform and len(here.extra) != len(there.extra):
        more = [text for text in here.extra if text.split()[0] not in {o.split()[0] for o in there.extra}]
        more += [text for text in there.extra if text.split()[0] not in {o.split()[0] for o in here.extra}]
        if more:
            yield f"{more[0].split()[0]} is on one of them only"
    if not _as_planned(pair):
        yield from _links(first, second)
    for word, way in (("inbound", "import_policy"), ("outbound", "export_policy")):
        if way == "import_policy" or pair.plan is None or pair.plan.same_announcements:
            yield from _entries(pair, word, way)


def _as_planned(pair: AuditedPair) -> bool:
    """Whether the inventory wants exactly these interfaces."""
    for router, edge in pair.both:
        name = edge.interface.name if edge.interface is not None else ""
        planned = router.plan.facts.interfaces.get(name) if router.plan is not None else None
        if planned is None or edge.interface is None or planned.tags != edge.interface.tags:
            return False
    return True


def _links(first: Edge, second: Edge) -> Iterator[str]:
    here, there = first.interface, second.interface
    if here is None or there is None:
        return
    mine = here.tags.inner if isinstance(here.tags, QinQ) else getattr(here.tags, "vlan", 0)
    theirs = there.tags.inner if isinstance(there.tags, QinQ) else getattr(there.tags, "vlan", 0)
    if mine != theirs:
        yield f"the customer's tag is {theirs} and {mine}"
    for field in ("mtu", "urpf", "mss"):
        if getattr(here, field) != getattr(there, field):
            yield f"{field} of the interface is {getattr(there, field) or 'none'} and {getattr(here, field) or 'none'}"


def _entries(pair: AuditedPair, word: str, way: str) -> Iterator[str]:
    """What the policies match and set, whatever its names: each side's link stands for ``link``."""
    (one, first), (two, second) = pair.both
    pools = {rule.outside for router in (one, two) for rule in router.facts.nat_rules.values()}
    here, there = _shape(one, first, way, pools), _shape(two, second, way, pools)
    for router, only in ((one, here - there), (two, there - here)):
        if only:
            shown = sorted(only)[:_SHOWN]
            rest = len(only) - len(shown)
            yield f"{word} filter has {', '.join(shown)}{f' and {rest} more' if rest else ''} on {router.name} only"


def _shape(router: AuditedRouter, edge: Edge, way: str, pools: Set[Prefix]) -> frozenset[str]:
    """Sentences about a session's policy, in which no name and no address of the link is left."""
    out: set[str] = set()
    link = edge.address.network if edge.address is not None else None
    for name in getattr(edge.neighbor, way).split():
        policy = router.facts.policies.get(name)
        for step in policy.rules if policy is not None else ():
            out.update(_step(router, edge, step, link, pools))
    return frozenset(out)


def _step(
    router: AuditedRouter, edge: Edge, step: PolicyRule, link: Prefix | None, pools: Set[Prefix]
) -> Iterator[str]:
    verb = "permit" if step.permit else "deny"
    entries: list[PrefixEntry] = list(step.prefixes)
    for name in step.prefix_lists:
        found = router.facts.prefix_lists.get((name, edge.neighbor.family))
        entries += found.entries if found is not None else ()
    for entry in entries:
        same = verb if entry.permit else f"not {verb}"
        if link is not None and entry.prefix.version == link.version and _near(entry.prefix, link):
            continue
        if entry.prefix in pools:
            yield f"{same} a pool of the pair"
            continue
        lengths = (
            "" if entry.low == entry.high == entry.prefix.prefixlen else f" of lengths {entry.low} to {entry.high}"
        )
        yield f"{same} {entry.prefix}{lengths}"
    for name in step.community_lists:
        listed = router.facts.community_lists.get(name)
        yield from (f"{verb} community {value}" for value in (listed.communities if listed is not None else ()))
    if step.med is not None:
        yield f"metric {step.med}"


def _near(prefix: Prefix, link: Prefix) -> bool:
    """The link's own network, the other half's, or that of both."""
    around = link.supernet()
    return prefix.prefixlen >= around.prefixlen and int(prefix.network_address) >> (
        link.max_prefixlen - around.prefixlen
    ) == int(around.network_address) >> (link.max_prefixlen - around.prefixlen)
