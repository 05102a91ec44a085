"""A customer is a few lines: a record of at most 30 is enough for a complete pair, everything else has a default."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from generator import api
from generator.model.facts import Neighbor
from generator.model.finding import Severity
from generator.model.plan import Peer
from generator.pipeline import read_inventory
from generator.plan import plan

INVENTORIES = Path(__file__).parent.parent / "inventories"
MOST = 30
RECORDS = sorted(INVENTORIES.glob("*/customers/*.yaml"))


def record(file: Path) -> tuple[str, dict[str, Any], int]:
    """Name, customer and lines, without blank ones and comments."""
    text = file.read_text()
    ((name, customer),) = yaml.safe_load(text)["customers"].items()
    return name, customer, sum(1 for line in text.splitlines() if line.strip() and not line.strip().startswith("#"))


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_a_customer_with_one_circuit_takes_thirty_lines_at_most(file: Path) -> None:
    _, customer, lines = record(file)
    assert lines <= MOST * len(customer["circuits"])


def neighbors_of(name: str, inventory: Path) -> Iterator[tuple[str, Peer, Neighbor]]:
    """Every session of a customer on every router."""
    loaded = read_inventory(inventory)
    assert loaded.intent is not None
    for device in plan(loaded.intent).plan.devices.values():
        for session in device.sessions:
            if session.customer == name:
                yield device.name, session.peer, device.facts.neighbors[session.neighbor]


@pytest.mark.parametrize(
    "record_of", ["northlake/customers/alpha", "starter/customers/example", "saltmarsh/customers/eastholm"]
)
def test_a_short_record_makes_a_complete_pair(record_of: str) -> None:
    """Both routers, each with Microsoft, the customer and the other router; keys, filters, limits, BFD: all there."""
    file = INVENTORIES / f"{record_of}.yaml"
    inventory = file.parent.parent
    name, customer, lines = record(file)
    assert lines <= MOST
    ((_, circuit),) = customer["circuits"].items()
    assert "private" in circuit["peerings"]
    assert not [one for one in api.check(inventory, native=False).findings if one.severity is Severity.ERROR]
    found = list(neighbors_of(name, inventory))
    routers = {router for router, _, _ in found}
    assert len(routers) == 2
    microsoft = [(router, one) for router, peer, one in found if peer is Peer.MSEE]
    assert {router for router, _ in microsoft} == routers
    for _, one in microsoft:
        assert one.remote_as == 12076
        assert one.import_policy
        assert one.export_policy
        assert one.max_prefix is not None
        assert one.bfd is not None
        assert one.password is not None
        assert one.password.known
    for peer in (Peer.PARTNER, Peer.CUSTOMER) if "ce" in customer else (Peer.PARTNER,):
        assert {router for router, other, _ in found if other is peer} == routers
