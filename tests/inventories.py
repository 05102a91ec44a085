"""Inventories for the tests: YAML text in, intent and findings out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import yaml

from generator.inventory.intent import Intent
from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.finding import Finding, path_text
from generator.rules import engine

BASE: Final = """
meta: {name: Base}
providers:
  northlake: {asn: 64600}
routers:
  pe1: &pe
    platform: cisco_xe
    provider: northlake
    azure_port: TenGigabitEthernet0/1/0
    customer_port: GigabitEthernet0/0/1
    ports:
      TenGigabitEthernet0/1/0: {speed_mbps: 10000}
  pe2: *pe
pairs:
  ams: {routers: [pe1, pe2], location: Amsterdam}
customers:
  alpha:
    ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29}
    onprem: [10.0.0.0/16]
    vnets: [10.100.0.0/16]
    circuits:
      alpha-ams:
        service_key: 11111111-1111-4111-8111-111111111111
        bandwidth_mbps: 200
        s_tag: 101
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: "env:PEERWRIGHT_TEST_KEY"}
"""
"""A valid inventory of one customer without any finding but that its routers have no management (FW-CP-01);
``PEERWRIGHT_TEST_KEY`` need not be set for the rules."""

Found = tuple[str, str, str, str]
"""Rule, severity, place in the inventory, message."""


def changed(text: str, **values: Any) -> str:
    """``text`` with values put at dotted paths, `__` for the dot: ``changed(BASE, meta__lab=True)``; None deletes."""
    return with_values(text, {key.replace("__", "."): value for key, value in values.items()})


def with_values(text: str, values: dict[str, Any]) -> str:
    """``text`` with values put at dotted paths (``customers.alpha.onprem``); None deletes."""
    data = yaml.safe_load(text)
    # What an alias shares is written out: a change of pe1 must not be one of pe2.
    data = yaml.safe_load(yaml.dump(data, Dumper=_Plain, sort_keys=False))
    for path, value in values.items():
        *parents, last = path.split(".")
        here = data
        for part in parents:
            here = here.setdefault(part, {})
        if value is None:
            here.pop(last, None)
        else:
            here[last] = value
    return yaml.dump(data, Dumper=_Plain, sort_keys=False)


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def intent_of(yaml_text: str, root: Path = Path()) -> Intent:
    """The intent of an inventory that fits the schema."""
    inventory, wrong = validate(yaml.safe_load(yaml_text))
    assert inventory is not None, wrong
    return resolve(inventory, SecretStore(root))[0]


def findings_of(intent: Intent) -> list[Finding]:
    """What the inventory rules find."""
    return list(engine.run(engine.things_of(intent), lab=intent.lab))


def findings(yaml_text: str) -> list[Found]:
    """What the inventory rules find, as tests compare it."""
    return [as_found(one) for one in findings_of(intent_of(yaml_text))]


def as_found(finding: Finding) -> Found:
    return (finding.rule, finding.severity.word, path_text(finding.path), finding.message)


ALPHA: Final = "customers.alpha"
CIRCUIT: Final = f"{ALPHA}.circuits.alpha-ams"
PRIVATE: Final = f"{CIRCUIT}.peerings.private"
MICROSOFT: Final = f"{CIRCUIT}.peerings.microsoft"

IPSEC: Final = f"{PRIVATE}.ipsec"
GATEWAY: Final[dict[str, Any]] = {
    "kind": "vpn",
    "sku": "VpnGw2AZ",
    "subnet": "10.60.255.0/27",
    "addresses": ["10.60.255.14", "10.60.255.15"],
    "bgp": ["169.254.21.2", "169.254.22.2"],
}
"""An active-active VPN gateway (domain rules G.3)."""


def hub(**values: Any) -> list[dict[str, Any]]:
    """The VNet with `GATEWAY`, some of its values others; None deletes.  For ``{f"{ALPHA}.vnets": hub(...)}``."""
    gateway = {key: value for key, value in {**GATEWAY, **values}.items() if value is not None}
    return [{"prefixes": ["10.60.0.0/16"], "gateways": [gateway]}]


TUNNELS: Final = with_values(
    BASE,
    {
        f"{ALPHA}.vnets": hub(),
        IPSEC: {
            "source": {"primary": "172.20.0.1", "secondary": "172.20.0.2"},
            "key": {"primary": "env:PEERWRIGHT_TEST_PSK_1", "secondary": "env:PEERWRIGHT_TEST_PSK_2"},
            "path_mtu": 1400,
        },
    },
)
"""The base inventory with IPsec over its private peering, and no further finding."""

MICROSOFT_PEERING: Final[dict[str, Any]] = {
    "azure_vlan": 200,
    "v4": "198.41.0.0/29",
    "md5": "env:PEERWRIGHT_TEST_KEY",
    "asn": 3303,
    "registry": "RIPENCC",
    "advertised_public_prefixes": ["198.41.1.0/28"],
    "nat": {"pool": "198.41.1.0/28", "inside": ["10.0.0.0/16"], "at": "elsewhere"},
    "route_filter": ["West Europe"],
}
"""A Microsoft peering without any finding: something behind the routers translates."""


def microsoft(**values: Any) -> dict[str, Any]:
    """`MICROSOFT_PEERING` with other values; None deletes.  For ``with_values(BASE, {MICROSOFT: microsoft(...)})``."""
    return {key: value for key, value in {**MICROSOFT_PEERING, **values}.items() if value is not None}


def found_by(rule: str, values: dict[str, Any], text: str = BASE) -> list[tuple[str, str, str]]:
    """What one rule finds in the base inventory with some values changed: severity, place, message."""
    return [one[1:] for one in findings(with_values(text, values)) if one[0] == rule]
