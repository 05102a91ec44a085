"""The changes whose commands are kept in files: small functions that edit an inventory, and the eight of the peers.

``python -m tests.changes.make`` writes the files anew; a reviewer reads what changed there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.properties.inventories import PORTS

Inventory = dict[str, Any]


def base(platform: str) -> Inventory:
    """A pair of PEs with one customer: private peering with MD5 and BFD, a CE, iBGP between the two."""
    azure, customer, link = PORTS[platform]
    router = {
        "platform": platform,
        "provider": "us",
        "azure_port": azure,
        "customer_port": customer,
        "interlink_port": link,
    }
    return {
        "meta": {"name": "changes", "lab": True},
        "providers": {"us": {"asn": 64600}},
        "routers": {"r1": router, "r2": copy.deepcopy(router)},
        "pairs": {"pair": {"routers": ["r1", "r2"]}},
        "customers": {"alpha": customer_of(1, "10.100.0.0/16")},
    }


def customer_of(number: int, vnet: str) -> Inventory:
    return {
        "ce": {"asn": 64700 + number, "vlan": 700 + number, "v4": f"192.168.{number}.0/29"},
        "onprem": ["10.0.0.0/16"],
        "vnets": [vnet],
        "firewall": False,
        "circuits": {
            f"line-{number}": {
                "service_key": f"0000000{number}-1111-4111-8111-111111111111",
                "bandwidth_mbps": 200,
                "handoff": "qinq",
                "s_tag": 100 + number,
                "peerings": {
                    "private": {"azure_vlan": 100, "v4": f"172.31.{number}.0/29", "md5": f"Key.Of.Private.{number}"}
                },
            }
        },
    }


MICROSOFT: Inventory = {
    "azure_vlan": 200,
    "v4": "20.1.0.0/29",
    "md5": "Key.Of.Microsoft",
    "advertised_public_prefixes": ["20.1.1.0/28"],
    "registry": "RIPENCC",
    "public_servers": True,
    "route_filter": ["West Europe"],
}


def alpha(found: Inventory) -> Inventory:
    one: Inventory = found["customers"]["alpha"]
    return one


def circuit(found: Inventory) -> Inventory:
    one: Inventory = alpha(found)["circuits"]["line-1"]
    return one


def private(found: Inventory) -> Inventory:
    one: Inventory = circuit(found)["peerings"]["private"]
    return one


def microsoft(found: Inventory) -> Inventory:
    one: Inventory = circuit(found)["peerings"].setdefault("microsoft", copy.deepcopy(MICROSOFT))
    return one


Edit = Callable[[Inventory], object]


def _rename(found: Inventory) -> None:
    found["customers"] = {"omega": found["customers"].pop("alpha")}


def _v6(found: Inventory) -> None:
    private(found)["v6"] = "fd00:31::/125"
    alpha(found)["onprem"].append("fd00:1::/48")
    alpha(found)["vnets"].append("fd00:a0::/48")
    alpha(found)["ce"]["v6"] = "fd00:ce::/125"


def _several(found: Inventory) -> None:
    alpha(found)["onprem"] = ["10.0.0.0/16", "10.9.0.0/16"]
    alpha(found)["vnets"] = ["10.101.0.0/16"]
    private(found)["md5"] = "Another.Key"
    private(found)["max_prefix"] = {"v4": 900}
    found["customers"]["bravo"] = customer_of(2, "10.100.0.0/16")
    microsoft(found)


def _flows(found: Inventory, *services: str) -> None:
    alpha(found).pop("firewall", None)
    alpha(found)["flows"] = [{"from": "onprem", "to": "vnets", "services": list(services), "log": True}]


def _firewall(found: Inventory) -> None:
    _flows(found, "https", "dns")


EDITS: dict[str, tuple[str, Edit, Edit]] = {
    "announce-one-more": ("one more prefix goes to Azure", lambda _: None, lambda one: alpha(one)["onprem"].append("10.9.0.0/16")),
    "announce-another": ("another prefix goes to Azure instead", lambda _: None, lambda one: alpha(one).update(onprem=["10.9.0.0/16"])),
    "announce-one-less": ("one prefix less goes to Azure", lambda one: alpha(one)["onprem"].append("10.9.0.0/16"), lambda one: alpha(one).update(onprem=["10.9.0.0/16"])),
    "vnet-more": ("a second VNet", lambda _: None, lambda one: alpha(one)["vnets"].append("10.102.0.0/16")),
    "vnet-other": ("another VNet", lambda _: None, lambda one: alpha(one).update(vnets=["10.103.0.0/16"])),
    "both-directions": ("other prefixes in both directions at once", lambda _: None, lambda one: alpha(one).update(onprem=["10.9.0.0/16"], vnets=["10.103.0.0/16"])),
    "md5-rotated": ("another MD5 key", lambda _: None, lambda one: private(one).update(md5="Another.Key")),
    "bfd-off": ("no BFD any more", lambda _: None, lambda one: private(one).update(bfd=False)),
    "bfd-on": ("BFD again", lambda one: private(one).update(bfd=False), lambda one: private(one).pop("bfd")),
    "timers": ("shorter timers", lambda _: None, lambda one: private(one).update(timers=[20, 60])),
    "timers-default": ("default timers again", lambda one: private(one).update(timers=[20, 60]), lambda one: private(one).pop("timers")),
    "max-prefix": ("fewer prefixes accepted", lambda _: None, lambda one: private(one).update(max_prefix={"v4": 900})),
    "link-renumbered": ("the link to Microsoft has other addresses", lambda _: None, lambda one: private(one).update(v4="172.31.99.0/29")),
    "azure-vlan": ("another inner tag", lambda _: None, lambda one: private(one).update(azure_vlan=110)),
    "s-tag": ("another outer tag", lambda _: None, lambda one: circuit(one).update(s_tag=177)),
    "turn-up": ("a second customer", lambda _: None, lambda one: one["customers"].update(bravo=customer_of(2, "10.100.0.0/16"))),
    "off-boarding": ("a customer goes", lambda one: one["customers"].update(bravo=customer_of(2, "10.100.0.0/16")), lambda one: one["customers"].pop("bravo")),
    "microsoft-added": ("Microsoft peering on the same circuit", lambda _: None, microsoft),
    "microsoft-removed": ("no Microsoft peering any more", microsoft, lambda one: circuit(one)["peerings"].pop("microsoft")),
    "route-filter": ("other Microsoft services", microsoft, lambda one: microsoft(one).update(route_filter=["North Europe", "SQL North Europe"])),
    "pool-moved": ("another public prefix", microsoft, lambda one: microsoft(one).update(advertised_public_prefixes=["20.1.2.0/28"])),
    "bandwidth": ("a faster circuit", lambda _: None, lambda one: circuit(one).update(bandwidth_mbps=500)),
    "customer-renamed": ("the customer has another name: VRF, lists and maps too", lambda _: None, _rename),
    "ipv6-added": ("IPv6 beside IPv4", lambda _: None, _v6),
    "ipv6-removed": ("IPv4 only again", _v6, lambda one: (private(one).pop("v6"), alpha(one).update(onprem=["10.0.0.0/16"], vnets=["10.100.0.0/16"]), alpha(one)["ce"].pop("v6"))),
    "active-passive": ("one link preferred", lambda _: None, lambda one: private(one).update(mode="active_passive", preferred="secondary")),
    "prepend": ("longer paths on both", lambda _: None, lambda one: private(one).update(prepend=2, local_pref=150)),
    "ce-renumbered": ("the CE has another subnet", lambda _: None, lambda one: alpha(one)["ce"].update(v4="192.168.77.0/29")),
    "ce-vlan": ("the CE has another VLAN", lambda _: None, lambda one: alpha(one)["ce"].update(vlan=777)),
    "ce-asn": ("the CE has another AS", lambda _: None, lambda one: alpha(one)["ce"].update(asn=64777)),
    "firewall-on": ("packets are filtered", lambda _: None, _firewall),
    "firewall-off": ("packets are not filtered any more", _firewall, lambda one: (alpha(one).pop("flows"), alpha(one).update(firewall=False))),
    "flows-more": ("one more service may pass", _firewall, lambda one: _flows(one, "https", "dns", "ssh")),
    "flows-other": ("other services may pass", _firewall, lambda one: _flows(one, "ssh", "tcp/8000-8099")),
    "several": ("six changes at once", lambda _: None, _several),
}  # fmt: skip
"""Name → what it is about, from the base to the running inventory, from there to the intended one."""
