"""Peerings: which there are, and the addresses a person typed for them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from generator.inventory.addressing import link_of
from generator.inventory.intent import CustomerIntent, Intent, PeeringIntent
from generator.inventory.security import Blocks
from generator.model.address import Address
from generator.model.facts import Family
from generator.model.finding import DataPath, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import title

DOMAINS = tuple(domain.value for domain in Domain)


@rule("INV-008", Severity.ERROR, source="ER-PEER-01")
def peering_types(customer: CustomerIntent) -> Iterator[Problem]:
    """A circuit's peerings are private, microsoft and public, at most one of each.

    Why:
        There are three routing domains on a circuit.  A peering under any other name would be left out.
    Fix:
        Name the peering ``private``, ``microsoft`` or ``public``.
    Bad:
        peerings:
          AzurePrivatePeering: {azure_vlan: 100, v4: 172.31.0.0/29}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29}
    """
    for name, spec in customer.spec.circuits.items():
        for peering in spec.peerings:
            if peering in DOMAINS:
                continue
            contained = [domain for domain in DOMAINS if domain in peering.lower()]
            near = contained or get_close_matches(peering.lower(), DOMAINS, n=1)
            yield Problem(
                message=f"peering {peering!r} of circuit {name} is not known, expected private, microsoft or public",
                path=(*customer.path, "circuits", name, "peerings", peering),
                fix=f"did you mean {near[0]}?" if near else "",
                on_key=True,
            )


@rule("INV-009", Severity.ERROR, source="ER-PEER-02")
def public_peering(intent: Intent) -> Iterator[Problem]:
    """Public peering stands in a legacy inventory only.

    Why:
        Microsoft retired public peering on 31 March 2024; new circuits cannot have it since 2018.
    Fix:
        Use Microsoft peering.  To render a config of the past, set ``meta.legacy: true``.
    Bad:
        peerings:
          public: {azure_vlan: 300, v4: 203.0.113.16/29}
    Good:
        peerings:
          microsoft: {azure_vlan: 300, v4: 203.0.113.16/29}
    """
    if intent.inventory.meta.legacy:
        return
    for peering in intent.peerings():
        if peering.domain is Domain.PUBLIC:
            yield Problem(
                message=f"{title(peering)} is retired since 31 March 2024, expected Microsoft peering",
                path=peering.path,
                on_key=True,
            )


@rule("INV-013", Severity.ERROR, source="ER-ADDR-03")
def typed_addresses(peering: PeeringIntent) -> Iterator[Problem]:
    """Addresses that are typed are the first (ours) and the second (Microsoft's) of the link's network.

    Why:
        Microsoft's edge takes the second usable address of each /30 or /126 and expects us on the first.
    Fix:
        Leave the addresses out, they follow from the link block; or correct them.
    Bad:
        v4: 192.168.1.0/29
        links:
          primary: {own: 192.168.1.2, msee: 192.168.1.1}
    Good:
        v4: 192.168.1.0/29
        links:
          primary: {own: 192.168.1.1, msee: 192.168.1.2}
    """
    if peering.spec.links is None:
        return
    for role in peering.ends:
        link = getattr(peering.spec.links, role.value)
        if link is None:
            continue
        path = (*peering.path, "links", role.value)
        families: tuple[tuple[Family, Blocks | None, Address | None, Address | None], ...] = (
            (4, peering.spec.v4, link.own, link.msee),
            (6, peering.spec.v6, link.own_v6, link.msee_v6),
        )
        for family, blocks, own, msee in families:
            suffix = "" if family == 4 else "_v6"
            typed = [(f"own{suffix}", own), (f"msee{suffix}", msee)]
            if blocks is None:
                yield from _without_block(path, family, typed)
                continue
            pair = link_of(blocks, role, family)
            if pair is not None:
                for (field, address), right in zip(typed, (pair.own, pair.peer), strict=True):
                    if address is not None and address != right.ip:
                        whose = "first" if right is pair.own else "second"
                        yield Problem(
                            message=f"{field} {address} is not the {whose} address of {right.network}, expected {right.ip}",
                            path=(*path, field),
                            fix=f"write {right.ip}, or leave {field} out",
                        )


def _without_block(path: DataPath, family: Family, typed: list[tuple[str, Address | None]]) -> Iterator[Problem]:
    for field, address in typed:
        if address is not None:
            yield Problem(
                message=f"{field} {address} belongs to no link block, expected v{family} beside it",
                path=(*path, field),
                fix=f"add v{family}: the link block of the peering",
            )
