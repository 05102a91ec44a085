"""Three vendors' firewalls mean the same: what one inventory becomes on each of them judges every packet alike.

One inventory is planned and rendered for IOS-XE (a zone-based firewall), for Junos (packet filters on an MX, a
session table on an SRX) and for Linux (nftables); each text is read back, and the same packets are put to each.
Interfaces go by what is said of them in their descriptions, for their names differ.

What cannot be equal is left out, and nothing else:

- Packets that claim to cross a router and have one of its own addresses as source (towards Azure) or as
  destination (from Azure).  They do not exist: such a packet was sent by the router, or is for it.  An MX
  has one filter for both and drops them; zones have a policy for each and would ask the wrong one.
- On an MX, ICMP errors that cross the router towards Azure, and IPv6 neighbour discovery in both
  directions.  The router itself may send the former to anybody and must have the latter, and the one
  filter cannot tell whose they are.  Errors are let out on purpose (FW-PERM-08), discovery never crosses a router.
- On an SRX, which knows sessions and not packets: answers without a session (it has no ``established``), and
  answers in conversations with the router itself, of which it keeps sessions too.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.model.address import Address, parse_address
from generator.model.facts import Facts
from generator.model.filters import ESP, ICMP, ICMP6, SELF, TCP, UDP
from generator.model.plan import DevicePlan, Side
from generator.pipeline import read_inventory
from generator.plan.build import plan
from generator.platforms import load
from generator.readback.packet import Firewall, Packet
from generator.readback.read import read_rendered
from generator.render.engine import renderer_of
from tests.properties.inventories import PORTS, written

MX: Final = "juniper_junos"
SRX: Final = "juniper_junos SRX1500"
THREE: Final = ("cisco_xe", MX, "linux_frr")
WITH_SESSIONS: Final = ("cisco_xe", SRX, "linux_frr")
TRANSLATING: Final = ("cisco_xe", "linux_frr")

Texts = Callable[[str], dict[str, Any]]


class Judge(msgspec.Struct):
    """One router of one platform, as its text has it."""

    platform: str
    firewall: Firewall
    interfaces: dict[str, str]
    """Description → name."""

    def name(self, words: str) -> str:
        return SELF if words == SELF else self.interfaces[words]

    def first(self, packet: Packet, arrives: str, leaves: str) -> bool | None:
        return self.firewall.verdict(packet, self.name(arrives), self.name(leaves)).permitted

    def both(self, packet: Packet, arrives: str, leaves: str) -> bool | None:
        return self.firewall.passes(packet, self.name(arrives), self.name(leaves)).permitted


class Way(msgspec.Struct, frozen=True):
    """Two ends of a way through a router, in the words of the descriptions."""

    vrf: str
    arrives: str
    leaves: str
    sides: tuple[Side | str, Side | str]


def judges(inventory: dict[str, Any], platform: str) -> tuple[dict[str, DevicePlan], dict[str, Judge]]:
    """Plan, render and read an inventory for one platform."""
    kind, _, model = platform.partition(" ")
    azure, customer, link = PORTS[kind]
    if model:
        azure, customer, link = "xe-0/0/16", "xe-0/0/17", "xe-0/0/18"
    router = {"platform": kind, "azure_port": azure, "customer_port": customer, "interlink_port": link}
    router["management"] = {"prefixes": ["10.20.250.0/24"]}  # type: ignore[assignment]
    if model:
        router["model"] = model
    with tempfile.TemporaryDirectory() as folder:
        loaded = read_inventory(written(inventory | {"routers": {"r1": router, "r2": router}}, Path(folder)))
    assert loaded.intent is not None, [one.message for one in loaded.findings]
    planned = plan(loaded.intent).plan.devices
    found = {}
    for name, device in planned.items():
        texts = {one.file.name: one.text for one in renderer_of(kind).render(device)}
        read = read_rendered(load(kind), texts)
        assert not read.unrecognised
        facts: Facts = read.facts
        described = {facts.interfaces[one].description: one for one in device.sides}
        found[name] = Judge(platform, Firewall(facts), described)
    return planned, found


def ways(device: DevicePlan) -> list[Way]:
    """Every way between Azure's side, home and the router itself."""
    ends = {
        (device.facts.interfaces[name].vrf, device.facts.interfaces[name].description): side
        for name, side in device.sides.items()
    }
    found = []
    for (vrf, words), side in ends.items():
        found += [Way(vrf, words, SELF, (side, SELF)), Way(vrf, SELF, words, (SELF, side))]
        found += [
            Way(vrf, words, others, (side, there))
            for (other_vrf, others), there in ends.items()
            if other_vrf == vrf and there is not side
        ]
    return found


def own(device: DevicePlan, vrf: str) -> list[Address]:
    found = {one.ip for each in device.facts.interfaces.values() if each.vrf == vrf for one in each.addresses}
    return sorted(found, key=lambda one: (one.version, int(one)))


# packets ----------------------------------------------------------------------------------------------

HOME = """10.20.0.0 10.20.0.1 10.20.3.255 10.20.4.0 10.20.4.255 10.20.5.0 10.20.250.7 10.20.255.255 fd00:20:: fd00:20::1
    fd00:20:ffff:ffff:ffff:ffff:ffff:ffff 20.7.1.0 20.7.1.15 20.7.2.0 20.7.2.255 2a01:7:1::5"""
AZURE = """10.60.0.0 10.60.7.255 10.60.8.0 10.60.11.255 10.60.12.0 10.60.255.255 fd00:60:: fd00:60::9
    fd00:60:ffff:ffff:ffff:ffff:ffff:ffff 52.96.0.1 13.107.6.152 2603:1006::1"""
NOBODY = """10.19.255.255 10.21.0.0 10.59.255.255 10.61.0.0 20.7.0.255 20.7.1.16 20.7.3.0 8.8.8.8 192.168.1.1
    127.0.0.1 224.0.0.1 203.0.113.9 100.64.0.1 fd00:21::1 fd00:61::1 2a01:8::1 2001:db8::1 ff02::5 fe80::9"""
LINKS = "172.31.0.1 172.31.0.2 172.31.0.5 172.31.0.6 20.7.0.1 20.7.0.2 20.7.0.5 20.7.0.6 fd00:31::1 fd00:31::2"


def addresses(text: str) -> tuple[Address, ...]:
    return tuple([parse_address(one) for one in text.split()])


POOLS: Final = {Side.INSIDE: addresses(HOME), Side.AZURE: addresses(AZURE)}
ALL: Final = (*addresses(HOME), *addresses(AZURE), *addresses(NOBODY), *addresses(LINKS))
EDGES: Final = (1, 22, 23, 52, 53, 54, 88, 161, 179, 442, 443, 444, 500, 1433, 3784, 3785, 4500, 4999, 5000, 5010, 5011)
PORT: Final = st.sampled_from((*EDGES, 7999, 8000, 8050, 8099, 8100, 50123, 65535))
PROTOCOL: Final = st.sampled_from((TCP, TCP, TCP, UDP, UDP, ICMP, ESP, 47, 51, 89, 132))
TYPES: Final = {
    4: st.sampled_from((8, 0, 3, 11, 5, 13)),
    6: st.sampled_from((128, 129, 1, 2, 3, 4, 133, 135, 136, 137, 139)),
}
ERRORS: Final = {4: (3, 11), 6: (1, 2, 3, 4)}


@st.composite
def packets(draw: st.DrawFn, device: DevicePlan, way: Way) -> Packet:
    """A packet that can come this way: the router's own side has an address of the router."""
    mine = own(device, way.vrf)
    chosen = []
    for side in way.sides:
        if side == SELF:
            chosen.append(draw(st.sampled_from(mine)))
            continue
        here = POOLS[Side(side)]
        family = chosen[0].version if chosen else None
        fit = [one for one in (*here, *here, *here, *ALL) if family in (None, one.version)]
        chosen.append(draw(st.sampled_from(fit)))
    source, destination = chosen
    if source.version != destination.version:  # the second was the router's own: take the first of its family
        source = next(one for one in (*ALL, *mine) if one.version == destination.version)
    family, protocol = source.version, draw(PROTOCOL)
    if protocol == ICMP:
        kind = draw(TYPES[family])
        return Packet(
            source=source, destination=destination, protocol=ICMP if family == 4 else ICMP6, icmp_type=kind, icmp_code=0
        )
    if protocol not in (TCP, UDP):
        return Packet(source=source, destination=destination, protocol=protocol)
    return Packet(
        source=source,
        destination=destination,
        protocol=protocol,
        source_port=draw(PORT),
        destination_port=draw(PORT),
        answer=protocol == TCP and draw(st.booleans()),
    )


def impossible(packet: Packet, device: DevicePlan, way: Way) -> bool:
    """It claims to cross the router and is the router's own."""
    mine = own(device, way.vrf)
    return SELF not in way.sides and (packet.source in mine or packet.destination in mine)


def untellable(packet: Packet, way: Way) -> bool:
    """The filter of an MX cannot tell whether the router itself has to do with it."""
    if packet.protocol not in (ICMP, ICMP6) or SELF in way.sides:
        return False
    discovery = packet.protocol == ICMP6 and 133 <= packet.icmp_type <= 137
    return discovery or (way.sides[1] is Side.AZURE and packet.icmp_type in ERRORS[packet.family])


# inventories ------------------------------------------------------------------------------------------

SERVICES: Final = [
    "https", "dns", "ssh", "ping", "kerberos", "mssql", "tcp/8000-8099", "udp/5000-5010", "tcp", "udp", "any", "esp",
    "gre", "protocol/132", "ike", "ospf",
]  # fmt: skip
AT_HOME: Final = ["onprem", "10.20.4.0/24", "10.20.0.0/22", "fd00:20::/64"]
IN_AZURE: Final = ["vnets", "10.60.8.0/22", "10.60.0.0/21", "fd00:60::/64"]


@st.composite
def flows(draw: st.DrawFn) -> list[dict[str, Any]] | None:
    if draw(st.integers(0, 9)) == 0:
        return None
    home, azure = st.sampled_from(AT_HOME), st.sampled_from(IN_AZURE)
    found = []
    for _ in range(draw(st.integers(1, 5))):
        way = draw(st.sampled_from(("out", "in", "both", "microsoft", "published", "served")))
        source, destination = [draw(home)], [draw(azure)]
        if way == "in":
            source, destination = destination, source
        elif way == "both":
            found.append({"from": destination, "to": source, "services": [draw(st.sampled_from(SERVICES))]})
        elif way == "microsoft":
            source, destination = ["onprem"], ["microsoft"]
        elif way == "published":
            source, destination = ["published"], ["microsoft"]
        elif way == "served":
            source, destination = ["microsoft"], ["published"]
        wanted = draw(st.lists(st.sampled_from(SERVICES), min_size=1, max_size=4, unique=True))
        found.append({"from": source, "to": destination, "services": wanted, "log": draw(st.booleans())})
    return found


def inventory(wanted: list[dict[str, Any]] | None, mode: dict[str, Any], nat: dict[str, Any] | None) -> dict[str, Any]:
    microsoft = {
        "azure_vlan": 51,
        "v4": "20.7.0.0/29",
        "md5": "microsoft",
        "advertised_public_prefixes": ["20.7.1.0/28", "20.7.2.0/24", "2a01:7:1::/56"],
        "registry": "RIPENCC",
        "route_filter": ["West Europe"],
    }
    if nat:
        microsoft |= {"advertised_public_prefixes": list(nat["pool"].values()), "nat": nat}
    else:
        microsoft["v6"] = "2a01:7::/125"
    private = {"azure_vlan": 50, "v4": "172.31.0.0/29", "v6": "fd00:31::/125", "md5": "private"}
    core = {"asn": 64701, "vlan": 701, "v4": "192.168.255.0/29", "v6": "fd00:ce::/125"}
    dmz = {"asn": 64702, "vlan": 702, "v4": "192.168.254.0/29", "domain": "microsoft"}
    dmz |= {"accept": ["10.20.0.0/16"]} if nat else {"v6": "fd00:cf::/125"}
    customer = {
        "asn": 65010,
        "onprem": ["10.20.0.0/16", "fd00:20::/48"],
        "vnets": ["10.60.0.0/16", "fd00:60::/48"],
        "sessions": {"core": core, "dmz": dmz},
        "circuits": {
            "c1": {
                "service_key": "00000000-1111-4111-8111-111111111111",
                "bandwidth_mbps": 200,
                "s_tag": 101,
                "peerings": {"private": private | mode.get("peering", {}), "microsoft": microsoft},
            }
        },
        "firewall": mode["firewall"],
    }
    if wanted is not None:
        customer["flows"] = wanted
    return {"pairs": {"pair": {"routers": ["r1", "r2"]}}, "customers": {"customer": customer}}


STATELESS: Final = {"firewall": {"state": "stateless"}}
STATEFUL: Final = {"firewall": {"state": "stateful"}, "peering": {"mode": "active_passive", "preferred": "primary"}}
NAT: Final = {
    "design": "per_router",
    "inside": ["10.20.0.0/16"],
    "pool": {"primary": "20.7.1.0/28", "secondary": "20.7.1.16/28"},
}
PATIENT: Final = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
PROBES: Final = 80
"""Packets for each set of flows: 40 times 80 are 3200 a run."""


def probes(data: st.DataObject, plans: dict[str, DevicePlan]) -> Iterator[tuple[str, Way, Packet]]:
    """Packets for each router, over every way in turn; what no router ever meets is left out."""
    name = data.draw(st.sampled_from(sorted(plans)))
    device = plans[name]
    routes = ways(device)
    for place in range(PROBES):
        way = routes[place % len(routes)]
        packet = data.draw(packets(device, way))
        if not impossible(packet, device, way):
            yield name, way, packet


def alike(answers: dict[str, bool | None], name: str, way: Way, packet: Packet, seen: Counter[str]) -> None:
    assert len(set(answers.values())) == 1, f"{name}, {way.arrives} to {way.leaves}: {packet}: {answers}"
    for one in answers.values():
        assert one is not None
    seen["passes" if next(iter(answers.values())) else "dropped"] += 1


def enough(seen: Counter[str]) -> None:
    """The packets were many, and neither nearly all let through nor nearly all dropped."""
    assert seen.total() >= 2000, seen
    assert min(seen["passes"], seen["dropped"]) > seen.total() / 20, seen


def test_packet_filters_of_three_vendors_give_the_same_verdicts() -> None:
    seen: Counter[str] = Counter()

    @PATIENT
    @given(wanted=flows(), data=st.data())
    def run(wanted: list[dict[str, Any]] | None, data: st.DataObject) -> None:
        found = {one: judges(inventory(wanted, STATELESS, None), one) for one in THREE}
        for name, way, packet in probes(data, found["cisco_xe"][0]):
            asked = [one for one in THREE if one != MX or not untellable(packet, way)]
            answers = {one: found[one][1][name].first(packet, way.arrives, way.leaves) for one in asked}
            alike(answers, name, way, packet, seen)

    run()
    enough(seen)


def test_session_tables_of_three_vendors_give_the_same_verdicts_and_let_the_same_answers_back() -> None:
    seen: Counter[str] = Counter()

    @PATIENT
    @given(wanted=flows(), data=st.data())
    def run(wanted: list[dict[str, Any]] | None, data: st.DataObject) -> None:
        found = {one: judges(inventory(wanted, STATEFUL, None), one) for one in WITH_SESSIONS}
        for name, way, packet in probes(data, found["cisco_xe"][0]):
            asked = [one for one in WITH_SESSIONS if one != SRX or not packet.answer]
            answers = {one: found[one][1][name].first(packet, way.arrives, way.leaves) for one in asked}
            alike(answers, name, way, packet, seen)
            if SELF in way.sides:
                asked = [one for one in asked if one != SRX]
            answers = {one: found[one][1][name].both(packet, way.arrives, way.leaves) for one in asked}
            alike(answers, name, way, packet, seen)

    run()
    enough(seen)


def test_routers_that_translate_give_the_same_verdicts() -> None:
    seen: Counter[str] = Counter()

    @PATIENT
    @given(wanted=flows(), state=st.sampled_from(("", "stateless")), data=st.data())
    def run(wanted: list[dict[str, Any]] | None, state: str, data: st.DataObject) -> None:
        mode = {"firewall": {"state": state} if state else {}}
        found = {one: judges(inventory(wanted, mode, NAT), one) for one in TRANSLATING}
        for name, way, packet in probes(data, found["cisco_xe"][0]):
            for ask in (Judge.first, Judge.both):
                answers = {one: ask(found[one][1][name], packet, way.arrives, way.leaves) for one in TRANSLATING}
                alike(answers, name, way, packet, seen)

    run()
    enough(seen)
