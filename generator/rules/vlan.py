"""VLAN tags: their range, one for each peering of a circuit, and what is on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from generator.inventory.intent import AttachmentIntent, CircuitIntent, Intent, PeeringIntent
from generator.inventory.models import BothInts, Peering
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Role
from generator.platforms import load
from generator.platforms.base import Limits
from generator.rules import sku
from generator.rules.base import Problem, rule
from generator.rules.places import written_settings

HANDOFFS: Final = ("qinq", "dot1q", "provider_translated")
ETHERTYPE: Final = 0x8100
LAST: Final = 4094

Tag = tuple[DataPath, int, tuple[str, ...]]
"""Place, value, the routers on whose wire it is."""


@lru_cache(maxsize=64)
def limits_of(platform: str) -> Limits | None:
    """Bounds of a platform; None where there is no such platform (INV-066)."""
    try:
        return load(platform).limits
    except KeyError:
        return None


def as_written(path: DataPath, both: BothInts | None) -> list[tuple[DataPath, int, tuple[Role, ...]]]:
    """One number for both links as one, two as two."""
    if both is None:
        return []
    if both.primary == both.secondary:
        return [(path, both.primary, (Role.PRIMARY, Role.SECONDARY))]
    return [
        ((*path, "primary"), both.primary, (Role.PRIMARY,)),
        ((*path, "secondary"), both.secondary, (Role.SECONDARY,)),
    ]


def tag_typed(spec: Peering, role: Role) -> int | None:
    """``wire_vlan`` of a link."""
    link = None if spec.links is None else spec.links.primary if role is Role.PRIMARY else spec.links.secondary
    return None if link is None else link.wire_vlan


def _peering_tags(peering: PeeringIntent) -> Iterator[Tag]:
    spec, links = peering.spec, peering.circuit.links
    plain = tuple(links[role][0] for role in links if tag_typed(spec, role) is None)
    yield (*peering.path, "azure_vlan"), spec.azure_vlan, plain
    if spec.links is not None:
        for role in Role:
            value = tag_typed(spec, role)
            if value is not None:
                wired = tuple(router for one, (router, _) in links.items() if one is role)
                yield (*peering.path, "links", role.value, "wire_vlan"), value, wired
    if spec.interlink_vlan is not None:
        routers = tuple(router for router, _ in links.values())
        yield (*peering.path, "interlink_vlan"), spec.interlink_vlan, routers


def _circuit_tags(circuit: CircuitIntent) -> Iterator[Tag]:
    links = circuit.links if circuit.handoff == "qinq" else {}
    for path, value, roles in as_written((*circuit.path, "s_tag"), circuit.spec.s_tag):
        yield path, value, tuple(links[role][0] for role in roles if role in links)


def _session_tags(attachment: AttachmentIntent) -> Iterator[Tag]:
    for field, both in (("vlan", attachment.spec.vlan), ("s_tag", attachment.spec.s_tag)):
        for path, value, roles in as_written((*attachment.path, field), both):
            routers = tuple(attachment.ends[role].router for role in roles if role in attachment.ends)
            yield path, value, routers


def _tags(intent: Intent) -> Iterator[Tag]:
    for customer in intent.customers:
        for attachment in customer.attachments:
            yield from _session_tags(attachment)
        for circuit in customer.circuits:
            yield from _circuit_tags(circuit)
            for peering in circuit.peerings:
                yield from _peering_tags(peering)


@rule("INV-020", Severity.ERROR, source="ER-VLAN-09 PLT-XE-10")
def vlan_range(intent: Intent) -> Iterator[Problem]:
    """A VLAN id is in 1..4094 and not reserved on the router that carries it.

    Why:
        0 and 4095 mean something else on the wire, and some platforms keep ids for themselves: 1002 to 1005 on
        IOS-XE.
    Fix:
        Choose another id, and enter the same one in Azure.
    Bad:
        azure_vlan: 4095
    Good:
        azure_vlan: 100
    """
    limits = {name: (router.platform, limits_of(router.platform)) for name, router in intent.routers.items()}
    for path, value, routers in _tags(intent):
        field = next(part for part in reversed(path) if part not in ("primary", "secondary"))
        if not 1 <= value <= LAST:
            yield Problem(message=f"{field} {value} is not a VLAN id, expected 1 to {LAST}", path=path)
            continue
        for router in routers:
            platform, bounds = limits[router]
            if bounds is None:
                continue
            if value in bounds.reserved_vlans:
                why = bounds.reserved_vlans[value]
                message = f"{field} {value} cannot be used on router {router} ({platform}): {why}, expected another id"
                yield Problem(message=message, path=path, related=(Related(("routers", router, "platform")),))
                break


@rule("INV-021", Severity.ERROR, source="ER-VLAN-04")
def azure_vlan_unique(circuit: CircuitIntent) -> Iterator[Problem]:
    """Each peering of a circuit has a VLAN id of its own.

    Why:
        On a circuit, the VLAN id alone says which peering a frame belongs to.  Azure refuses a second peering with
        the same one.
    Fix:
        Give each peering of a circuit its own VLAN id, the one entered in Azure.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29}
          microsoft: {azure_vlan: 100, v4: 203.0.113.0/29}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29}
          microsoft: {azure_vlan: 200, v4: 203.0.113.0/29}
    """
    used: dict[int, PeeringIntent] = {}
    for peering in circuit.peerings:
        first = used.setdefault(peering.spec.azure_vlan, peering)
        if first is not peering:
            yield Problem(
                message=(
                    f"azure_vlan {peering.spec.azure_vlan} is already used by another peering of circuit {circuit.name}"
                ),
                path=(*peering.path, "azure_vlan"),
                related=(Related((*first.path, "azure_vlan")),),
            )


@rule("INV-024", Severity.ERROR, source="ER-VLAN-08")
def ethertype(intent: Intent) -> Iterator[Problem]:
    """Both tags have the ethertype 0x8100.

    Why:
        ExpressRoute Direct and the exchanges take frames whose outer tag is 0x8100 as well; 0x88a8 (802.1ad),
        the default of some systems for an outer tag, is dropped.
    Fix:
        Remove ``tpid``: 0x8100 is the default.
    Bad:
        tpid: 0x88a8
    Good:
        tpid: 0x8100
    """
    for path, settings in written_settings(intent):
        if settings.tpid is not None and settings.tpid != ETHERTYPE:
            message = f"tpid {settings.tpid:#06x} does not match Microsoft's ports, expected 0x8100"
            yield Problem(message=message, path=(*path, "tpid"))


@rule("INV-025", Severity.ERROR, source="ER-VLAN-11")
def wire_vlan(intent: Intent) -> Iterator[Problem]:
    """The tag on the wire is the Azure VLAN id, unless the provider translates it.

    Why:
        With hand-off ``qinq`` or ``dot1q`` frames reach Microsoft with the tag they have here, and another than the
        peering's is dropped.  Only an exchange that ends the Azure VLAN itself may hand over another tag.
    Fix:
        Remove ``wire_vlan``, or set ``handoff: provider_translated`` if the provider says so.
    Bad:
        handoff: qinq
        peerings:
          private:
            azure_vlan: 100
            links: {primary: {wire_vlan: 101}}
    Good:
        handoff: provider_translated
        peerings:
          private:
            azure_vlan: 100
            links: {primary: {wire_vlan: 101}}
    """
    for path, settings in sku.written_settings(intent):
        yield from sku.not_one_of(path, "handoff", settings.handoff, HANDOFFS)
    for peering in intent.peerings():
        if peering.spec.links is None or peering.circuit.handoff == "provider_translated":
            continue
        for role in Role:
            value = tag_typed(peering.spec, role)
            if value is not None and value != peering.spec.azure_vlan:
                yield Problem(
                    message=(
                        f"wire_vlan {value} differs from azure_vlan {peering.spec.azure_vlan} with handoff "
                        f"{peering.circuit.handoff}, expected the same"
                    ),
                    path=(*peering.path, "links", role.value, "wire_vlan"),
                    related=(Related((*peering.path, "azure_vlan")),),
                )
