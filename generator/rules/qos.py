"""DSCP towards Microsoft."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import PeeringIntent
from generator.model.finding import Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import title

MICROSOFT: Final = {46: "EF", 34: "AF41", 18: "AF21", 10: "AF11", 0: "CS0"}
"""What Microsoft's network acts on: voice, video, sharing, file transfer, the rest (ER-QOS-02)."""
CS3: Final = 24
"""Signalling, in Microsoft's table of 2015 only (ER-QOS-04)."""


@rule("ER-QOS-02", Severity.WARNING, source="ER-QOS-01 ER-QOS-02 ER-QOS-03 ER-QOS-04")
def kept_values(peering: PeeringIntent) -> Iterator[Problem]:
    """DSCP values are kept only where Microsoft acts on them.

    Why:
        On Microsoft peering 46, 34, 18 and 10 mean something, every other value must leave as 0.  On private peering
        values are carried and nothing acts on them.
    Fix:
        Leave kept out: 46, 34, 18 and 10.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, qos: {kept: [46, 24]}}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, qos: {kept: [46, 34]}}
    """
    qos = peering.spec.qos
    if qos is None or not qos.enabled:
        return
    if peering.domain is not Domain.MICROSOFT:
        yield Problem(
            message=f"qos is set on the {title(peering)}, only Microsoft peering acts on DSCP",
            path=(*peering.path, "qos"),
            fix="remove qos",
            severity=Severity.INFO,
            on_key=True,
        )
        return
    known = ", ".join(f"{value} ({word})" for value, word in MICROSOFT.items())
    for at, value in enumerate(qos.kept):
        if value not in MICROSOFT:
            old = ", it was in the table of 2015 only," if value == CS3 else ""
            yield Problem(
                message=f"DSCP {value}{' (CS3)' if value == CS3 else ''} is kept on the {title(peering)}{old} "
                f"and is none that Microsoft acts on, expected among {known}",
                path=(*peering.path, "qos", "kept", at),
                fix=f"remove {value}, and it leaves as 0",
            )
