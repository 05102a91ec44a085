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
"""A valid inventory of one customer without any finding; ``PEERWRIGHT_TEST_KEY`` need not be set for the rules."""

Found = tuple[str, str, str, str]
"""Rule, severity, place in the inventory, message."""


def changed(text: str, **values: Any) -> str:
    """``text`` with values put at dotted paths, `__` for the dot: ``changed(BASE, meta__lab=True)``; None deletes."""
    return with_values(text, {key.replace("__", "."): value for key, value in values.items()})


def with_values(text: str, values: dict[str, Any]) -> str:
    """``text`` with values put at dotted paths (``customers.alpha.onprem``); None deletes."""
    data = yaml.safe_load(text)
    # What an alias shares is written out: a change of pe1 must not be one of pe2.
    data = yaml.safe_load(yaml.dump(data, Dumper=_Plain))
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
