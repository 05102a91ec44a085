"""What the rules on tunnels look at: the routers of a peering that encrypt, together."""

from __future__ import annotations

from functools import cached_property

import msgspec

from generator.model.facts import Neighbor, Tunnel
from generator.model.plan import Session, TunnelPlan
from generator.readback.evidence import DeviceEvidence


class TunnelEvidence(msgspec.Struct, dict=True, kw_only=True):
    """The routers of one peering with its tunnels."""

    plan: TunnelPlan
    primary: DeviceEvidence
    secondary: DeviceEvidence | None = None

    @property
    def title(self) -> str:
        """``fjell-lon private``."""
        return f"{self.plan.circuit} {self.plan.domain}"

    @cached_property
    def sides(self) -> tuple[tuple[DeviceEvidence, tuple[str, ...], tuple[Tunnel, ...]], ...]:
        """The routers, each with the names of its tunnels, and those of them that its text has."""
        plan, out = self.plan, []
        for device, names in ((self.primary, plan.primary[1]), (self.secondary, plan.secondary and plan.secondary[1])):
            if device is not None and names is not None:
                found = device.facts.tunnels
                out.append((device, names, tuple([found[name] for name in names if name in found])))
        return tuple(out)

    @cached_property
    def sessions(self) -> tuple[tuple[DeviceEvidence, Session, Neighbor], ...]:
        """The sessions in the tunnels, as far as the texts have them."""
        out = []
        for device, names, _ in self.sides:
            for name in names:
                out += [(device, *one) for one in device.gateways_in.get(name, ())]
        return tuple(out)
