"""Two routers with tunnels, filters, NAT and QoS in which nothing is wrong, and ways to break them.

Built on `tests.security_plans.r1` (G.3's R1 with a Microsoft peering beside), made complete: sessions,
flows, the link between the two in the front VRF, and filters that know of everything.  r2 is r1 with
other addresses.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal, TypeVar, cast

import msgspec
from msgspec.structs import replace

from generator.model.address import DOCUMENTATION, RESERVED_V4, Prefix, parse_address, parse_link, parse_prefix
from generator.model.facts import (
    BgpVrf,
    Facts,
    Filter,
    FilterRule,
    IcmpType,
    Interface,
    MaxPrefix,
    Neighbor,
    Policy,
    PolicyRule,
    Ports,
    StaticRoute,
    Zone,
    ZonePolicy,
)
from generator.model.filters import ESP, ICMP, ICMP6, TCP, UDP
from generator.model.plan import DevicePlan, Domain, PairPlan, Passage, Peer, Role, Session, Side, TunnelPlan
from generator.model.vlan import Dot1q, Tags
from generator.platforms.base import Feature, Platform
from generator.readback.evidence import DeviceEvidence, PairEvidence
from generator.readback.tunnel_evidence import TunnelEvidence
from tests.evidence import Change, read
from tests.plans import AS_PATHS, LAST, exact, keyed_lists, named
from tests.security_plans import (
    BGP,
    BGP_PEERS,
    GATEWAYS,
    MSEE,
    ONPREM,
    ONPREM6,
    OTHER,
    PUBLIC_MSEE,
    PUBLIC_MSEE6,
    SOURCE,
    VNET,
    VNET6,
    flow,
    r1,
    rules,
)

Router = Literal["r1", "r2"]
T = TypeVar("T")

ANNOUNCED, ANNOUNCED6 = parse_prefix("203.0.113.64/27"), parse_prefix("2001:db8:100:100::/56")
SERVICE, SERVICE6 = parse_prefix("13.107.6.0/24"), parse_prefix("2620:1ec:4::/48")
WEB = (Ports(443, 443), Ports(8000, 8099))
MANAGEMENT = parse_prefix("192.0.2.0/26")
PRIVATE = ("customers", "fjell", "private")
PUBLIC = ("customers", "fjell", "microsoft")


def _sub(port: str, tags: Tags, unit: int | None) -> str:
    return f"{port}.{tags}"


PAPER = cast(
    Platform,
    SimpleNamespace(
        id="paper",
        title="Paper OS",
        can=lambda model: frozenset(Feature),
        subinterface=_sub,
        loopback="Lo{}".format,
        tunnel="Tu{}".format,
        observable=lambda facts: facts,
        limits=SimpleNamespace(name_length=31),
    ),
)

AZURE = "Te0/1/0"
LINK, MS_LINK = f"{AZURE}.77.410", f"{AZURE}.77.420"
INSIDE, DMZ, BETWEEN = "Te0/1/1.20", "Te0/1/1.30", "Te0/1/2.10"
TUNNELS = ("Tu308", "Tu309")
BOGONS = tuple(one for one in RESERVED_V4 if one not in DOCUMENTATION)

_SECOND = {
    "172.19.254.1": "172.19.254.5",
    "172.19.254.2": "172.19.254.6",
    "172.20.0.1": "172.20.0.2",
    "172.20.0.2": "172.20.0.1",
    "169.254.100.1": "169.254.100.2",
    "203.0.113.1": "203.0.113.5",
    "203.0.113.2": "203.0.113.6",
    "2001:db8:1::1": "2001:db8:1::5",
    "2001:db8:1::2": "2001:db8:1::6",
    "192.168.20.1": "192.168.20.5",
    "192.168.30.1": "192.168.30.5",
    "192.168.40.1": "192.168.40.2",
    "fd00:c0::1": "fd00:c0::5",
    "r1": "r2",
    "r1: primary router of pair fjellmark": "r2: secondary router of pair fjellmark",
}


def _second(thing: Any) -> Any:
    """The same thing of the other router: its addresses instead."""
    if isinstance(thing, msgspec.Struct):
        return replace(thing, **{name: _second(getattr(thing, name)) for name in thing.__struct_fields__})
    if isinstance(thing, dict):
        return {_second(key): _second(value) for key, value in thing.items()}
    if isinstance(thing, tuple):
        return tuple(map(_second, thing))
    text, _, length = str(thing).partition("/")
    if text not in _SECOND or isinstance(thing, Role):
        return thing
    if isinstance(thing, str):
        return _SECOND[text]
    if not length:
        return parse_address(_SECOND[text])
    of = parse_link if hasattr(thing, "ip") else parse_prefix
    return of(f"{_SECOND[text]}/{length}")


def _filters(given: dict[tuple[str, Any], Filter]) -> dict[tuple[str, Any], Filter]:
    """Those of `tests.security_plans`, where they would let through too much or too little."""
    out = dict(given)

    def add(name: str, family: Any, *some: Any) -> None:
        out[name, family] = Filter(name, family, rules(*some))

    def ike(a: Any, b: Any) -> list[dict[str, Any]]:
        return [flow(UDP, a, b, destination_ports=(Ports(500, 500), Ports(4500, 4500))), flow(ESP, a, b)]

    add("TRANSPORT-AZ-IN", 4, *ike(GATEWAYS, (SOURCE, OTHER)))
    add("TRANSPORT-IN-AZ", 4, *ike((SOURCE, OTHER), GATEWAYS))
    add(
        "DMZ-MS-AZ-IN",
        4,
        FilterRule("", False, sources=(*BOGONS, ANNOUNCED), log=True),
        flow(TCP, (), ONPREM, source_ports=(Ports(443, 443),), established=True),
        flow(ICMP, (), ONPREM, icmp=(IcmpType(3, 4), IcmpType(11))),
    )
    add("DMZ-MS-IN-AZ", 4, flow(TCP, ONPREM, (), destination_ports=(Ports(443, 443),)))
    peers = (MSEE, PUBLIC_MSEE, *BGP_PEERS)
    add(
        "CONTROL-PLANE",
        4,
        flow(TCP, peers, (), destination_ports=BGP),
        flow(TCP, peers, (), source_ports=BGP, established=True),
        flow(UDP, MSEE, (), destination_ports=(Ports(3784, 3784),)),
        *ike(GATEWAYS, SOURCE),
        flow(TCP, MANAGEMENT, (), destination_ports=(Ports(22, 22), Ports(830, 830))),
        flow(ICMP, (), ()),
    )
    add(
        "CONTROL-PLANE",
        6,
        flow(TCP, PUBLIC_MSEE6, (), destination_ports=BGP),
        flow(TCP, PUBLIC_MSEE6, (), source_ports=BGP, established=True),
        flow(ICMP6, (), ()),
    )
    return out


def _policies() -> Iterator[Policy]:
    through = PolicyRule("5", False, as_path_lists=("THROUGH-MSEE",))
    for name, prefixes in (("ANNOUNCE-V4", "HOME"), ("MS-OUT-V4", "MS-OUT"), ("MS-OUT-V6", "MS-OUT")):
        yield Policy(name, (through, PolicyRule("10", True, prefix_lists=(prefixes,)), LAST))
    yield Policy("VPN-OUT-V4", (PolicyRule("10", True, prefix_lists=("VPN-OUT",)), LAST))
    for name, prefixes in (("VPN-IN-V4", "VNETS"), ("MS-IN-V4", "MS-IN"), ("MS-IN-V6", "MS-IN")):
        yield Policy(name, (PolicyRule("10", True, prefix_lists=(prefixes,), local_preference=200), LAST))


def _public_neighbors() -> Iterator[Neighbor]:
    for address, family in (("203.0.113.2", 4), ("2001:db8:1::2", 6)):
        yield Neighbor(
            "DMZ-MS",
            parse_address(address),
            cast(Literal[4, 6], family),
            12076,
            64610,
            import_policy=f"MS-IN-V{family}",
            export_policy=f"MS-OUT-V{family}",
            max_prefix=MaxPrefix(2000),
        )


def _facts(facts: Facts) -> Facts:
    between = Interface(BETWEEN, "TRANSPORT", "r2", Dot1q(10), (parse_link("192.168.40.1/30"),))
    neighbors = {
        key: replace(one, import_policy="VPN-IN-V4", export_policy="VPN-OUT-V4") if one.remote_as == 65515 else one
        for key, one in facts.neighbors.items()
    }
    lists = keyed_lists(
        exact("VPN-OUT", 4, str(ONPREM)),
        exact("MS-OUT", 4, str(ANNOUNCED)),
        exact("MS-OUT", 6, str(ANNOUNCED6)),
        exact("MS-IN", 4, str(SERVICE)),
        exact("MS-IN", 6, str(SERVICE6)),
    )
    anchors = [StaticRoute("DMZ-MS", one, "discard") for one in (ANNOUNCED, ANNOUNCED6)]
    pairs = {
        one: ZonePolicy(*one, name)
        for one, name in (
            (("TRANSPORT-AZ", "TRANSPORT-IN"), "TRANSPORT-AZ-IN"),
            (("TRANSPORT-IN", "TRANSPORT-AZ"), "TRANSPORT-IN-AZ"),
        )
    }
    return replace(
        facts,
        interfaces={**facts.interfaces, between.name: between},
        zones={**facts.zones, "TRANSPORT-IN": Zone("TRANSPORT-IN", "TRANSPORT", (BETWEEN,))},
        zone_policies={**facts.zone_policies, **pairs},
        filters=_filters(facts.filters),
        prefix_lists={**facts.prefix_lists, **lists},
        as_path_lists={"THROUGH-MSEE": AS_PATHS["THROUGH-MSEE"]},
        policies={**facts.policies, **named(*_policies())},
        neighbors={**neighbors, **{one.key: one for one in _public_neighbors()}},
        bgp={**facts.bgp, "DMZ-MS": BgpVrf("DMZ-MS", 64610, "203.0.113.1", (ANNOUNCED, ANNOUNCED6), maximum_paths=2)},
        static_routes={**facts.static_routes, **{(one.vrf, one.prefix, one.next_hop): one for one in anchors}},
    )


def _sessions(facts: Facts) -> Iterator[Session]:
    tunnels = {route.prefix.network_address: route.next_hop for route in facts.static_routes.values()}

    def one(neighbor: Neighbor, peer: Peer, **more: Any) -> Session:
        return Session(
            peer=peer,
            neighbor=neighbor.key,
            family=neighbor.family,
            customer="fjell",
            circuit="fjell-lon",
            role=Role.PRIMARY,
            **more,
        )

    for neighbor in facts.neighbors.values():
        if neighbor.remote_as == 65515:
            tunnel = tunnels[neighbor.address]
            lists = {"announce": (ONPREM,), "accept": (VNET,), "own": (ONPREM,)}
            yield one(neighbor, Peer.GATEWAY, domain=Domain.PRIVATE, tunnel=tunnel, origin=PRIVATE, **lists)
        elif neighbor.vrf == "TRANSPORT":
            lists = {"announce": (SOURCE, OTHER), "accept": (VNET,), "own": (SOURCE, OTHER)}
            yield one(neighbor, Peer.MSEE, domain=Domain.PRIVATE, origin=PRIVATE, **lists)
        else:
            four = neighbor.family == 4
            announce = (ANNOUNCED if four else ANNOUNCED6,)
            lists = {"announce": announce, "accept": (SERVICE if four else SERVICE6,), "own": announce}
            yield one(neighbor, Peer.MSEE, domain=Domain.MICROSOFT, origin=PUBLIC, **lists)


def passages() -> tuple[Passage, ...]:
    def corp(protocol: int, sources: Prefix, destinations: Prefix, **more: Any) -> Passage:
        out = sources in (ONPREM, ONPREM6)
        return Passage(
            vrf="CORP",
            family=4 if sources.version == 4 else 6,
            source=Side.INSIDE if out else Side.TUNNEL,
            destination=Side.TUNNEL if out else Side.INSIDE,
            protocol=protocol,
            sources=(sources,),
            destinations=(destinations,),
            origin=("customers", "fjell", "flows"),
            **more,
        )

    microsoft = Passage(
        vrf="DMZ-MS",
        family=4,
        source=Side.INSIDE,
        destination=Side.AZURE,
        protocol=TCP,
        sources=(ONPREM,),
        destinations=(),
        ports=(Ports(443, 443),),
    )
    return (
        corp(TCP, ONPREM, VNET, ports=WEB),
        corp(UDP, ONPREM, VNET, ports=(Ports(53, 53),)),
        corp(ICMP, ONPREM, VNET, icmp=(IcmpType(8),)),
        corp(TCP, VNET, ONPREM, ports=(Ports(1433, 1433),)),
        corp(TCP, ONPREM6, VNET6, ports=WEB),
        microsoft,
    )


@cache
def plan(router: Router = "r1", *, stateful: bool = False) -> DevicePlan:
    """The plan of one router, complete with sessions, flows and origins."""
    base = r1(PAPER, (AZURE, "Te0/1/1", "Te0/1/2"), stateful=stateful)
    facts = _facts(base.facts)
    sessions = tuple(_sessions(facts))
    planned = replace(
        base,
        facts=facts,
        sessions=sessions,
        passages=passages(),
        sides={**base.sides, BETWEEN: Side.INSIDE},
        origins={("neighbors", one.neighbor): one.origin for one in sessions},
        inventory_path=("routers", "r1"),
    )
    if router == "r1":
        return planned
    second = cast(DevicePlan, _second(planned))
    turned = tuple(replace(one, role=Role.SECONDARY) for one in second.sessions)
    return replace(second, sessions=tuple(replace(one, announce=tuple(sorted(one.announce))) for one in turned))


def device(
    router: Router = "r1", change: Change | None = None, *, stateful: bool = False, **more: Any
) -> DeviceEvidence:
    """One router; ``change`` says what is wrong in its text."""
    planned = plan(router, stateful=stateful)
    return replace_platform(read(planned, change(planned.facts) if change else None, **more))


def replace_platform(evidence: DeviceEvidence) -> DeviceEvidence:
    evidence.platform = PAPER
    return evidence


def tunnels(one: Change | None = None, two: Change | None = None) -> TunnelEvidence:
    """The tunnels of both routers; ``one`` and ``two`` change what the texts of r1 and r2 say."""
    gateways = tuple(one.network_address for one in GATEWAYS)
    planned = TunnelPlan(
        customer="fjell",
        circuit="fjell-lon",
        domain=Domain.PRIVATE,
        gateways=gateways,
        primary=("r1", TUNNELS),
        secondary=("r2", TUNNELS),
        origin=PRIVATE,
    )
    return TunnelEvidence(plan=planned, primary=device("r1", one), secondary=device("r2", two))


def pair(
    domain: Domain = Domain.MICROSOFT,
    family: Literal[4, 6] = 4,
    one: Change | None = None,
    two: Change | None = None,
) -> PairEvidence:
    """The pair of a peering."""
    devices = [device("r1", one), device("r2", two)]
    keys = [
        next(s.neighbor for s in d.plan.sessions if s.peer is Peer.MSEE and s.domain is domain and s.family == family)
        for d in devices
    ]
    planned = PairPlan(
        customer="fjell",
        circuit="fjell-lon",
        domain=domain,
        family=family,
        primary=("r1", keys[0]),
        secondary=("r2", keys[1]),
        mode="active_active",
        origin=PRIVATE if domain is Domain.PRIVATE else PUBLIC,
    )
    return PairEvidence(pair=planned, primary=devices[0], secondary=devices[1])


def steps(name: str, family: Literal[4, 6], *given: dict[str, Any] | FilterRule) -> Change:
    """A filter has these rules, and denies the rest."""

    def change(facts: Facts) -> Facts:
        return replace(facts, filters={**facts.filters, (name, family): Filter(name, family, rules(*given))})

    return change


def ahead(name: str, family: Literal[4, 6], *given: dict[str, Any] | FilterRule) -> Change:
    """A filter has these rules ahead of its own."""

    def change(facts: Facts) -> Facts:
        own = facts.filters[name, family].rules[:-1]
        return steps(name, family, *given, *own)(facts)

    return change


def without(name: str, family: Literal[4, 6], *labels: str) -> Change:
    """Rules of a filter are missing."""

    def change(facts: Facts) -> Facts:
        own = facts.filters[name, family]
        left = tuple(one for one in own.rules if one.label not in labels)
        return replace(facts, filters={**facts.filters, (name, family): replace(own, rules=left)})

    return change
