"""The handover sheet as data.  `peerwright handover --format json` prints exactly this, under these names.

The format is versioned: within a version, fields are added and never renamed or removed.  Addresses and
prefixes are text as Azure takes it (``172.31.0.0/30``), numbers are numbers, what does not apply is null
or an empty list.  Links are ``primary`` and ``secondary``.  Keys are never in it: ``shared_key`` and ``cak`` name
where the key is (``file:secrets/alpha``, ``env:ALPHA_MD5``), ``••••`` stands for one that the inventory holds in
clear text, null for none.

    version          1
    inventory        its name
    lab              true: the numbers are documentation numbers, Azure refuses them
    customer, name   key in the inventory and display name
    model            connect_through or connect_to
    circuits         see CircuitSheet: the circuit itself, order (the tags on every port), macsec, peerings
    vnets            see VNetSheet: prefixes, gateways, vnet_links, udrs, default_routes
    vpns             see VpnSheet: gateway, local_network_gateways, connections, tunnels
    steps            what is done in which order: do, circuit, rule

`circuit_sheets` and `vnet_sheets` have the keys below, with units and rules.
"""

from __future__ import annotations

from typing import Final

import msgspec

from generator.handover.circuit_sheets import CircuitSheet
from generator.handover.vnet_sheets import VNetSheet, VpnSheet

VERSION: Final = 1


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do."""

    do: str
    circuit: str
    """Empty: of the customer as a whole."""
    rule: str
    """Ids of the domain rules behind it."""


class HandoverDocument(msgspec.Struct, frozen=True, kw_only=True):
    """Everything for one customer."""

    version: int
    inventory: str
    lab: bool
    customer: str
    name: str
    model: str
    circuits: tuple[CircuitSheet, ...]
    vnets: tuple[VNetSheet, ...]
    vpns: tuple[VpnSheet, ...]
    steps: tuple[Step, ...]
