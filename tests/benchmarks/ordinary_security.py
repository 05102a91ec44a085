"""The ordinary loop's part for access lists, zones, tunnels, translation and the control plane.

Written out for the made fleet's one kind of customer: two gateway instances, three flows, a pool a router.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from typing import Any

Make = dict[str, Callable[..., Any]]
Tables = dict[str, Any]

BOGONS = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
]
SERVICES = {
    "https": (("tcp", 443),),
    "ssh": (("tcp", 22),),
    "dns": (("udp", 53), ("tcp", 53)),
    "mssql": (("tcp", 1433),),
    "ping": (("icmp", 0),),
}
TROUBLE = ("unreachable", "time-exceeded")
PING = ("echo-reply", "echo")
IKE = (" eq 500", " eq 4500")
ANY = ("any",)
NONE = ("",)
PROPOSAL = "IKE-GCMAES256-SHA384-ECP384"
TRANSFORMS = "ESP-GCMAES256"
MTU, MSS = 1346, 1306
"""Inside the tunnels, with 1,400 bytes outside."""

FIELDS = {
    "ace": "sequence action protocol source destination icmp established log",
    "list": "name entries",
    "zone": "name",
    "class": "name lists",
    "zone_pair": "name policy source destination passed matched stateful",
    "proposal": "name encryption integrity prf group",
    "end": "name front_vrf local proposal peers",
    "peer": "name address key",
    "profile": "name front_vrf local remote_identity local_identity keyring lifetime dpd transform_set pfs seconds "
    "kilobytes responder_only",
    "transform_set": "name transforms mode",
    "tunnel": "source destination front_vrf selectors profile",
    "nat": "name static sources first last length vrf overload list",
    "remark": "name priority_class priority percent kept_class kept",
    "shaper": "name bits child",
    "control_plane": "icmp rate permitted rest",
    "route": "keyword vrf prefix mask next_hop",
}
"""What the templates ask for, by kind of record."""


class AccessList:
    """Entries of one list, numbered; what has several values becomes several entries."""

    def __init__(self, make: Make) -> None:
        self.make = make["ace"]
        self.entries: list[Any] = []
        self.number = self.last = 0

    def add(
        self,
        protocol: str,
        sources: Iterable[str] = ANY,
        destinations: Iterable[str] = ANY,
        *,
        source_ports: Iterable[str] = NONE,
        ports: Iterable[str] = NONE,
        icmp: Iterable[str] = NONE,
        established: bool = False,
        action: str = "permit",
        log: bool = False,
    ) -> None:
        self.number += 10
        for place, (source, destination, source_port, port, kind) in enumerate(
            product(sources, destinations, source_ports, ports, icmp)
        ):
            self.last = max(self.number + place, self.last + 1)
            self.entries.append(
                self.make(
                    sequence=str(self.last),
                    action=action,
                    protocol=protocol,
                    source=source + source_port,
                    destination=destination + port,
                    icmp=kind,
                    established=established,
                    log=log,
                )
            )

    def bgp(self, sources: Iterable[str], destinations: Iterable[str]) -> None:
        self.add("tcp", sources, destinations, ports=(" eq 179",))
        self.add("tcp", sources, destinations, source_ports=(" eq 179",), established=True)

    def ipsec(self, sources: Iterable[str], destinations: Iterable[str]) -> None:
        self.add("udp", sources, destinations, ports=IKE)
        self.add("esp", sources, destinations)

    def rest(self, protocol: str = "ip", *, log: bool = True) -> None:
        self.add(protocol, action="deny", log=log)


def host(address: str) -> str:
    return f"host {address}"


@lru_cache(maxsize=4096)
def wild(prefix: str) -> str:
    """A prefix as access lists have it."""
    network = IPv4Network(prefix)
    return f"{network.network_address} {network.hostmask}"


@lru_cache(maxsize=4096)
def services(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Protocol → ports in order."""
    found: dict[str, set[int]] = {}
    for name in names:
        for protocol, port in SERVICES[name]:
            found.setdefault(protocol, set()).add(port)
    return {protocol: tuple([f" eq {port}" for port in sorted(ports)]) for protocol, ports in found.items()}


def short(name: str) -> str:
    """At most 31 characters."""
    if len(name) <= 31:
        return name
    return f"{name[:24].rstrip('-')}-{sha256(name.encode()).hexdigest()[:6].upper()}"


class Security:
    """Lists, zones, tunnels and translation of one customer on one router."""

    def __init__(self, name: str, customer: dict[str, Any], index: int, make: Make, tables: Tables) -> None:
        self.vrf = name.upper()
        self.customer = customer
        self.index = index
        self.make = make
        self.tables = tables
        (circuit_name, self.circuit), *_ = customer["circuits"].items()
        self.circuit_name = circuit_name
        self.base = circuit_name.upper()
        self.private = self.circuit["peerings"]["private"]
        self.microsoft = self.circuit["peerings"]["microsoft"]
        self.role = ("primary", "secondary")[index]
        self.sources = list(self.private["ipsec"]["source"].values())
        self.source = self.sources[index]
        self.gateway = customer["vnets"][0]["gateways"][0]
        self.inside = f"169.254.100.{1 + index}"
        self.number = self.circuit["s_tag"] * 4
        self.pool = self.microsoft["nat"]["pool"][self.role]

    def build(self, private: tuple[str, str], microsoft: tuple[str, str]) -> None:
        """Add everything; both arguments are our and their address of a link."""
        base = self.base
        self._link(f"{base}-PRIVATE", *private, tunnels=True)
        self._transport(f"{base}-PRIVATE")
        self._tunnel(f"{base}-PRIVATE")
        self._flows(f"{base}-PRIVATE")
        self._link(f"{base}-MICROSOFT", *microsoft, tunnels=False)
        self._public(f"{base}-MICROSOFT")
        for edge, near, stateful in (
            (f"{base}-PRIVATE-AZ", f"{self.vrf}-FRONT-IN", False),
            (f"{base}-PRIVATE-TUN", f"{self.vrf}-IN", False),
            (f"{base}-MICROSOFT-AZ", f"{self.vrf}-MS-IN", True),
        ):
            self._zones(edge, near, stateful)
        self._crypto()
        self._queues()
        self._translation()

    def _list(self, name: str, entries: AccessList) -> None:
        self.tables["ipv4_lists"].append(self.make["list"](name=name, entries=entries.entries))
        self.tables["zone_classes"].append(self.make["class"](name=f"FW_{name}", lists=(name,)))

    def _link(self, base: str, own: str, peer: str, *, tunnels: bool) -> None:
        """Between the two routers of a link."""
        ours, theirs = (host(own),), (host(peer),)
        gateways, source = [host(one) for one in self.gateway["addresses"]], (host(self.source),)
        for name, here, there, told, ipsec in (
            (f"{base}-AZ-SELF", theirs, ours, (*ours, *(source if tunnels else ())), (gateways, source)),
            (f"{base}-SELF-AZ", ours, theirs, ANY, (source, gateways)),
        ):
            entries = AccessList(self.make)
            entries.bgp(here, there)
            entries.add("udp", here, there, ports=(" eq 3784",))
            entries.add("icmp", here, there, icmp=PING)
            entries.add("icmp", ANY, told, icmp=TROUBLE)
            if tunnels:
                entries.ipsec(*ipsec)
            entries.rest()
            self._list(name, entries)

    def _transport(self, base: str) -> None:
        """The tunnels of both routers, on their way through this one."""
        gateways, sources = [host(one) for one in self.gateway["addresses"]], [host(one) for one in self.sources]
        inward, outward = AccessList(self.make), AccessList(self.make)
        inward.ipsec(gateways, sources)
        inward.add("icmp", ANY, sources, icmp=TROUBLE)
        inward.rest()
        outward.ipsec(sources, gateways)
        outward.rest()
        self._list(f"{base}-AZ-IN", inward)
        self._list(f"{base}-IN-AZ", outward)

    def _tunnel(self, base: str) -> None:
        ours, theirs = (host(self.inside),), [host(one) for one in self.gateway["bgp"]]
        for name, here, there, told in (
            (f"{base}-TUN-SELF", theirs, ours, ours),
            (f"{base}-SELF-TUN", ours, theirs, ANY),
        ):
            entries = AccessList(self.make)
            entries.bgp(here, there)
            entries.add("icmp", here, there, icmp=PING)
            entries.add("icmp", ANY, told, icmp=TROUBLE)
            entries.rest()
            self._list(name, entries)

    def _flows(self, base: str) -> None:
        """What may pass in the tunnels, and its answers."""
        inward, outward = AccessList(self.make), AccessList(self.make)
        vnets = self._prefixes("vnets")
        homes: set[str] = set()
        for flow in self.customer["flows"]:
            if flow["to"] == "microsoft":
                continue
            out = flow["to"] == "vnets"
            home = self._prefixes(flow["from"] if out else flow["to"])
            homes.update(home)
            there, back = (outward, inward) if out else (inward, outward)
            sources, destinations = (map_wild(home), map_wild(vnets)) if out else (map_wild(vnets), map_wild(home))
            wanted = services(tuple(flow["services"]))
            for protocol, ports in wanted.items():
                if protocol == "icmp":
                    there.add("icmp", sources, destinations, icmp=("echo",))
                    back.add("icmp", destinations, sources, icmp=("echo-reply",))
                    continue
                there.add(protocol, sources, destinations, ports=ports)
                back.add(protocol, destinations, sources, source_ports=ports, established=protocol == "tcp")
        known = map_wild(sort_prefixes(homes))
        inward.add("icmp", ANY, known, icmp=TROUBLE)
        outward.add("icmp", known, map_wild(vnets), icmp=TROUBLE)
        inward.rest()
        outward.rest()
        self._list(f"{base}-TUN-IN", inward)
        self._list(f"{base}-IN-TUN", outward)

    def _public(self, base: str) -> None:
        """What may pass to Microsoft: the firewall remembers it, so there are no answers."""
        inward, outward = AccessList(self.make), AccessList(self.make)
        (flow,) = [one for one in self.customer["flows"] if one["to"] == "microsoft"]
        home = map_wild(self._prefixes(flow["from"]))
        announced = sort_prefixes(self.microsoft["advertised_public_prefixes"])
        inward.add("ip", map_wild([*BOGONS, *announced]), action="deny", log=True)
        inward.add("icmp", ANY, home, icmp=TROUBLE)
        inward.rest()
        for protocol, ports in services(tuple(flow["services"])).items():
            outward.add(protocol, home, ports=ports)
        outward.add("icmp", home, icmp=TROUBLE)
        outward.rest()
        self._list(f"{base}-AZ-IN", inward)
        self._list(f"{base}-IN-AZ", outward)

    def _prefixes(self, word: str) -> list[str]:
        if word == "vnets":
            return sort_prefixes(prefix for vnet in self.customer["vnets"] for prefix in vnet["prefixes"])
        return sort_prefixes(self.customer["onprem"] if word == "onprem" else self.customer["networks"][word])

    def _zones(self, edge: str, near: str, stateful: bool) -> None:
        """A zone towards Azure, one behind it, and what passes between them and the router."""
        base, end = edge.rsplit("-", 1)
        self.tables["zones"] += [self.make["zone"](name=edge), self.make["zone"](name=near)]
        for source, destination, matched, remembers in (
            (edge, "self", f"{base}-{end}-SELF", False),
            ("self", edge, f"{base}-SELF-{end}", False),
            (edge, near, f"{base}-{end}-IN", stateful),
            (near, edge, f"{base}-IN-{end}", stateful),
        ):
            name = short(f"{source.upper()}-{destination.upper()}")
            self.tables["zone_pairs"].append(
                self.make["zone_pair"](
                    name=name,
                    policy=f"FW_{name}",
                    source=source,
                    destination=destination,
                    passed="",
                    matched=f"FW_{matched}",
                    stateful=remembers,
                )
            )

    def _crypto(self) -> None:
        make, front = self.make, f"{self.vrf}-FRONT"
        name = f"IKE-{front}-{self.source.replace('.', '-')}"
        key = os.environ[self.private["ipsec"]["key"][self.role].removeprefix("env:")]
        tunnels = [(f"TUNNEL{self.number + place}", one) for place, one in enumerate(self.gateway["addresses"])]
        peers = [make["peer"](name=tunnel, address=address, key=key) for tunnel, address in tunnels]
        self.tables["ends"].append(
            make["end"](name=name, front_vrf=front, local=self.source, proposal=PROPOSAL, peers=peers)
        )
        for tunnel, address in tunnels:
            self.tables["profiles"].append(
                make["profile"](
                    name=tunnel,
                    front_vrf=front,
                    local=self.source,
                    remote_identity=f"address {address} 255.255.255.255",
                    local_identity=f"address {self.source}",
                    keyring=name,
                    lifetime=28800,
                    dpd="10 3",
                    transform_set=TRANSFORMS,
                    pfs=20,
                    seconds=27000,
                    kilobytes=102400000,
                    responder_only=False,
                )
            )

    def _queues(self) -> None:
        make, rate = self.make, self.circuit["bandwidth_mbps"] // 2 * 1_000_000
        queue = f"QUEUE_{self.base}-DSCP"
        self.tables["remarks"].append(
            make["remark"](
                name=queue,
                priority_class=f"{self.base}-DSCP_PRIORITY",
                priority=("46",),
                percent=10,
                kept_class=f"{self.base}-DSCP_KEPT",
                kept=("34 18 10",),
            )
        )
        self.tables["shapers"] += [
            make["shaper"](name=f"SHAPE_{self.base}-PRIVATE", bits=rate, child=""),
            make["shaper"](name=f"SHAPE_{self.base}-MICROSOFT", bits=rate, child=queue),
        ]

    def _translation(self) -> None:
        make, pool = self.make, IPv4Network(self.pool)
        name, vrf = f"{self.base}-MICROSOFT-NAT", f"{self.vrf}-MS"
        self.tables["nat_rules"].append(
            make["nat"](
                name=name,
                static=False,
                sources=map_wild(self.microsoft["nat"]["inside"]),
                first=str(pool.network_address),
                last=str(pool.broadcast_address),
                length=pool.prefixlen,
                vrf=vrf,
                overload=True,
                list=f"{name}_NAT",
            )
        )
        self.tables["routes"].append(
            make["route"](
                keyword="ip", vrf=vrf, prefix=str(pool.network_address), mask=str(pool.netmask), next_hop="Null0"
            )
        )
        for place, address in enumerate(self.gateway["bgp"]):
            self.tables["routes"].append(
                make["route"](
                    keyword="ip",
                    vrf=self.vrf,
                    prefix=address,
                    mask="255.255.255.255",
                    next_hop=f"Tunnel{self.number + place}",
                )
            )


def map_wild(prefixes: Iterable[str]) -> list[str]:
    return [wild(prefix) for prefix in prefixes]


def sort_prefixes(texts: Iterable[str]) -> list[str]:
    """In the order of their addresses."""
    return [str(network) for network in sorted(IPv4Network(text) for text in texts)]


def sort_hosts(addresses: Iterable[str]) -> list[str]:
    return [host(str(one)) for one in sorted({IPv4Address(text) for text in addresses})]


def control_plane(tables: Tables, make: Make, management: dict[str, Any]) -> Any:
    """Who may reach the router itself."""
    managers = map_wild(management["prefixes"])
    plane, own = AccessList(make), AccessList(make)
    plane.bgp(sort_hosts(tables["peers"]), ANY)
    plane.add("udp", sort_hosts(tables["watched"]), ports=(" eq 3784",))
    plane.ipsec(sort_hosts(tables["gateways"]), ANY)
    plane.add("tcp", managers, ports=(" eq 22", " eq 830"))
    plane.add("udp", managers, ports=(" eq 161",))
    plane.add("udp", managers, source_ports=(" eq 53", " eq 123", " eq 514", " range 1812 1813"))
    plane.add("tcp", managers, source_ports=(" eq 49", " eq 53", " eq 514"), established=True)
    plane.add("icmp")
    plane.rest(log=False)
    for address in sort_hosts(tables["own"]):
        own.add("ip", ANY, (address,))
    tables["ipv4_lists"] += [
        make["list"](name="CONTROL-PLANE", entries=plane.entries),
        make["list"](name="COPP_OWN", entries=own.entries),
    ]
    for name, table in (("COPP_ICMP", "ipv4_lists"), ("COPP_ICMP_V6", "ipv6_lists")):
        icmp = AccessList(make)
        icmp.add("icmp")
        tables[table].append(make["list"](name=name, entries=icmp.entries))
    other = AccessList(make)
    other.add("icmp")
    other.rest("ipv6", log=False)
    tables["ipv6_lists"].insert(0, make["list"](name="CONTROL-PLANE_V6", entries=other.entries))
    lists = ("CONTROL-PLANE", "CONTROL-PLANE_V6")
    return make["control_plane"](
        icmp=[
            make["class"](name=f"COPP_ICMP{end}", lists=(f"CONTROL-PLANE{end}", f"COPP_ICMP{end}"))
            for end in ("", "_V6")
        ],
        rate=512000,
        permitted=make["class"](name="COPP_PERMIT", lists=lists),
        rest=make["class"](name="COPP_REST", lists=("COPP_OWN",)),
    )
