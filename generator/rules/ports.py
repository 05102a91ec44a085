"""Ports and what is put on them."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import CircuitIntent, Intent
from generator.model.finding import Related, Severity
from generator.rules.base import Problem, rule

_SHOWN = 8
"""Circuits that a finding points at."""


@rule("INV-070", Severity.WARNING, source="ER-CKT-06 ER-CKT-10")
def port_speed(intent: Intent) -> Iterator[Problem]:
    """The circuits on a port do not add up to more than its speed.

    Why:
        A full port drops what does not fit, of every customer on it.  ExpressRoute Direct may be sold up to twice
        over, and no further.
    Fix:
        Move a circuit to another port, or use a faster one.
    Bad:
        bandwidth_mbps: 1000
        routers:
          pe1: {ports: {TenGigabitEthernet0/1/0: {speed_mbps: 500}}}
    Good:
        bandwidth_mbps: 1000
        routers:
          pe1: {ports: {TenGigabitEthernet0/1/0: {speed_mbps: 10000}}}
    """
    loads: dict[tuple[str, str], list[CircuitIntent]] = {}
    for circuit in intent.circuits():
        if circuit.bandwidth_mbps is not None:
            for place in dict.fromkeys(circuit.links.values()):
                loads.setdefault(place, []).append(circuit)
    for (name, port), circuits in loads.items():
        known = intent.routers[name].ports.get(port)
        if known is None or known.speed_mbps is None:
            continue
        total = sum(circuit.bandwidth_mbps or 0 for circuit in circuits)
        if total <= known.speed_mbps:
            continue
        twice = any(circuit.kind == "direct" for circuit in circuits) and total > 2 * known.speed_mbps
        yield Problem(
            message=f"port {port} of {name} has {known.speed_mbps} Mb/s, and its circuits add up to {total} Mb/s"
            + (", more than twice as much" if twice else ""),
            path=("routers", name, "ports", port, "speed_mbps"),
            fix="move a circuit to another port, or correct the speed",
            related=tuple(
                Related((*circuit.path, "bandwidth_mbps"), note=f"{circuit.bandwidth_mbps} Mb/s")
                for circuit in circuits[:_SHOWN]
            ),
            severity=Severity.ERROR if twice else Severity.WARNING,
        )
