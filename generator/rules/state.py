"""What Azure reports of the state of circuits and peerings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent
from generator.model.finding import DataPath, Severity
from generator.rules.base import Problem, rule

AZURE_NAMES: Final = {
    "private": "private",
    "microsoft": "microsoft",
    "public": "public",
    "AzurePrivatePeering": "private",
    "MicrosoftPeering": "microsoft",
    "AzurePublicPeering": "public",
}
"""How a peering may be called in what Azure reports."""


def _differs(value: str | None, expected: str) -> bool:
    return value is not None and value.lower() != expected.lower()


@rule("ER-CKT-15", Severity.WARNING, source="ER-CKT-15")
def circuit_state(circuit: CircuitIntent) -> Iterator[Problem]:
    """Azure reports the circuit as provisioned and enabled.

    Why:
        Peerings can be set only on a circuit that the provider has provisioned and Azure has enabled.
    Fix:
        Wait for the provider, or correct what is written under azure where it is old.
    Bad:
        azure: {provider_state: Provisioning}
    Good:
        azure: {provider_state: Provisioned, circuit_state: Enabled}
    """
    azure = circuit.spec.azure
    if azure is None:
        return
    path: DataPath = (*circuit.path, "azure")
    if circuit.kind != "direct" and _differs(azure.provider_state, "Provisioned"):
        yield Problem(
            message=f"provider_state {azure.provider_state!r} is reported for circuit {circuit.name}, "
            "Provisioned was expected",
            path=(*path, "provider_state"),
            fix="give the service key to the provider and wait, or update azure",
        )
    if _differs(azure.circuit_state, "Enabled"):
        yield Problem(
            message=f"circuit_state {azure.circuit_state!r} is reported for circuit {circuit.name}, Enabled was expected",
            path=(*path, "circuit_state"),
            fix="wait until Azure has enabled the circuit, or update azure",
        )


@rule("ER-PEER-08", Severity.WARNING, source="ER-PEER-08")
def peering_state(circuit: CircuitIntent) -> Iterator[Problem]:
    """Azure reports the peerings as enabled and the public prefixes as configured.

    Why:
        While Microsoft validates the prefixes of Microsoft peering, the session is not brought up.
    Fix:
        Wait for the validation, or open a support case where it says that a person must look at it.
    Bad:
        azure: {peerings: {microsoft: {advertised_public_prefixes_state: ValidationNeeded}}}
    Good:
        azure: {peerings: {microsoft: {advertised_public_prefixes_state: Configured}}}
    """
    azure = circuit.spec.azure
    if azure is None:
        return
    for name, peering in azure.peerings.items():
        path: DataPath = (*circuit.path, "azure", "peerings", name)
        if name not in AZURE_NAMES:
            yield Problem(
                message=f"peering {name!r} is reported for circuit {circuit.name}, expected private, microsoft or public",
                path=path,
                fix="write one of these names",
                on_key=True,
            )
        if _differs(peering.state, "Enabled"):
            yield Problem(
                message=f"state {peering.state!r} is reported for the {name} peering, Enabled was expected",
                path=(*path, "state"),
                fix="enable the peering in Azure, or update azure",
            )
        if _differs(peering.advertised_public_prefixes_state, "Configured"):
            yield Problem(
                message=f"advertised_public_prefixes_state {peering.advertised_public_prefixes_state!r} is reported for the "
                f"{name} peering, Configured was expected",
                path=(*path, "advertised_public_prefixes_state"),
                fix="wait for Microsoft's validation, or open a support case",
            )
