"""What the templates print: objects with finished words in them."""

from __future__ import annotations

import msgspec


class AddressFamily(msgspec.Struct):
    name: str
    addresses: tuple[str, ...]
    mtu: int | None
    urpf_strict: bool
    urpf_loose: bool
    filters: tuple[str, ...]
    """``input`` and ``output``."""
    unnumbered: str


class Unit(msgspec.Struct):
    number: str
    description: str
    disabled: bool
    outer: str
    inner: int | None
    vlan: int | None
    families: tuple[AddressFamily, ...]


class Port(msgspec.Struct):
    name: str
    description: str
    disabled: bool
    tagged: bool
    mtu: int | None
    units: list[Unit]
    scheduler: str = ""
    """The statement by which its units have queues of their own."""


class RouteFilterList(msgspec.Struct):
    name: str
    entries: tuple[str, ...]


class AsPath(msgspec.Struct):
    """One expression is an ``as-path``, several are an ``as-path-group``."""

    name: str
    expression: str
    group: tuple[str, ...]


class Term(msgspec.Struct):
    label: str
    conditions: tuple[str, ...]
    settings: tuple[str, ...]
    """What is set on a route that is accepted."""
    verdict: str
    """``accept`` or ``reject``."""


class PolicyStatement(msgspec.Struct):
    name: str
    terms: tuple[Term, ...]
    default: str
    """``accept`` or ``reject`` after the last term, or empty where the last term decides everything."""


class Peer(msgspec.Struct):
    group: str
    mark: str
    """``inactive:`` before a neighbour that is not to come up."""
    type: str
    address: str
    description: str
    local_address: str
    multihop: int
    local_as: int | None
    peer_as: int | None
    hold: int
    key: str
    import_policy: str
    export_policy: str
    remove_private: bool
    as_override: bool
    family: str
    unicast: bool
    """Whether there is anything to say about the family's routes."""
    limit: int | None
    teardown: str
    loops: int | None
    bfd: tuple[str, ...]
    bfd_transmit: int | None
    multipath: bool


class Table(msgspec.Struct):
    """A routing instance, or the global table."""

    name: str
    description: str
    interfaces: tuple[str, ...]
    router_id: str
    asn: int | None
    statics: tuple[str, ...]
    rib6: str
    statics6: tuple[str, ...]
    peers: tuple[Peer, ...]
    options: bool
    """Whether there is anything for ``routing-options``."""
    load_balance: str
    """Name of the policy that lets several equal paths into the forwarding table; global table only."""


def quote(text: str) -> str:
    """Text as a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
