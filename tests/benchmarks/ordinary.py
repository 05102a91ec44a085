"""What a run is compared with: YAML → plain dicts → the same Jinja2 templates → files, and nothing else.

This is the loop that an engineer writes by hand for one kind of customer, with libyaml's safe loader:
no positions, no checks, no read-back, no defaults but those that the made fleet needs.  Its files are
the same, byte for byte; the benchmark refuses to compare otherwise.

``best`` is the same loop as fast as it gets: the garbage collector switched off, and objects with slots
in the templates instead of dicts.

    python -m tests.benchmarks.ordinary INVENTORY OUT [best]
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from dataclasses import make_dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any
from zlib import crc32

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.benchmarks.ordinary_security import (
    BOGONS,
    MSS,
    MTU,
    PROPOSAL,
    TRANSFORMS,
    Security,
    control_plane,
    sort_prefixes,
)
from tests.benchmarks.ordinary_security import FIELDS as SECURITY_FIELDS

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "cisco_xe"
SECTIONS = (
    *("header", "system", "vrfs", "filters", "macsec", "crypto", "zones", "qos", "interfaces", "lists", "policies"),
    *("routes", "nat", "bgp", "control_plane", "end"),
)
COMMUNITIES = {"West Europe": "12076:51002", "North Europe": "12076:51003", "Azure Resource Manager": "12076:5070"}
FIELDS = {
    "vrf": "name description rd",
    "interface": "name description outer inner ethertype vrf ipv4 ipv6 no_ipv4 routed port_mtu ip_mtu ipv6_mtu "
    "urpf_v4 urpf_v6 bfd no_echo unnumbered mss_v4 mss_v6 filters zone nat policy macsec tunnel enabled",
    "bfd": "transmit_ms receive_ms multiplier",
    "entry": "keyword name sequence action prefix ge le",
    "path": "number action regex",
    "rule": "policy sequence action keyword prefix_lists as_paths communities local_preference metric prepend "
    "set_communities",
    "neighbor": "address remote_as description password keepalive hold bfd bfd_strict shutdown update_source multihop "
    "activated send_community next_hop_self default_originate allowas_in as_override remove_private import_policy "
    "export_policy max_prefix",
    "limit": "limit warn_percent restart_minutes warning_only",
    "family": "family vrf router_id as_path_ignore networks redistribute neighbors maximum_paths maximum_paths_ibgp",
    "bgp": "asn router_id max_as_limit sessions families",
    **SECURITY_FIELDS,
}
"""What the templates ask for, by kind of record."""

TABLES = (
    *("vrfs", "interfaces", "tunnels", "entries", "communities", "rules", "families", "routes", "nat_rules"),
    *("ipv4_lists", "ipv6_lists", "zones", "zone_classes", "zone_pairs", "ends", "profiles", "remarks", "shapers"),
    *("peers", "watched", "gateways", "own"),
)
"""What is collected; the last line for the control plane."""

Make = dict[str, Callable[..., Any]]


def main(root: Path, out: Path, best: bool) -> None:
    """Read, render, write."""
    make: Make = dict.fromkeys(FIELDS, dict)
    if best:
        gc.disable()
        make = {kind: make_dataclass(kind, names.split(), slots=True) for kind, names in FIELDS.items()}
    data: dict[str, Any] = {}
    for path in [root / "inventory.yaml", *sorted((root / "customers").glob("*.yaml"))]:
        with path.open("rb") as stream:
            for key, value in yaml.load(stream, yaml.CSafeLoader).items():
                data.setdefault(key, {}).update(value)
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    templates = [environment.get_template(f"{name}.j2") for name in SECTIONS]
    tenants: dict[str, list[Any]] = {}
    pairs = data["pairs"]
    for name, customer in data["customers"].items():
        pair = customer.get("pair") or next(iter(pairs))
        tenants.setdefault(pair, []).append((name, customer))
    for pair, customers in tenants.items():
        for index in (0, 1):
            context = router(data, pair, index, customers, make)
            folder = out / context["hostname"]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "running.cfg").write_text("".join([template.render(context) for template in templates]))


def router(data: dict[str, Any], pair: str, index: int, customers: list[Any], make: Make) -> dict[str, Any]:
    """The context of the templates for one router of a pair."""
    names = data["pairs"][pair]["routers"]
    spec = data["routers"][names[index]]
    provider = data.get("providers", {}).get(spec.get("provider"))
    tables: dict[str, Any] = {name: [] for name in TABLES}
    ports: dict[str, str] = {}
    asn = 0
    for number, (name, customer) in enumerate(customers):
        asn = provider["asn"] if provider else customer["asn"]
        tenant = Tenant(name, customer, asn, spec, names[1 - index], index, number == 0, bool(provider))
        tenant.build(tables, ports, data["defaults"]["ce"]["timers"], make)
    cards = [
        make["interface"](
            name=port,
            description=spec["ports"].get(port, {}).get("description") or words,
            **{**UNUSED, **PLAIN, "no_ipv4": True},
            outer=0,
            inner=0,
            vrf="",
            ipv4=(),
            bfd=None,
            no_echo=False,
            routed=False,
        )
        for port, words in sorted(ports.items())
    ]
    plane = control_plane(tables, make, spec["management"])
    return {
        "title": f"{names[index]}: {('primary', 'secondary')[index]} router of pair {pair}",
        "hostname": names[index],
        "new_format": True,
        "ipv6_routing": False,
        "vrfs": tables["vrfs"],
        "interfaces": cards + tables["interfaces"] + tables["tunnels"],
        "prefix_entries": tables["entries"],
        "as_paths": [
            make["path"](number="401", action="permit", regex="^12076_"),
            make["path"](number="402", action="permit", regex="_12076_"),
        ],
        "communities": tables["communities"],
        "rules": tables["rules"],
        **{name: tables[name] for name in TABLES[7:-4]},
        "proposals": [make["proposal"](name=PROPOSAL, encryption="aes-gcm-256", integrity="", prf="sha384", group=20)],
        "transform_sets": [make["transform_set"](name=TRANSFORMS, transforms="esp-gcm 256", mode="tunnel")],
        "selectors": (),
        "macsec": (),
        "control_plane": plane,
        "bgp": make["bgp"](asn=asn, router_id="", max_as_limit=0, sessions=[], families=tables["families"]),
    }


UNUSED = {
    "ethertype": "",
    "ipv6": (),
    "no_ipv4": False,
    "port_mtu": 0,
    "ipv6_mtu": 0,
    "urpf_v6": "",
    "enabled": True,
    "mss_v6": 0,
    "filters": (),
    "macsec": None,
}
PLAIN = {
    "ip_mtu": 0,
    "urpf_v4": "",
    "unnumbered": "",
    "mss_v4": 0,
    "zone": "",
    "nat": "",
    "policy": "",
    "tunnel": None,
}


class Tenant:
    """One customer on one router."""

    def __init__(
        self,
        name: str,
        customer: dict[str, Any],
        asn: int,
        spec: dict[str, Any],
        other: str,
        index: int,
        first: bool,
        shared: bool,
    ) -> None:
        self.name = name
        self.customer = customer
        self.asn = asn
        self.spec = spec
        self.other = other
        self.index = index
        self.first = first
        self.shared = shared
        self.role = ("primary", "secondary")[index]

    def build(self, tables: dict[str, Any], ports: dict[str, str], timers: list[int], make: Make) -> None:
        """Add everything of this customer."""
        (circuit_name, circuit), *_ = self.customer["circuits"].items()
        tag = circuit["s_tag"]
        port = circuit["links"][self.role]["port"] if "links" in circuit else self.spec["azure_port"]
        ports.setdefault(port, "Azure ExpressRoute")
        interlink = self.spec["interlink_port"]
        ports.setdefault(interlink, f"to {self.other}")
        security = Security(self.name, self.customer, self.index, make, tables)
        front, public, inner = (f"{self.name.upper()}{end}" for end in ("-FRONT", "-MS", ""))
        number = tag * 4
        if port != self.spec["azure_port"]:
            number |= (crc32(port.encode()) % 16383 + 1) << 14
        asn = self.asn if self.asn <= 65535 else 64512
        for vrf, place in ((front, 0), (public, 1), (inner, 3)):
            tables["vrfs"].append((make["vrf"](name=vrf, description="", rd=f"{asn}:{number + place}"), ("ipv4",)))
        azure, beside, partners, links = [], [], [], []
        private, microsoft = circuit["peerings"]["private"], circuit["peerings"]["microsoft"]
        for domain, peering, vrf in (("private", private, front), ("microsoft", microsoft, public)):
            base, vlan = f"{circuit_name}-{domain}".upper(), peering["azure_vlan"]
            own, peer = self.addresses(peering["v4"])
            links.append((own, peer))
            words = f"{self.name} {circuit_name} {domain} {self.role}"
            outside = {
                "urpf_v4": "any",
                "zone": f"{base}-AZ",
                "policy": f"SHAPE_{base}",
                "nat": "outside" if vrf == public else "",
            }
            unit = tag * 10000 + vlan
            azure.append(
                self.interface(make, f"{port}.{unit}", f"Azure {words}", tag, vlan, vrf, own, bfd=True, **outside)
            )
            limit = make["limit"](
                limit=2000 if vrf == public else 1100,
                warn_percent=80,
                restart_minutes=30 if vrf == public else None,
                warning_only=False,
            )
            neighbors = [
                self.neighbor(make, peer, 12076, f"MSEE {words}", peering["md5"], (60, 180), base, limit, bfd=True)
            ]
            if vrf == public:
                pool = IPv4Network(security.pool)
                networks = ((str(pool.network_address), f" mask {pool.netmask}"),)
                neighbors.append(self.session(make, ports, timers, domain, vrf, beside))
                export = "PARTNER-OUT"
            else:
                networks = ((security.source, " mask 255.255.255.255"),)
                export = f"{base}-PARTNER"
            partner, link = self.partner(make, interlink, tag, vlan, vrf, export)
            neighbors.append(partner)
            partners.append(link)
            tables["families"].append(self.family(make, vrf, own, networks, neighbors, 0))
        gateways = self.gateways(make, security, circuit_name, f"{circuit_name}-private-tun".upper())
        neighbors = [*gateways, self.session(make, ports, timers, "private", inner, beside)]
        partner, link = self.partner(make, interlink, tag, 4000, inner, "PARTNER-OUT")
        neighbors.append(partner)
        partners.insert(1, link)
        tables["families"].append(self.family(make, inner, security.inside, (), neighbors, 2))
        beside.reverse()
        loopbacks = self.loopbacks(make, security, circuit_name, front, inner)
        tables["interfaces"] += azure + loopbacks + beside + partners
        tables["tunnels"] += self.tunnels(make, security, circuit_name, front, inner)
        self.lists(tables, make, circuit_name.upper(), security)
        security.build(*links)
        self.known(tables, security, links)

    def known(self, tables: dict[str, Any], security: Security, links: list[tuple[str, str]]) -> None:
        """Addresses that the control plane asks for."""
        sessions = [self.addresses(one["v4"]) for one in self.customer["sessions"].values()]
        pairs = [*links, *sessions, (f"169.254.0.{1 + self.index}", f"169.254.0.{2 - self.index}")]
        tables["own"] += [*(own for own, _ in pairs), security.source, security.inside]
        tables["peers"] += [*(peer for _, peer in pairs), *security.gateway["bgp"]]
        tables["watched"] += [peer for _, peer in links]
        tables["gateways"] += security.gateway["addresses"]

    def session(
        self, make: Make, ports: dict[str, str], timers: list[int], domain: str, vrf: str, beside: list[Any]
    ) -> Any:
        """The neighbour beside Azure's in a domain, and its link."""
        key, session = next(
            (key, one) for key, one in self.customer["sessions"].items() if one.get("domain", "private") == domain
        )
        where = session.get("port") or self.spec["customer_port"]
        ports.setdefault(where, "customers" if self.shared else "own network")
        own, peer = self.addresses(session["v4"])
        outer, vlan, words = session.get("s_tag", 0), session["vlan"], f"{self.name} {key}"
        first, second = (outer, vlan) if outer else (vlan, 0)
        name, nat = f"{where}.{outer * 10000 + vlan}", "inside" if domain == "microsoft" else ""
        beside.append(self.interface(make, name, words, first, second, vrf, own, zone=f"{vrf}-IN", nat=nat))
        limit = make["limit"](limit=100, warn_percent=80, restart_minutes=None, warning_only=False)
        return self.neighbor(
            make,
            peer,
            session["asn"],
            words,
            session.get("md5"),
            session.get("timers", timers),
            words.replace(" ", "-").upper(),
            limit,
            community=True,
        )

    def partner(self, make: Make, port: str, tag: int, vlan: int, vrf: str, export: str) -> tuple[Any, Any]:
        """The other router as a neighbour in a VRF, and the link to it."""
        words, own = f"to {self.other} {vrf}", f"169.254.0.{1 + self.index}"
        nat, name = "inside" if vrf.endswith("-MS") else "", f"{port}.{tag * 10000 + vlan}"
        link = self.interface(make, name, words, tag, vlan, vrf, own, zone=f"{vrf}-IN", nat=nat)
        neighbor = self.neighbor(
            make,
            f"169.254.0.{2 - self.index}",
            self.asn,
            words,
            None,
            (60, 180),
            "",
            None,
            community=True,
            itself=True,
            export=export,
        )
        return neighbor, link

    def gateways(self, make: Make, security: Security, circuit: str, policies: str) -> list[Any]:
        """The instances of the VPN gateway as neighbours."""
        limit = make["limit"](limit=4000, warn_percent=80, restart_minutes=None, warning_only=False)
        return [
            self.neighbor(
                make,
                address,
                65515,
                f"VPN gateway instance {place} {circuit} {self.role}",
                None,
                (60, 180),
                policies,
                limit,
                through=f"Loopback{security.number + 1}",
            )
            for place, address in enumerate(security.gateway["bgp"])
        ]

    def loopbacks(self, make: Make, security: Security, circuit: str, front: str, inner: str) -> list[Any]:
        mask, name, number = "255.255.255.255", f"tunnel source {circuit} {self.role}", security.number
        return [
            self.interface(make, f"Loopback{number}", name, 0, 0, front, security.source, mask=mask),
            self.interface(
                make, f"Loopback{number + 1}", f"BGP in tunnels {circuit}", 0, 0, inner, security.inside, mask=mask
            ),
        ]

    def tunnels(self, make: Make, security: Security, circuit: str, front: str, inner: str) -> list[Any]:
        found = []
        for place, address in enumerate(security.gateway["addresses"]):
            number = security.number + place
            tunnel = make["tunnel"](
                source=security.source,
                destination=address,
                front_vrf=front,
                selectors="",
                profile=f"TUNNEL{number}",
            )
            found.append(
                self.interface(
                    make,
                    f"Tunnel{number}",
                    f"VPN gateway instance {place} {circuit}",
                    0,
                    0,
                    inner,
                    "",
                    unnumbered=f"Loopback{security.number + 1}",
                    ip_mtu=MTU,
                    mss_v4=MSS,
                    zone=f"{circuit}-private-tun".upper(),
                    tunnel=tunnel,
                )
            )
        return found

    @staticmethod
    def family(make: Make, vrf: str, router_id: str, networks: Any, neighbors: list[Any], paths: int) -> Any:
        return make["family"](
            family="ipv4",
            vrf=vrf,
            router_id=router_id,
            as_path_ignore=False,
            networks=networks,
            redistribute=(),
            neighbors=neighbors,
            maximum_paths=paths,
            maximum_paths_ibgp=0,
        )

    def addresses(self, block: str) -> tuple[str, str]:
        """Ours and theirs, of this router's half of a /29."""
        base = IPv4Address(block.partition("/")[0]) + 4 * self.index
        return str(base + 1), str(base + 2)

    @staticmethod
    def interface(
        make: Make,
        name: str,
        words: str,
        outer: int,
        inner: int,
        vrf: str,
        address: str,
        *,
        mask: str = "255.255.255.252",
        bfd: bool = False,
        **more: Any,
    ) -> Any:
        return make["interface"](
            name=name,
            description=words,
            outer=outer,
            inner=inner,
            vrf=vrf,
            ipv4=((address, mask, ""),) if address else (),
            routed=bool(address),
            bfd=make["bfd"](transmit_ms=300, receive_ms=300, multiplier=3) if bfd else None,
            no_echo=bfd,
            **UNUSED,
            **{**PLAIN, **more},
        )

    @staticmethod
    def neighbor(
        make: Make,
        address: str,
        asn: int,
        words: str,
        key: str | None,
        timers: Any,
        policies: str,
        limit: Any,
        *,
        bfd: bool = False,
        community: bool = False,
        itself: bool = False,
        through: str = "",
        export: str = "",
    ) -> Any:
        return make["neighbor"](
            address=address,
            remote_as=asn,
            description=words,
            password=os.environ[key.removeprefix("env:")] if key else "",
            keepalive=timers[0],
            hold=timers[1],
            bfd=bfd,
            bfd_strict=False,
            shutdown=False,
            update_source=through,
            multihop=5 if through else 0,
            activated=True,
            send_community=community,
            next_hop_self=itself,
            default_originate=False,
            allowas_in=False,
            as_override=False,
            remove_private=False,
            import_policy=f"{policies}-IN-V4" if policies else "",
            export_policy=export or f"{policies}-OUT-V4",
            max_prefix=limit,
        )

    def lists(self, tables: dict[str, Any], make: Make, circuit: str, security: Security) -> None:
        """Lists and policies: towards Microsoft, in the tunnels, beside them, and towards the other router."""
        entries, rules = tables["entries"], tables["rules"]
        private, tunnel, public = f"{circuit}-PRIVATE", f"{circuit}-PRIVATE-TUN", f"{circuit}-MICROSOFT"
        inside = sort_prefixes(prefix for vnet in self.customer["vnets"] for prefix in vnet["prefixes"])
        onprem = sort_prefixes(self.customer["onprem"])
        sources = [f"{one}/32" for one in security.sources]
        add_list(entries, make, f"{private}-IN", inside)
        add_list(entries, make, f"{private}-OUT", sources)
        rules += [
            rule(make, f"{private}-IN-V4", "10", prefix_lists=(f"{private}-IN",), as_paths=("401",), local_preference="200"),
            rule(make, f"{private}-IN-V4", "65535", "deny"),
            rule(make, f"{private}-OUT-V4", "10", "deny", as_paths=("402",)),
            rule(make, f"{private}-OUT-V4", "30", prefix_lists=(f"{private}-OUT",)),
            rule(make, f"{private}-OUT-V4", "65535", "deny"),
        ]  # fmt: skip
        values = self.public_lists(tables, make, public, security)
        add_list(entries, make, f"{tunnel}-IN", inside)
        add_list(entries, make, f"{tunnel}-OUT", onprem)
        rules += [
            rule(make, f"{tunnel}-IN-V4", "10", prefix_lists=(f"{tunnel}-IN",), local_preference="200"),
            rule(make, f"{tunnel}-IN-V4", "65535", "deny"),
            rule(make, f"{tunnel}-OUT-V4", "10", prefix_lists=(f"{tunnel}-OUT",)),
            rule(make, f"{tunnel}-OUT-V4", "65535", "deny"),
        ]
        self.beside_lists(tables, make, inside, values)
        add_list(entries, make, f"{private}-SOURCES", sources)
        rules += [
            rule(make, f"{private}-PARTNER", "10", prefix_lists=(f"{private}-SOURCES",)),
            rule(make, f"{private}-PARTNER", "20"),
            rule(make, f"{private}-PARTNER", "65535", "deny"),
        ]
        if self.first:
            rules += [rule(make, "PARTNER-OUT", "10"), rule(make, "PARTNER-OUT", "65535", "deny")]

    def public_lists(self, tables: dict[str, Any], make: Make, base: str, security: Security) -> list[str]:
        """Towards Microsoft on its own peering; the communities that may come in."""
        entries, inward, outward = tables["entries"], f"{base}-IN-V4", f"{base}-OUT-V4"
        peering = security.microsoft
        if self.first:
            add_list(entries, make, "BOGONS", ["0.0.0.0/0"])
            add_list(entries, make, "BOGONS", BOGONS, covering=True, start=2)
        add_list(entries, make, f"{base}-OWN", sort_prefixes(peering["advertised_public_prefixes"]), covering=True)
        add_list(entries, make, f"{base}-OUT", [security.pool])
        values = sorted(COMMUNITIES[name] for name in peering["route_filter"])
        tables["communities"] += [(f"{base}-SERVICES", value) for value in values]
        tables["rules"] += [
            rule(make, inward, "10", "deny", prefix_lists=("BOGONS",)),
            rule(make, inward, "20", "deny", prefix_lists=(f"{base}-OWN",)),
            rule(make, inward, "30", as_paths=("401",), communities=(f"{base}-SERVICES",), local_preference="200"),
            rule(make, inward, "65535", "deny"),
            rule(make, outward, "10", "deny", as_paths=("402",)),
            rule(make, outward, "20", "deny", prefix_lists=("BOGONS",)),
            rule(make, outward, "30", prefix_lists=(f"{base}-OUT",)),
            rule(make, outward, "65535", "deny"),
        ]
        return values

    def beside_lists(self, tables: dict[str, Any], make: Make, inside: list[str], values: list[str]) -> None:
        """Towards the networks beside Azure."""
        for key, session in self.customer["sessions"].items():
            base = f"{self.name}-{key}".upper()
            inward, outward = f"{base}-IN-V4", f"{base}-OUT-V4"
            accepted = session.get("accept") or self.customer["onprem"]
            add_list(tables["entries"], make, f"{base}-IN", sort_prefixes(accepted))
            tables["rules"] += [
                rule(make, inward, "10", prefix_lists=(f"{base}-IN",)),
                rule(make, inward, "65535", "deny"),
            ]
            if session.get("domain") == "microsoft":
                tables["communities"] += [(f"{base}-SERVICES", value) for value in values]
                tables["rules"].append(rule(make, outward, "10", as_paths=("401",), communities=(f"{base}-SERVICES",)))
            else:
                add_list(tables["entries"], make, f"{base}-OUT", inside)
                tables["rules"].append(rule(make, outward, "10", prefix_lists=(f"{base}-OUT",)))
            tables["rules"].append(rule(make, outward, "65535", "deny"))


def add_list(
    entries: list[Any], make: Make, name: str, prefixes: list[str], covering: bool = False, start: int = 1
) -> None:
    """A prefix list: these prefixes, or everything inside them."""
    for place, prefix in enumerate(prefixes, start):
        entries.append(
            make["entry"](
                keyword="ip",
                name=name,
                sequence=place * 5,
                action="permit",
                prefix=prefix,
                ge=0,
                le=32 if covering else 0,
            )
        )


def rule(make: Make, policy: str, sequence: str, action: str = "permit", **words: Any) -> Any:
    """One entry of a route-map."""
    empty = {"prefix_lists": (), "as_paths": (), "communities": (), "local_preference": ""}
    return make["rule"](
        policy=policy,
        sequence=sequence,
        action=action,
        keyword="ip",
        metric="",
        prepend=(),
        set_communities=(),
        **{**empty, **words},
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["best"])
