"""Whether a firewall keeps sessions or looks at each packet."""

from __future__ import annotations

from generator.inventory.intent import PeeringIntent
from generator.platforms.base import Feature


def is_stateful(peering: PeeringIntent, can: frozenset[Feature]) -> bool:
    """Whether answers are known from a session table: as asked for, as far as the router can, else packet by packet.

    On two routers that share a circuit an answer may come in over the other one, so packet by packet is
    the default; with a pool of its own for each router answers come back to where they left (FW-PLACE-03).
    """
    asked = peering.customer.firewall.state
    nat = peering.spec.nat
    apart = nat is not None and nat.design == "per_router" and peering.nat_at == "router"
    if asked == "stateful" or Feature.STATELESS not in can or (apart and not asked):
        return Feature.STATEFUL in can
    return False
