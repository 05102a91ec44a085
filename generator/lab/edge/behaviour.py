"""How an edge behaves where a test wants it otherwise than Azure's figures say."""

from __future__ import annotations

from typing import Final

import msgspec

from generator.inventory.intent import PeeringIntent
from generator.model.facts import Family
from generator.model.limits import PRIVATE_V4, PRIVATE_V4_PREMIUM, PRIVATE_V6, PUBLIC_EACH
from generator.model.plan import Domain


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """Differences from Azure."""

    prefix_limit: int = 0
    """Prefixes taken on every session; 0: what the peering and the tier allow (ER-RTE-01, ER-RTE-02)."""

    def limit(self, peering: PeeringIntent, family: Family) -> int:
        """How many prefixes a session may bring before it is dropped."""
        if self.prefix_limit:
            return self.prefix_limit
        if peering.domain is not Domain.PRIVATE:
            return PUBLIC_EACH
        if family == 6:
            return PRIVATE_V6
        return PRIVATE_V4_PREMIUM if peering.circuit.tier == "Premium" else PRIVATE_V4


AS_AZURE: Final = Behaviour()
