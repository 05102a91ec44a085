"""What the templates of filters, tunnels, zones, translation and queues print: objects with finished words in them."""

from __future__ import annotations

import msgspec


class FilterTerm(msgspec.Struct):
    """One term of a firewall filter."""

    label: str
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    conditions: tuple[str, ...]
    actions: tuple[str, ...]
    matches: bool
    """Whether there is anything to match at all."""


class FirewallFilter(msgspec.Struct):
    name: str
    terms: tuple[FilterTerm, ...]


class FirewallFamily(msgspec.Struct):
    name: str
    filters: tuple[FirewallFilter, ...]


class Policer(msgspec.Struct):
    name: str
    rate: str


class Proposal(msgspec.Struct):
    """An IKE or an IPsec proposal."""

    name: str
    authentication: str
    encryption: str
    dh_group: str
    kilobytes: int | None
    seconds: int


class IpsecPolicy(msgspec.Struct):
    name: str
    pfs: str
    proposal: str


class Vpn(msgspec.Struct):
    """One tunnel: its IKE policy, gateway and VPN all have its name."""

    name: str
    interface: str
    ike_proposal: str
    ipsec_policy: str
    key: str
    address: str
    version: str
    dpd_interval: int
    dpd_retries: int
    local_identity: str
    remote_identity: str
    external_interface: str
    local_address: str
    selectors: tuple[tuple[str, str, str], ...]
    """Name, local and remote prefix."""
    establish: str


class Association(msgspec.Struct):
    """MACsec: one connectivity association and its port."""

    name: str
    port: str
    cipher: str
    secure: str
    """``must-secure`` or ``should-secure``."""
    ckn: str
    cak: str
    sci: bool


class SecurityPolicy(msgspec.Struct):
    name: str
    sources: str
    destinations: str
    applications: str
    verdict: str
    log: bool


class Context(msgspec.Struct):
    """The policies from one zone to another."""

    source: str
    destination: str
    policies: tuple[SecurityPolicy, ...]


class SecurityZone(msgspec.Struct):
    name: str
    services: tuple[str, ...]
    protocols: tuple[str, ...]
    interfaces: tuple[str, ...]
    inbound: bool
    """Whether anything at all may reach the device itself."""


class Application(msgspec.Struct):
    name: str
    statements: tuple[str, ...]


class NatPool(msgspec.Struct):
    name: str
    prefix: str
    whole: bool
    """Addresses are translated, ports are not."""


class Translation(msgspec.Struct):
    name: str
    match: str
    target: str


class NatRuleSet(msgspec.Struct):
    name: str
    origin: str
    target: str
    rules: tuple[Translation, ...]


class TrafficProfile(msgspec.Struct):
    name: str
    scheduler_map: str
    rate: str


class CosUnit(msgspec.Struct):
    number: str
    statements: tuple[str, ...]


class CosPort(msgspec.Struct):
    name: str
    units: tuple[CosUnit, ...]


class CosSet(msgspec.Struct):
    """Units that share a rate, in ``interfaces`` and in ``class-of-service``."""

    name: str
    ports: tuple[CosPort, ...]


class Scheduler(msgspec.Struct):
    name: str
    rate: tuple[str, ...]
    priority: str


class SchedulerMap(msgspec.Struct):
    name: str
    entries: tuple[tuple[str, str], ...]
    """Forwarding class and scheduler."""
