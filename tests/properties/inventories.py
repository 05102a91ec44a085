"""Valid inventories at random: every choice that the schema offers and that the platforms of the pair can do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

PORTS = {
    "cisco_xe": ("TenGigabitEthernet0/1/0", "TenGigabitEthernet0/1/1", "TenGigabitEthernet0/1/2"),
    "juniper_junos": ("xe-0/1/0", "xe-0/1/1", "xe-0/1/2"),
    "linux_frr": ("eth1", "eth2", "eth3"),
}
MARK = "SeCrEtMaRk"
"""Every key in a random inventory begins with this, so that one search proves that none of them got out."""

names = st.sampled_from(["alpha", "bravo-2", "Müller & Söhne", "customer-with-a-very-long-name-indeed", "x", "日本"])
platforms = st.sampled_from(sorted(PORTS))


def router(platform: str, provider: str | None) -> dict[str, Any]:
    azure, customer, link = PORTS[platform]
    found = {"platform": platform, "azure_port": azure, "customer_port": customer, "interlink_port": link}
    return found | ({"provider": provider} if provider else {})


@st.composite
def settings(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        keepalive = draw(st.sampled_from([20, 30, 60]))
        found["timers"] = [keepalive, keepalive * 3]
    found |= draw(st.sampled_from([{}, {"bfd": False}, {"bfd": True}, {"bfd": {"tx": 500, "rx": 600, "mult": 4}}]))
    found |= draw(
        st.sampled_from(
            [
                {},
                {"max_prefix": {"v4": 1500}},
                {"max_prefix": {"v4": {"limit": 1200, "warn_percent": 70, "restart_minutes": 5}}},
            ]
        )
    )
    return found


@st.composite
def private(draw: st.DrawFn, index: int, v6: bool) -> dict[str, Any]:
    base = index * 16
    v4: Any = f"172.31.{index}.0/29"
    if draw(st.booleans()):
        v4 = {"primary": f"172.31.{index}.64/30", "secondary": f"172.31.{index}.128/30"}
    peering = {"azure_vlan": 100 + base % 900, "v4": v4, "md5": f"{MARK}P{index}"} | draw(settings())
    if v6:
        peering["v6"] = f"fd00:31:{index:x}::/125"
    mode = draw(st.sampled_from(["default", "passive", "passive-levers", "all-prepended"]))
    if mode == "passive":
        peering |= {"mode": "active_passive", "preferred": draw(st.sampled_from(["primary", "secondary"]))}
    if mode == "passive-levers":
        peering |= {
            "mode": "active_passive",
            "prepend": draw(st.integers(1, 5)),
            "local_pref": {"primary": 200, "secondary": 120},
        }
    if mode == "all-prepended":
        peering |= {"prepend": 2, "local_pref": 150}
    if draw(st.booleans()):
        peering["global_reach"] = [{"prefixes": [f"10.{200 + index}.0.0/16"]}]
    return peering


TRANSLATORS = {"cisco_xe", "linux_frr"}
"""Platforms that translate and encrypt themselves; the others leave it to a firewall behind them."""


@st.composite
def ipsec(draw: st.DrawFn, index: int) -> dict[str, Any]:
    """Tunnels to the gateway that :func:`vnets` describes."""
    found: dict[str, Any] = {
        "source": {"primary": f"172.20.{index}.1", "secondary": f"172.20.{index}.2"},
        "key": {"primary": f"{MARK}.{index}.tunnel.one", "secondary": f"{MARK}.{index}.tunnel.two"},
    }
    if draw(st.booleans()):
        found["profile"] = "compatibility"
    if draw(st.booleans()):
        found["esp"] = {
            "encryption": "GCMAES128",
            "integrity": "GCMAES128",
            "pfs_group": draw(st.sampled_from(["ECP256", "PFS2048"])),
            "lifetime_seconds": draw(st.integers(300, 86400)),
        }
    if draw(st.booleans()):
        found["path_mtu"] = 1400
    return found


def vnets(index: int, v6: bool, gateway: bool) -> list[Any]:
    """One VNet, with a VPN gateway in it where tunnels lead to one."""
    plain = [f"10.{100 + index}.0.0/16", *([f"fd00:a{index:x}::/48"] if v6 else [])]
    if not gateway:
        return plain
    vpn = {
        "kind": "vpn",
        "name": "hub",
        "sku": "VpnGw2AZ",
        "subnet": f"10.{100 + index}.255.0/27",
        "addresses": [f"10.{100 + index}.255.14", f"10.{100 + index}.255.15"],
        "bgp": ["169.254.21.2", "169.254.22.2"],
    }
    return [{"name": "hub", "prefixes": plain, "gateways": [vpn]}]


services = st.lists(
    st.sampled_from(["https", "dns", "ssh", "ping", "kerberos", "tcp/8000-8099", "udp/5000", "erp", "tcp", "any"]),
    min_size=1,
    max_size=4,
    unique=True,
)


@st.composite
def flows(draw: st.DrawFn, public: bool) -> list[dict[str, Any]]:
    ends = [("onprem", "vnets"), ("vnets", "onprem")]
    if public:
        ends.append(("published", "microsoft"))
    found = []
    for source, destination in draw(st.lists(st.sampled_from(ends), max_size=3, unique=True)):
        found.append({"from": source, "to": destination, "services": draw(services), "log": draw(st.booleans())})
    return found


@st.composite
def microsoft(draw: st.DrawFn, index: int, v6: bool) -> dict[str, Any]:
    pool = f"20.{index}.1.0/28"
    peering: dict[str, Any] = {
        "azure_vlan": 50 + index,
        "v4": f"20.{index}.0.0/29",
        "md5": f"{MARK}M{index}",
        "advertised_public_prefixes": [pool],
        "registry": "RIPENCC",
        "public_servers": True,
        "route_filter": draw(st.sampled_from([["West Europe"], ["North Europe", "SQL North Europe"], ["12076:5060"]])),
    }
    if v6:
        peering["v6"] = f"2a01:{index + 1:x}::/125"
        peering["advertised_public_prefixes"].append(f"2a01:{index + 1:x}:1::/56")
    return peering


@st.composite
def customer(draw: st.DrawFn, index: int, through: bool, shared_tag: int, capable: bool) -> dict[str, Any]:
    v6 = draw(st.booleans())
    domains = draw(st.sampled_from([("private",), ("microsoft",), ("private", "microsoft")]))
    peerings = {}
    if "private" in domains:
        peerings["private"] = draw(private(index, v6))
    if "microsoft" in domains:
        peerings["microsoft"] = draw(microsoft(index, v6))
    encrypted = capable and "private" in domains and draw(st.booleans())
    if encrypted:
        peerings["private"].pop("global_reach", None)
        peerings["private"]["ipsec"] = draw(ipsec(index))
    if "microsoft" in domains and draw(st.booleans()):
        peerings["microsoft"]["qos"] = draw(st.sampled_from([False, {"kept": [46], "voice_percent": 25}]))
    handoff = draw(st.sampled_from(["qinq", "provider_translated"]))
    circuit: dict[str, Any] = {
        "service_key": f"{index:08x}-1111-4111-8111-111111111111",
        "bandwidth_mbps": draw(st.sampled_from([50, 200, 1000])),
        "handoff": handoff,
        "peerings": peerings,
    }
    if handoff == "qinq":
        circuit["s_tag"] = draw(st.sampled_from([shared_tag, {"primary": shared_tag, "secondary": shared_tag + 200}]))
    else:
        for number, peering in enumerate(peerings.values()):
            wire = 2000 + index * 10 + number
            peering["links"] = {"primary": {"wire_vlan": wire}, "secondary": {"wire_vlan": wire + 500}}
    found: dict[str, Any] = {
        "onprem": ["10.0.0.0/16", *([f"fd00:{index + 1:x}::/48"] if v6 else [])],
        "vnets": vnets(index, v6, encrypted),
        "circuits": {f"circuit {index}": circuit},
    }
    if draw(st.booleans()):
        found["flows"] = draw(flows("microsoft" in domains))
    if draw(st.booleans()):
        found["firewall"] = draw(st.sampled_from([False, {"urpf": "off"}, {"state": "stateless"}]))
    if not through:
        found["asn"] = 4200000000 + index if draw(st.booleans()) else 65000 + index
    if draw(st.booleans()):
        edge = {
            "asn": 64701 + index,
            "vlan": 700 + index,
            "v4": "192.168.255.0/29",
            "domain": draw(st.sampled_from(domains)),
        }
        if v6:
            edge["v6"] = "fd00:ce::/125"
        if draw(st.booleans()):
            edge["md5"] = f"{MARK}C{index}"
        if capable and edge["domain"] == "microsoft" and draw(st.booleans()):
            pools = {"primary": f"20.{index}.1.0/28", "secondary": f"20.{index}.1.16/28"}
            peerings["microsoft"] |= {
                "advertised_public_prefixes": list(pools.values()),
                "nat": {"design": "per_router", "inside": ["10.0.0.0/16"], "pool": pools},
            }
            peerings["microsoft"].pop("v6", None)
            edge["accept"] = ["10.0.0.0/16"]
            # What is published is translated: there is nothing left behind that name.
            if "flows" in found:
                found["flows"] = [one for one in found["flows"] if one["from"] != "published"]
        found["ce" if through else "sessions"] = edge if through else {"core": edge}
    return found


@st.composite
def inventories(draw: st.DrawFn, kinds: tuple[str, str] | None = None, most: int = 3) -> dict[str, Any]:
    """A pair of PEs with up to ``most`` customers, or a customer's own pair.  ``kinds``: the platforms of the two."""
    through = draw(st.booleans())
    provider = "us" if through else None
    first, second = kinds or (draw(platforms), draw(platforms))
    wanted = draw(st.lists(names, min_size=1, max_size=most if through else 1, unique=True))
    capable = {first, second} <= TRANSLATORS
    found: dict[str, Any] = {
        "services": {"erp": ["tcp/8443", "tcp/9000-9010"]},
        "routers": {"r1": router(first, provider), "r2": router(second, provider)},
        "pairs": {"pair": {"routers": ["r1", "r2"]}},
        "customers": {name: draw(customer(index, through, 101 + index, capable)) for index, name in enumerate(wanted)},
    }
    if draw(st.booleans()):
        for one in found["routers"].values():
            one["management"] = {"prefixes": ["192.168.77.0/24", "fd00:77::/64"], "protocols": ["ospf"]}
    if through:
        found["providers"] = {"us": {"asn": 64600}}
    return found


def written(inventory: dict[str, Any], folder: Path) -> Path:
    """The inventory as a file; JSON is YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "inventory.yaml"
    path.write_text(json.dumps(inventory, ensure_ascii=False, indent=1))
    return path
