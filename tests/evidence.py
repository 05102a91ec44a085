"""A pair of routers in which nothing is wrong, and ways to break it.

Built on `tests.plans.charlie`: private peering active-passive (pe1 preferred), Microsoft peering
active-active in both families with one NAT pool on both links, a CE, and iBGP between the two in both
VRFs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_interface, ip_network
from types import SimpleNamespace
from typing import Any, Literal, cast

from msgspec.structs import replace

from generator.model.address import RESERVED_V4, RESERVED_V6, Prefix, parse_address
from generator.model.facts import (
    FACT_TABLES,
    Facts,
    Interface,
    Neighbor,
    PolicyRule,
    PrefixEntry,
    PrefixList,
    ReadResult,
    StaticRoute,
)
from generator.model.finding import Severity
from generator.model.plan import DevicePlan, Domain, PairPlan, Peer, Role, Session
from generator.model.vlan import QinQ, Tags
from generator.platforms.base import Platform
from generator.readback.evidence import DeviceEvidence, PairEvidence
from generator.rules import REGISTRY, Problem, load
from tests.plans import charlie, exact

PORTS = ("Te0/1/0", "Te0/1/1", "Te0/1/2")
POOL = ip_network("203.0.113.64/27")
POOL6 = ip_network("2001:db8:100:100::/56")
VNET, HOME = ip_network("10.101.0.0/16"), ip_network("10.0.0.0/16")
FILTER = ("12076:5060", "12076:51002", "12076:52002")
PRIVATE, MICROSOFT = ("customers", "charlie", "private"), ("customers", "charlie", "microsoft")


def _name(port: str, tags: Tags, unit: int | None) -> str:
    return f"{port}.{tags}"


PLATFORM = cast(
    Platform,
    SimpleNamespace(
        id="paper",
        title="Paper OS",
        subinterface=_name,
        observable=lambda facts: facts,
        limits=SimpleNamespace(name_length=31),
    ),
)


def _bogons(reserved: tuple[Prefix, ...], longest: int) -> tuple[PrefixEntry, ...]:
    width = reserved[0].max_prefixlen
    everything = ip_network("0.0.0.0/0" if width == 32 else "::/0")
    inside = [PrefixEntry(one, one.prefixlen, width) for one in reserved]
    return (PrefixEntry(everything, 0, 0), *inside, PrefixEntry(everything, longest + 1, width))


def _without_documentation(reserved: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
    return tuple(
        one for one in reserved if not str(one).startswith(("203.0.113", "198.51", "192.0.2", "2001:db8", "3fff"))
    )


def plan(router: Literal["pe1", "pe2"]) -> DevicePlan:
    """The plan of one router, complete with sessions and origins."""
    base = charlie(PLATFORM, PORTS, router)
    facts, first = base.facts, router == "pe1"
    lists = {
        **facts.prefix_lists,
        ("BOGONS", 4): PrefixList("BOGONS", 4, _bogons(_without_documentation(RESERVED_V4), 29)),
        ("BOGONS", 6): PrefixList("BOGONS", 6, _bogons(_without_documentation(RESERVED_V6), 64)),
        ("CHARLIE-AMS-MICROSOFT-OUT", 4): exact("CHARLIE-AMS-MICROSOFT-OUT", 4, str(POOL)),
    }
    link = Interface("Te0/1/2.103.200", "CHARLIE-MS", "pair", QinQ(103, 200), _interlink(first))
    partners = {one.key: one for one in _partners(first)}
    routes = [StaticRoute("CHARLIE-MS", one, "discard") for one in (POOL, POOL6)]
    facts = replace(
        facts,
        prefix_lists=lists,
        interfaces={**facts.interfaces, link.name: link},
        neighbors={**facts.neighbors, **partners},
        bgp={**facts.bgp, "CHARLIE-MS": replace(facts.bgp["CHARLIE-MS"], networks=(POOL, POOL6))},
        static_routes={(one.vrf, one.prefix, one.next_hop): one for one in routes},
        switches=frozenset(("bfdd",)),
    )
    # What we announce must not come back, whatever community it carries.
    own = PolicyRule("5", False, prefix_lists=("CHARLIE-AMS-MICROSOFT-OUT",))
    for name in ("CHARLIE-AMS-MICROSOFT-IN-V4", "CHARLIE-AMS-MICROSOFT-IN-V6"):
        inbound = facts.policies[name]
        facts = replace(facts, policies={**facts.policies, name: replace(inbound, rules=(own, *inbound.rules))})
    sessions = tuple(_sessions(facts, Role.PRIMARY if first else Role.SECONDARY))
    origins = {("neighbors", one.neighbor): one.origin for one in sessions}
    return replace(base, facts=facts, sessions=sessions, origins=origins, inventory_path=("routers", router))


def _interlink(first: bool) -> tuple[Any, ...]:
    return (
        ip_interface("169.254.0.1/30" if first else "169.254.0.2/30"),
        ip_interface("fe80:1::1/126" if first else "fe80:1::2/126"),
    )


def _partners(first: bool) -> Iterator[Neighbor]:
    for family, ends in ((4, ("169.254.0.2", "169.254.0.1")), (6, ("fe80:1::2", "fe80:1::1"))):
        yield Neighbor(
            "CHARLIE-MS",
            parse_address(ends[0 if first else 1]),
            cast(Literal[4, 6], family),
            64600,
            64600,
            export_policy="PARTNER-OUT",
            next_hop_self=True,
        )


def _sessions(facts: Facts, role: Role) -> Iterator[Session]:
    for key, neighbor in facts.neighbors.items():
        if neighbor.remote_as == 64703:
            yield Session(
                peer=Peer.CUSTOMER,
                neighbor=key,
                family=4,
                customer="charlie",
                role=role,
                announce=(VNET,),
                accept=(HOME,),
            )
        elif neighbor.remote_as == 64600:
            yield Session(peer=Peer.PARTNER, neighbor=key, family=neighbor.family, customer="charlie", role=role)
        elif neighbor.vrf == "CHARLIE":
            yield Session(
                peer=Peer.MSEE,
                neighbor=key,
                family=4,
                customer="charlie",
                circuit="charlie-ams",
                domain=Domain.PRIVATE,
                role=role,
                announce=(HOME,),
                accept=(VNET,),
                own=(HOME,),
                mode="active_passive",
                origin=PRIVATE,
            )
        else:
            pool = POOL if neighbor.family == 4 else POOL6
            yield Session(
                peer=Peer.MSEE,
                neighbor=key,
                family=neighbor.family,
                customer="charlie",
                circuit="charlie-ams",
                domain=Domain.MICROSOFT,
                role=role,
                announce=(pool,),
                accept_communities=FILTER,
                own=(pool,),
                origin=MICROSOFT,
            )


def read(plan: DevicePlan, facts: Facts | None = None, **more: Any) -> DeviceEvidence:
    """The evidence of a router whose text says ``facts``; without them: what the plan says."""
    said = plan.facts if facts is None else facts
    keys = [(table, key) for table in FACT_TABLES for key in getattr(said, table)]
    places = {key: (f"{plan.name}.cfg", number) for number, key in enumerate(keys, 10)}
    result = ReadResult(said, places, header=f"! {plan.title}")
    return DeviceEvidence(plan=plan, platform=PLATFORM, result=result, **more)


Change = Callable[[Facts], Facts]


def pair(
    domain: Domain = Domain.PRIVATE,
    family: Literal[4, 6] = 4,
    one: Change | None = None,
    two: Change | None = None,
    **more: Any,
) -> PairEvidence:
    """The pair of a peering; ``one`` and ``two`` change what the texts of pe1 and pe2 say."""
    devices = [device("pe1", one), device("pe2", two)]
    keys = [next(s.neighbor for s in d.plan.sessions if s.domain is domain and s.family == family) for d in devices]
    private = domain is Domain.PRIVATE
    planned = PairPlan(
        customer="charlie",
        circuit="charlie-ams",
        domain=domain,
        family=family,
        primary=("pe1", keys[0]),
        secondary=("pe2", keys[1]),
        mode="active_passive" if private else "active_active",
        preferred=Role.PRIMARY if private else None,
        origin=PRIVATE if private else MICROSOFT,
    )
    return PairEvidence(pair=replace(planned, **more), primary=devices[0], secondary=devices[1])


def device(router: Literal["pe1", "pe2"] = "pe1", change: Change | None = None, **more: Any) -> DeviceEvidence:
    """One router; ``change`` says what is wrong in its text."""
    planned = plan(router)
    return read(planned, change(planned.facts) if change else None, **more)


def edit(table: str, key: object, **attributes: Any) -> Change:
    """One object of the facts says something else."""

    def change(facts: Facts) -> Facts:
        objects = dict(getattr(facts, table))
        objects[key] = replace(objects[key], **attributes)
        return replace(facts, **{table: objects})

    return change


def add(table: str, key: object, thing: object) -> Change:
    return lambda facts: replace(facts, **{table: {**getattr(facts, table), key: thing}})


def drop(table: str, key: object) -> Change:
    return lambda facts: replace(facts, **{table: {one: it for one, it in getattr(facts, table).items() if one != key}})


def both(*changes: Change) -> Change:
    def change(facts: Facts) -> Facts:
        for one in changes:
            facts = one(facts)
        return facts

    return change


Said = tuple[str, Severity, str]


def say(rule_id: str, thing: object) -> list[Said]:
    """What a rule says about a thing: rule, severity, message."""
    return [(rule_id, severity, problem.message) for severity, problem in problems(rule_id, thing)]


def problems(rule_id: str, thing: object) -> list[tuple[Severity, Problem]]:
    load()
    rules = [one for one in REGISTRY[rule_id] if one.scope == type(thing).__name__]
    assert rules, f"{rule_id} does not look at {type(thing).__name__}"
    return [
        (one.severity if problem.severity is None else problem.severity, problem)
        for one in rules
        for problem in one.check(thing)
    ]


def everything(*things: object) -> list[str]:
    """All that all pair rules say."""
    load()
    return [
        f"{one.id} {problem.message}"
        for thing in things
        for entries in REGISTRY.values()
        for one in entries
        if one.scope == type(thing).__name__
        for problem in one.check(thing)
    ]
