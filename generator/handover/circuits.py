"""The sheet of one circuit: what is ordered, and the tags on every port."""

from __future__ import annotations

from collections.abc import Iterator

from generator.handover.circuit_sheets import CircuitSheet, MacsecSheet, TagRow
from generator.handover.peerings import peering_sheet
from generator.handover.text import key_reference
from generator.inventory.intent import CircuitIntent
from generator.inventory.models import ExtraCommunities
from generator.model.plan import Role
from generator.model.vlan import Dot1q, QinQ


def circuit_sheet(circuit: CircuitIntent, extra: ExtraCommunities | None) -> CircuitSheet:
    """Everything about one circuit."""
    s_tag = circuit.spec.s_tag
    return CircuitSheet(
        name=circuit.name,
        service_key=circuit.spec.service_key,
        port_type="Direct" if circuit.kind == "direct" else "Provider",
        location=circuit.location,
        bandwidth_mbps=circuit.bandwidth_mbps,
        tier=circuit.tier,
        family=circuit.family,
        sku=f"{circuit.tier}_{circuit.family}",
        handoff=circuit.handoff,
        layer=circuit.layer,
        s_tag_primary=None if s_tag is None else s_tag.primary,
        s_tag_secondary=None if s_tag is None else s_tag.secondary,
        order=tuple(_order(circuit)),
        macsec=_macsec(circuit),
        peerings=tuple([peering_sheet(peering, extra) for peering in circuit.peerings]),
    )


def _order(circuit: CircuitIntent) -> Iterator[TagRow]:
    for role in Role:
        for peering in circuit.peerings:
            end = peering.ends.get(role)
            if end is None or not isinstance(end.tags, Dot1q | QinQ):
                continue
            stacked = isinstance(end.tags, QinQ)
            yield TagRow(
                link=role.value,
                router=end.router,
                port=end.port,
                peering=peering.domain.value,
                azure_vlan=peering.spec.azure_vlan,
                outer=end.tags.outer if isinstance(end.tags, QinQ) else None,
                inner=end.tags.inner if isinstance(end.tags, QinQ) else end.tags.vlan,
                ethertype=f"0x{end.settings.tpid if stacked else 0x8100:04x}",
            )


def _macsec(circuit: CircuitIntent) -> MacsecSheet | None:
    spec = circuit.spec.macsec
    if spec is None:
        return None
    return MacsecSheet(
        cipher=spec.cipher,
        ckn=spec.ckn,
        cak=None if circuit.cak is None else key_reference(circuit.cak),
        sci=spec.sci,
    )
