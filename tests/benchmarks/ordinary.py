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

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "cisco_xe"
SECTIONS = ("header", "system", "vrfs", "interfaces", "lists", "policies", "routes", "bgp", "end")
COMMUNITIES = {"West Europe": "12076:51002", "North Europe": "12076:51003", "Azure Resource Manager": "12076:5070"}
BOGONS = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
]

FIELDS = {
    "vrf": "name description rd",
    "interface": "name description outer inner ethertype vrf ipv4 ipv6 no_ipv4 routed port_mtu ip_mtu ipv6_mtu "
    "urpf_v4 urpf_v6 bfd no_echo enabled",
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
}
"""What the templates ask for, by kind of record."""

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
    tables: dict[str, Any] = {
        name: [] for name in ("vrfs", "interfaces", "entries", "communities", "rules", "families")
    }
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
            **{**UNUSED, "no_ipv4": True},
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
    return {
        "title": f"{names[index]}: {('primary', 'secondary')[index]} router of pair {pair}",
        "hostname": names[index],
        "new_format": True,
        "ipv6_routing": False,
        "vrfs": tables["vrfs"],
        "interfaces": cards + tables["interfaces"],
        "prefix_entries": tables["entries"],
        "as_paths": [
            make["path"](number="401", action="permit", regex="^12076_"),
            make["path"](number="402", action="permit", regex="_12076_"),
        ],
        "communities": tables["communities"],
        "rules": tables["rules"],
        "routes": [],
        "bgp": make["bgp"](asn=asn, router_id="", max_as_limit=0, sessions=[], families=tables["families"]),
    }


UNUSED = {
    "ethertype": "",
    "ipv6": (),
    "no_ipv4": False,
    "port_mtu": 0,
    "ip_mtu": 0,
    "ipv6_mtu": 0,
    "urpf_v4": "",
    "urpf_v6": "",
    "enabled": True,
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
        self.beside: list[Any] = []
        """The sessions beside Azure's: their lists come after those of all peerings."""

    def build(self, tables: dict[str, Any], ports: dict[str, str], timers: list[int], make: Make) -> None:
        """Add everything of this customer."""
        (circuit_name, circuit), *_ = self.customer["circuits"].items()
        tag = circuit["s_tag"]
        port = circuit["links"][self.role]["port"] if "links" in circuit else self.spec["azure_port"]
        ports.setdefault(port, "Azure ExpressRoute")
        side = "customers" if self.shared else "own network"
        interlink = self.spec["interlink_port"]
        ports.setdefault(interlink, f"to {self.other}")
        azure, beside, partners = [], [], []
        for domain, peering in circuit["peerings"].items():
            public = domain == "microsoft"
            vrf = self.name.upper() + ("-MS" if public else "")
            base = f"{circuit_name}-{domain}".upper()
            vlan = peering["azure_vlan"]
            number = tag * 4 + public
            if port != self.spec["azure_port"]:
                number |= (crc32(port.encode()) % 16383 + 1) << 14
            own, peer = self.addresses(peering["v4"])
            tables["vrfs"].append(
                (
                    make["vrf"](name=vrf, description="", rd=f"{self.asn if self.asn <= 65535 else 64512}:{number}"),
                    ("ipv4",),
                )
            )
            words = f"{self.name} {circuit_name} {domain} {self.role}"
            azure.append(self.interface(make, f"{port}.{tag * 10000 + vlan}", f"Azure {words}", tag, vlan, vrf, own, 1))
            inside = self.azure_lists(tables, make, peering, base, public)
            neighbors = [
                self.neighbor(
                    make,
                    peer,
                    12076,
                    f"MSEE {words}",
                    peering["md5"],
                    (60, 180),
                    base,
                    make["limit"](
                        limit=2000 if public else 1100,
                        warn_percent=80,
                        restart_minutes=30 if public else None,
                        warning_only=False,
                    ),
                    bfd=True,
                )
            ]
            key, session = next(
                (key, one) for key, one in self.customer["sessions"].items() if one.get("domain", "private") == domain
            )
            where = session.get("port") or self.spec["customer_port"]
            ports.setdefault(where, side)
            ours, theirs = self.addresses(session["v4"])
            outer = session.get("s_tag", 0)
            unit = outer * 10000 + session["vlan"]
            first, second = (outer, session["vlan"]) if outer else (session["vlan"], 0)
            beside.append(self.interface(make, f"{where}.{unit}", f"{self.name} {key}", first, second, vrf, ours, 0))
            beside_base = f"{self.name}-{key}".upper()
            neighbors.append(
                self.neighbor(
                    make,
                    theirs,
                    session["asn"],
                    f"{self.name} {key}",
                    session.get("md5"),
                    session.get("timers", timers),
                    beside_base,
                    make["limit"](limit=100, warn_percent=80, restart_minutes=None, warning_only=False),
                    community=True,
                )
            )
            self.beside.append((session, beside_base, public, inside))
            inner = f"169.254.0.{1 + self.index}"
            text = f"to {self.other} {vrf}"
            unit = tag * 10000 + vlan
            partners.append(self.interface(make, f"{interlink}.{unit}", text, tag, vlan, vrf, inner, 0))
            neighbors.append(
                self.neighbor(
                    make,
                    f"169.254.0.{2 - self.index}",
                    self.asn,
                    text,
                    None,
                    (60, 180),
                    "",
                    None,
                    community=True,
                    itself=True,
                )
            )
            tables["families"].append(
                make["family"](
                    family="ipv4",
                    vrf=vrf,
                    router_id=own,
                    as_path_ignore=False,
                    networks=(),
                    redistribute=(),
                    neighbors=neighbors,
                    maximum_paths=0,
                    maximum_paths_ibgp=0,
                )
            )
        tables["interfaces"] += azure + beside + partners
        self.beside_lists(tables, make)

    def addresses(self, block: str) -> tuple[str, str]:
        """Ours and theirs, of this router's half of a /29."""
        base = IPv4Address(block.partition("/")[0]) + 4 * self.index
        return str(base + 1), str(base + 2)

    @staticmethod
    def interface(make: Make, name: str, words: str, outer: int, inner: int, vrf: str, address: str, bfd: int) -> Any:
        return make["interface"](
            name=name,
            description=words,
            outer=outer,
            inner=inner,
            vrf=vrf,
            ipv4=((address, "255.255.255.252", ""),),
            routed=True,
            bfd=make["bfd"](transmit_ms=300, receive_ms=300, multiplier=3) if bfd else None,
            no_echo=bool(bfd),
            **UNUSED,
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
            update_source="",
            multihop=0,
            activated=True,
            send_community=community,
            next_hop_self=itself,
            default_originate=False,
            allowas_in=False,
            as_override=False,
            remove_private=False,
            import_policy=f"{policies}-IN-V4" if policies else "",
            export_policy=f"{policies}-OUT-V4" if policies else "PARTNER-OUT",
            max_prefix=limit,
        )

    def azure_lists(
        self, tables: dict[str, Any], make: Make, peering: dict[str, Any], base: str, public: bool
    ) -> list[str]:
        """Lists and policies towards Microsoft; what may come in: prefixes, or communities."""
        entries = tables["entries"]
        inward, outward = f"{base}-IN-V4", f"{base}-OUT-V4"
        if not public:
            inside = sort_prefixes([prefix for vnet in self.customer["vnets"] for prefix in vnet["prefixes"]])
            add_list(entries, make, f"{base}-IN", inside)
            add_list(entries, make, f"{base}-OUT", sort_prefixes(self.customer["onprem"]))
            tables["rules"] += [
                rule(make, inward, "10", prefix_lists=(f"{base}-IN",), as_paths=("401",), local_preference="200"),
                rule(make, inward, "65535", "deny"),
                rule(make, outward, "10", "deny", as_paths=("402",)),
                rule(make, outward, "30", prefix_lists=(f"{base}-OUT",)),
                rule(make, outward, "65535", "deny"),
            ]
            return inside
        announced = sort_prefixes(peering["advertised_public_prefixes"])
        if self.first:
            add_list(entries, make, "BOGONS", ["0.0.0.0/0"])
            add_list(entries, make, "BOGONS", BOGONS, covering=True, start=2)
        add_list(entries, make, f"{base}-OWN", announced, covering=True)
        add_list(entries, make, f"{base}-OUT", announced)
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

    def beside_lists(self, tables: dict[str, Any], make: Make) -> None:
        """Lists and policies towards the networks beside Azure, and towards the other router."""
        for session, base, public, inside in self.beside:
            inward, outward = f"{base}-IN-V4", f"{base}-OUT-V4"
            accepted = session.get("accept") or self.customer["onprem"]
            add_list(tables["entries"], make, f"{base}-IN", sort_prefixes(accepted))
            tables["rules"] += [
                rule(make, inward, "10", prefix_lists=(f"{base}-IN",)),
                rule(make, inward, "65535", "deny"),
            ]
            if public:
                tables["communities"] += [(f"{base}-SERVICES", value) for value in inside]
                tables["rules"].append(rule(make, outward, "10", as_paths=("401",), communities=(f"{base}-SERVICES",)))
            else:
                add_list(tables["entries"], make, f"{base}-OUT", inside)
                tables["rules"].append(rule(make, outward, "10", prefix_lists=(f"{base}-OUT",)))
            tables["rules"].append(rule(make, outward, "65535", "deny"))
        if self.first:
            tables["rules"] += [rule(make, "PARTNER-OUT", "10"), rule(make, "PARTNER-OUT", "65535", "deny")]


def sort_prefixes(texts: list[str]) -> list[str]:
    """In the order of their addresses."""
    return [str(network) for network in sorted(IPv4Network(text) for text in texts)]


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
