"""What Azure does not let a circuit do, seen from one state of the inventory to the next."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import CircuitIntent, Intent
from generator.model.finding import Finding, Severity


def refused(before: Intent, after: Intent) -> list[Finding]:
    """Bandwidth that goes down (INV-006, ER-CKT-08), for circuits that keep their service key.

    The rule of the same id compares with what the inventory says that Azure reports; here the earlier
    inventory is what Azure has.
    """
    return list(_lowered(before, after))


def _lowered(before: Intent, after: Intent) -> Iterator[Finding]:
    earlier = dict(_circuits(before))
    for key, circuit in _circuits(after):
        was = earlier.get(key)
        if was is None or was.bandwidth_mbps is None or circuit.bandwidth_mbps is None:
            continue
        if circuit.bandwidth_mbps < was.bandwidth_mbps and was.spec.service_key == circuit.spec.service_key:
            yield Finding(
                rule="INV-006",
                severity=Severity.ERROR,
                message=(
                    f"bandwidth_mbps {circuit.bandwidth_mbps} of circuit {circuit.name} is lower than the "
                    f"{was.bandwidth_mbps} it had, which cannot be lowered"
                ),
                path=(*circuit.path, "bandwidth_mbps"),
                fix=f"write {was.bandwidth_mbps}, or delete the circuit and order a new one",
            )


def _circuits(intent: Intent) -> Iterator[tuple[tuple[str, str], CircuitIntent]]:
    for circuit in intent.circuits():
        yield (circuit.customer.name, circuit.name), circuit
