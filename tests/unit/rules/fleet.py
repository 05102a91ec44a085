"""Larger inventories for the tests of the rules, made of the base one."""

from __future__ import annotations

from typing import Any, Final

from tests.inventories import BASE, Found, findings, with_values

CUSTOMER: Final = "customers.alpha"
CIRCUIT: Final = "customers.alpha.circuits.alpha-ams"
PRIVATE: Final = f"{CIRCUIT}.peerings.private"
MICROSOFT: Final = f"{CIRCUIT}.peerings.microsoft"

MICROSOFT_PEERING: Final = {
    "azure_vlan": 200,
    "v4": "20.30.40.0/29",
    "asn": 3320,
    "advertised_public_prefixes": ["20.30.41.0/28"],
    "route_filter": ["West Europe"],
    "registry": "RIPENCC",
}
WITH_MICROSOFT: Final = with_values(BASE, {MICROSOFT: MICROSOFT_PEERING})
"""The base inventory with a Microsoft peering beside the private one."""

BRAVO: Final = {
    "ce": {"asn": 64702, "vlan": 702, "v4": "192.168.255.0/29"},
    "onprem": ["10.0.0.0/16"],
    "vnets": ["10.100.0.0/16"],
    "circuits": {
        "bravo-ams": {
            "service_key": "22222222-2222-4222-8222-222222222222",
            "bandwidth_mbps": 500,
            "s_tag": 102,
            "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29"}},
        }
    },
}
TWO_CUSTOMERS: Final = with_values(BASE, {"customers.bravo": BRAVO})
"""The base inventory with a second customer, who uses the same private addresses in a VRF of its own."""


def found(rule: str, text: str = BASE, **values: Any) -> list[Found]:
    """What one rule finds in an inventory after changes; ``__`` stands for the dot, ``C``, ``P`` and ``M`` for the
    circuit, the private and the Microsoft peering: ``found("INV-020", P__azure_vlan=0)``."""
    short = {"A": CUSTOMER, "C": CIRCUIT, "P": PRIVATE, "M": MICROSOFT}
    paths = {}
    for key, value in values.items():
        first, *rest = key.split("__")
        paths[".".join([short.get(first, first), *rest])] = value
    return [one for one in findings(with_values(text, paths)) if one[0] == rule]
