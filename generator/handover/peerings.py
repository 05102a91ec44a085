"""The sheet of one peering."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.handover.circuit_sheets import (
    AddressRow,
    BfdSheet,
    CommunityRow,
    Limit,
    MicrosoftSheet,
    NatSheet,
    PeeringSheet,
    PublicPrefixRow,
    ReachRow,
    RouteRow,
    StaticRow,
    Subnets,
)
from generator.handover.terms import LinkTerms, families, link_terms
from generator.handover.text import key_reference, texts
from generator.inventory.communities import BY_VALUE, OFFICE_365
from generator.inventory.intent import PeeringIntent
from generator.inventory.models import ExtraCommunities
from generator.inventory.security import Blocks
from generator.model.asn import is_private
from generator.model.facts import Family
from generator.model.limits import (
    FROM_AZURE_V4,
    FROM_AZURE_V6,
    PRIVATE_V4,
    PRIVATE_V4_PREMIUM,
    PRIVATE_V6,
    PUBLIC_EACH,
)
from generator.model.plan import Domain, Role

AZURE_TYPE: Final = {
    Domain.PRIVATE: "AzurePrivatePeering",
    Domain.MICROSOFT: "MicrosoftPeering",
    Domain.PUBLIC: "AzurePublicPeering",
}


def peering_sheet(peering: PeeringIntent, extra: ExtraCommunities | None) -> PeeringSheet:
    """Everything about one peering; ``extra`` are the inventory's own names of communities."""
    spec, links = peering.spec, tuple(link_terms(peering))
    settings = next(iter(peering.ends.values())).settings
    bfd = settings.bfd
    return PeeringSheet(
        domain=peering.domain.value,
        azure_type=AZURE_TYPE[peering.domain],
        peer_asn=peering.asn,
        microsoft_asn=spec.peer_asn,
        v4=_subnets(links, 4, spec.v4),
        v6=_subnets(links, 6, spec.v6),
        vlan_id=spec.azure_vlan,
        shared_key=None if peering.password is None else key_reference(peering.password),
        microsoft=None if peering.domain is Domain.PRIVATE else _microsoft(peering, extra),
        addresses=tuple([_address(one) for one in links]),
        mode=peering.mode,
        preferred=peering.preferred.value if peering.mode == "active_passive" else None,
        keepalive=settings.keepalive,
        hold=settings.hold,
        bfd=None
        if bfd is None
        else BfdSheet(transmit_ms=bfd.transmit_ms, receive_ms=bfd.receive_ms, multiplier=bfd.multiplier),
        routes=tuple(_routes(peering)),
        accepted=texts(peering.accept),
        limits=tuple(_limits(peering, links)),
        global_reach=tuple(
            [ReachRow(circuit=one.circuit or "", prefixes=texts(one.prefixes)) for one in spec.global_reach]
        ),
        nat=_nat(peering),
    )


def _subnets(links: tuple[LinkTerms, ...], family: Family, blocks: Blocks | None) -> Subnets | None:
    """The two halves, from the addresses that are in use on the links (ER-ADDR-13)."""
    halves = {one.role: str(one.own.network) for one in links if one.family == family}
    if not halves:
        return None
    return Subnets(
        primary=halves.get(Role.PRIMARY),
        secondary=halves.get(Role.SECONDARY),
        block=None if blocks is None or blocks.both is None else str(blocks.both.network),
    )


def _address(link: LinkTerms) -> AddressRow:
    return AddressRow(
        link=link.role.value,
        router=link.router,
        family=link.family,
        ours=str(link.own.ip),
        microsofts=str(link.msee),
    )


def _microsoft(peering: PeeringIntent, extra: ExtraCommunities | None) -> MicrosoftSheet:
    spec = peering.spec
    rows = tuple(
        [
            PublicPrefixRow(
                prefix=str(one.prefix),
                registry=one.registry or peering.registry,
                loa=peering.loa if one.loa is None else one.loa,
            )
            for one in spec.advertised_public_prefixes or ()
        ]
    )
    manual = is_private(peering.asn) or any(one.loa for one in rows)
    return MicrosoftSheet(
        advertised_public_prefixes=rows,
        customer_asn=spec.customer_asn,
        registry=peering.registry,
        expected_state="Configured",
        manual_validation=manual,
        route_filter=() if peering.domain is Domain.PUBLIC else tuple(_communities(peering, extra)),
    )


def _communities(peering: PeeringIntent, extra: ExtraCommunities | None) -> Iterator[CommunityRow]:
    own: dict[str, str] = {}
    if extra is not None:
        own = {value: name for names in (extra.services, extra.regions) for name, value in names.items()}
    for value in peering.route_filter:
        known = BY_VALUE.get(value)
        yield CommunityRow(
            value=value,
            name=own.get(value) or ("" if known is None else known.name),
            needs_authorisation=value in OFFICE_365,
        )
    for _, text in peering.unknown_communities:
        if text not in peering.route_filter:
            yield CommunityRow(value="", name=text, needs_authorisation=False)


def _routes(peering: PeeringIntent) -> Iterator[RouteRow]:
    """What Azure should have learned on each link, and with which AS path (ER-PATH-04)."""
    for end in peering.ends.values():
        passive = not (peering.mode == "active_passive" and end.role is peering.preferred)
        times = peering.prepend if passive else 0
        path = " ".join([str(peering.asn), *[str(peering.spec.prepend_asn or peering.asn)] * times])
        own = {family: str(link.own.ip) for family, link in families(end)}
        for prefix in peering.announce[end.role]:
            if prefix.version in own:
                yield RouteRow(link=end.role.value, prefix=str(prefix), next_hop=own[prefix.version], path=path)


def _limits(peering: PeeringIntent, links: tuple[LinkTerms, ...]) -> Iterator[Limit]:
    private = peering.domain is Domain.PRIVATE
    v4 = PRIVATE_V4_PREMIUM if peering.circuit.tier == "Premium" else PRIVATE_V4
    for family, taken, sent in ((4, v4, FROM_AZURE_V4), (6, PRIVATE_V6, FROM_AZURE_V6)):
        if any(one.family == family for one in links):
            counts = [sum(prefix.version == family for prefix in found) for found in peering.announce.values()]
            yield Limit(
                family=family,
                announced=max(counts),
                to_microsoft=taken if private else PUBLIC_EACH,
                from_azure=sent if private else None,
            )


def _nat(peering: PeeringIntent) -> NatSheet | None:
    nat = peering.spec.nat
    if nat is None:
        return None
    return NatSheet(
        at=peering.nat_at,
        design=nat.design,
        inside=texts(nat.inside),
        pool_primary=str(nat.pool.primary),
        pool_secondary=str(nat.pool.secondary),
        static=tuple([StaticRow(inside=str(one.inside), outside=str(one.outside)) for one in nat.static]),
    )
