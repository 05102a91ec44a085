"""What was ordered: bandwidth, tier and family of a circuit, and what Azure has already."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent, Intent
from generator.inventory.models import Circuit, CircuitDefaults
from generator.model.finding import DataPath, Related, Severity
from generator.rules.base import Problem, rule

KINDS: Final = ("provider", "direct")
PROVIDER: Final = (50, 100, 200, 500, 1000, 2000, 5000, 10000)
"""Bandwidths of circuits through a provider, in Mb/s (ER-CKT-05)."""
DIRECT: Final = {10000: (1000, 2000, 5000, 10000), 100000: (5000, 10000, 40000, 100000)}
"""Bandwidths of Direct circuits by the speed of the port pair, in Mb/s (ER-CKT-06)."""
ALL_DIRECT: Final = tuple(sorted({value for values in DIRECT.values() for value in values}))
TIERS: Final = ("Local", "Standard", "Premium")
FAMILIES: Final = ("MeteredData", "UnlimitedData")

Settings = CircuitDefaults | Circuit


def written_settings(intent: Intent) -> Iterator[tuple[DataPath, Settings]]:
    """The settings of circuits where they are written: in defaults and in circuits."""
    inventory = intent.inventory
    if inventory.defaults is not None and inventory.defaults.circuit is not None:
        yield ("defaults", "circuit"), inventory.defaults.circuit
    for name, provider in inventory.providers.items():
        if provider.defaults is not None and provider.defaults.circuit is not None:
            yield ("providers", name, "defaults", "circuit"), provider.defaults.circuit
    for customer in intent.customers:
        for name, spec in customer.spec.circuits.items():
            yield (*customer.path, "circuits", name), spec


def place(circuit: CircuitIntent, field: str) -> DataPath:
    """Where a setting of a circuit stands; the circuit, if it comes from a default."""
    return circuit.path if getattr(circuit.spec, field) is None else (*circuit.path, field)


def not_one_of(path: DataPath, field: str, value: str | None, known: tuple[str, ...]) -> Iterator[Problem]:
    """A problem, where a word is not one of those there are."""
    if value is None or value in known:
        return
    choices = f"{', '.join(known[:-1])} or {known[-1]}"
    same = [one for one in known if one.lower() == value.lower()]
    message = f"{field} {value!r} is not known, expected {choices}"
    yield Problem(message=message, path=(*path, field), fix=f"write {same[0] if same else choices}")


def _in_list(values: tuple[int, ...]) -> str:
    return f"{', '.join(map(str, values[:-1]))} or {values[-1]}"


@rule("INV-005", Severity.ERROR, source="ER-CKT-05 ER-CKT-06")
def bandwidth(intent: Intent) -> Iterator[Problem]:
    """The bandwidth is one that Microsoft sells for this kind of circuit.

    Why:
        A circuit has one of a few bandwidths: 50 Mb/s to 10 Gb/s through a provider; on ExpressRoute Direct those
        of its ports, 1 to 10 Gb/s on ports of 10 Gb/s, 5 to 100 Gb/s on ports of 100 Gb/s.
    Fix:
        Write the bandwidth that Azure shows for the circuit, in Mb/s.
    Bad:
        bandwidth_mbps: 300
    Good:
        bandwidth_mbps: 500
    """
    for path, settings in written_settings(intent):
        yield from not_one_of(path, "kind", settings.kind, KINDS)
    for circuit in intent.circuits():
        value = circuit.bandwidth_mbps
        if value is None or circuit.kind not in KINDS:
            continue
        speed = _port_speed(intent, circuit) if circuit.kind == "direct" else None
        values = PROVIDER if circuit.kind == "provider" else DIRECT.get(speed or 0, ALL_DIRECT)
        if value not in values:
            on = f" on ports of {speed // 1000} Gb/s" if speed in DIRECT and speed is not None else ""
            yield Problem(
                message=(
                    f"bandwidth_mbps {value} of circuit {circuit.name} is not sold for {circuit.kind} circuits{on}, "
                    f"expected {_in_list(values)}"
                ),
                path=place(circuit, "bandwidth_mbps"),
                fix=f"write the bandwidth Azure shows, in Mb/s: {_in_list(values)}",
            )


def _port_speed(intent: Intent, circuit: CircuitIntent) -> int | None:
    """The lower speed of the two ports, as far as it is known."""
    speeds = []
    for router, name in circuit.links.values():
        port = intent.routers[router].ports.get(name) if router in intent.routers else None
        if port is not None and port.speed_mbps is not None:
            speeds.append(port.speed_mbps)
    return min(speeds, default=None)


@rule("INV-006", Severity.ERROR, source="ER-CKT-08")
def bandwidth_lowered(circuit: CircuitIntent) -> Iterator[Problem]:
    """The bandwidth is not lower than what the circuit has in Azure.

    Why:
        Azure can raise a circuit's bandwidth in place, never lower it: for that the circuit is deleted and ordered
        again, with a new service key.
    Fix:
        Keep the bandwidth of Azure, or plan a new circuit.
    Bad:
        bandwidth_mbps: 500
        azure: {bandwidth_mbps: 1000}
    Good:
        bandwidth_mbps: 1000
        azure: {bandwidth_mbps: 1000}
    """
    azure = None if circuit.spec.azure is None else circuit.spec.azure.bandwidth_mbps
    if azure is not None and circuit.bandwidth_mbps is not None and circuit.bandwidth_mbps < azure:
        yield Problem(
            message=(
                f"bandwidth_mbps {circuit.bandwidth_mbps} of circuit {circuit.name} is lower than the {azure} "
                "it has in Azure, which cannot be lowered"
            ),
            path=place(circuit, "bandwidth_mbps"),
            fix=f"write {azure}, or delete the circuit and order a new one",
            related=(Related((*circuit.path, "azure", "bandwidth_mbps")),),
        )


@rule("INV-007", Severity.ERROR, source="ER-CKT-11 ER-CKT-12")
def tier_and_family(intent: Intent) -> Iterator[Problem]:
    """Tier and family of a circuit exist, fit each other, and can be reached from what Azure has.

    Why:
        A Local circuit is always UnlimitedData.  Standard and Premium change into each other, Local into both,
        MeteredData into UnlimitedData; no other change is possible without a new circuit.
    Fix:
        Write tier and family as Azure shows them.
    Bad:
        tier: Local
        family: MeteredData
    Good:
        tier: Local
        family: UnlimitedData
    """
    for path, settings in written_settings(intent):
        yield from not_one_of(path, "tier", settings.tier, TIERS)
        yield from not_one_of(path, "family", settings.family, FAMILIES)
    for circuit in intent.circuits():
        if circuit.tier == "Local" and circuit.family == "MeteredData":
            written = circuit.spec.family is not None
            yield Problem(
                message=f"family MeteredData of circuit {circuit.name} does not go with tier Local, expected UnlimitedData",
                path=place(circuit, "family" if written else "tier"),
                fix="add family: UnlimitedData" if not written else "write family: UnlimitedData, or another tier",
            )
        if circuit.spec.azure is not None:
            yield from _moves(circuit)


def _moves(circuit: CircuitIntent) -> Iterator[Problem]:
    """The changes against Azure that Azure does not make."""
    azure = circuit.spec.azure
    assert azure is not None
    forbidden: list[tuple[str, str, str]] = []
    if azure.family == "UnlimitedData" and circuit.family == "MeteredData":
        forbidden.append(("family", "MeteredData", "UnlimitedData"))
    if azure.tier in ("Standard", "Premium") and circuit.tier == "Local":
        forbidden.append(("tier", "Local", azure.tier))
    for field, wanted, now in forbidden:
        yield Problem(
            message=f"{field} {wanted} of circuit {circuit.name} cannot be reached from the {now} it has in Azure",
            path=place(circuit, field),
            fix=f"write {field}: {now}, or order a new circuit",
            related=(Related((*circuit.path, "azure", field)),),
        )
