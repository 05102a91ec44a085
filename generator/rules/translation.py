"""Who translates, fixed translations, and those of shared services of the provider."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import AttachmentIntent, Intent, PeeringIntent
from generator.inventory.security import StaticTranslation
from generator.model.address import Prefix
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import pools, title
from generator.rules.prefix_space import is_documentation_space, kind_of_space, nested, reserved_space


@rule("INV-046", Severity.ERROR, source="ER-NAT-03 ER-NAT-06 ER-RTE-09")
def static_translations(peering: PeeringIntent) -> Iterator[Problem]:
    """A fixed translation is between prefixes of one size, its public one announced and out of the pool.

    Why:
        Each address stands for one other.  What is not announced is never reached, and an address that the pool hands
        out as well has two owners.
    Fix:
        Take the public prefix out of advertised_public_prefixes, beside the pool, and write an inside one of its length.
    Bad:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/28, 198.41.1.16/28]
            nat: {pool: 198.41.1.0/28, static: [{inside: 10.0.9.9/32, outside: 198.41.1.5/32}]}
    Good:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/28, 198.41.1.16/28]
            nat: {pool: 198.41.1.0/28, static: [{inside: 10.0.9.9/32, outside: 198.41.1.17/32}]}
    """
    nat = peering.spec.nat
    if nat is None or peering.domain is Domain.PRIVATE:
        return
    for at, inside in enumerate(nat.inside):
        if inside.version != 4:
            yield Problem(
                message=f"inside prefix {inside} of nat is IPv6, which is not translated",
                path=(*peering.path, "nat", "inside", at),
                fix="remove it, and announce a public IPv6 prefix",
            )
    for at, static in enumerate(nat.static):
        path: DataPath = (*peering.path, "nat", "static", at)
        if not _same_size(static.inside, static.outside):
            yield Problem(
                message=f"static translation of {static.inside} to {static.outside} is of two sizes, one was expected",
                path=path,
                fix="write prefixes of one length and family",
                on_key=True,
            )
        yield from _outside(peering, static, (*path, "outside"))
    for key in ("inside", "outside"):
        yield from _twice([getattr(static, key) for static in nat.static], key, (*peering.path, "nat", "static"))


def _same_size(inside: Prefix, outside: Prefix) -> bool:
    return inside.version == outside.version and inside.prefixlen == outside.prefixlen


def _outside(peering: PeeringIntent, static: StaticTranslation, path: DataPath) -> Iterator[Problem]:
    """A public prefix that is none, that is not announced, or that the pool hands out too."""
    outside: Prefix = static.outside
    space = reserved_space(outside)
    if space is not None:
        yield Problem(
            message=f"outside {outside} of a static translation is in {kind_of_space(space)} {space}, "
            "public addresses were expected",
            path=path,
            fix="take a public prefix that is registered to you",
            lab=is_documentation_space(outside),
        )
    for _, place, pool in pools(peering):
        if pool.version == outside.version and pool.overlaps(outside):
            yield Problem(
                message=f"outside {outside} of a static translation shares addresses with the pool {pool}, "
                "others were expected",
                path=path,
                fix="take a prefix beside the pool",
                related=(Related(place, note="the pool"),),
            )
            return
    sent = {prefix for prefixes in peering.announce.values() for prefix in prefixes}
    if not any(_lies_in(outside, prefix) for prefix in sent if prefix.prefixlen):
        yield Problem(
            message=f"outside {outside} of a static translation is in no prefix that the {title(peering)} announces",
            path=path,
            fix="add it to advertised_public_prefixes, here and in Azure",
        )


def _lies_in(inner: Prefix, outer: Prefix) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _twice(prefixes: list[Prefix], key: str, path: DataPath) -> Iterator[Problem]:
    """Prefixes of one side that share addresses."""
    for one, other in nested(prefixes, prefixes):
        if one < other:
            yield Problem(
                message=f"{key} {prefixes[other]} of a static translation shares addresses with {prefixes[one]}, "
                "each address once was expected",
                path=(*path, other, key),
                fix="write each address once",
                related=(Related((*path, one, key)),),
            )


@rule("INV-081", Severity.WARNING, source="ER-NAT-02")
def nothing_to_translate(peering: PeeringIntent) -> Iterator[Problem]:
    """Where the routers translate, something comes to them that they can translate.

    Why:
        Packets reach the routing domain of the peering over a session beside Azure's in the same domain; without one the
        translation has no inside.
    Fix:
        Add a session with domain: microsoft, or say at: elsewhere where something behind the routers translates.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28}}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28, at: elsewhere}}
    """
    if peering.nat_at != "router" or peering.domain is Domain.PRIVATE:
        return
    if not any(one.domain is peering.domain and one.ends for one in peering.customer.attachments):
        yield Problem(
            message=f"{title(peering)} translates at the router, and no session of its domain leads there",
            path=(*peering.path, "nat"),
            fix=f"add a session with domain: {peering.domain.value}, or at: elsewhere",
            on_key=True,
        )


@rule("INV-083", Severity.ERROR, source="FW-PLACE-01 FW-PLACE-02")
def translating_firewall(peering: PeeringIntent) -> Iterator[Problem]:
    """Where firewalls translate, the pair has some.

    Why:
        With at: firewall the translation is written for the appliances behind the routers; without any nobody
        translates.
    Fix:
        Name the appliances in the pair (firewalls), or write at: router, or at: elsewhere for one that is not ours.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28, at: firewall}}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28, at: router}}
    """
    circuit = peering.circuit
    nat = peering.spec.nat
    if nat is not None and nat.at == "firewall" and not circuit.pair.firewalls:
        yield Problem(
            message=f"nat of the {title(peering)} is at the firewall, and pair {circuit.pair_name} has no firewalls",
            path=(*peering.path, "nat", "at"),
            fix="add firewalls to the pair, or write at: router",
            related=(Related(("pairs", circuit.pair_name), note="the pair"),),
        )


@rule("INV-084", Severity.ERROR, source="ER-MT-03 ER-NAT-01")
def provider_translation(attachment: AttachmentIntent) -> Iterator[Problem]:
    """A session with the provider's shared services translates one prefix to another of its size, in the private domain.

    Why:
        Customers that overlap are told apart by prefixes that stand for theirs, address by address.  On Microsoft
        peering nat of the peering translates, and a second translation there would hide the first.
    Fix:
        Write inside and outside of one length, on a session with domain: private.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, nat: {inside: 10.0.0.0/20, outside: 100.64.16.0/24}}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, nat: {inside: 10.0.0.0/20, outside: 100.64.16.0/20}}
    """
    nat = attachment.spec.nat
    if nat is None:
        return
    path = (*attachment.path, "nat")
    if not _same_size(nat.inside, nat.outside):
        yield Problem(
            message=f"nat of session {attachment.name} translates {nat.inside} to {nat.outside}, "
            "one length and family were expected",
            path=path,
            fix="write prefixes of one length",
            on_key=True,
        )
    elif nat.inside.version == nat.outside.version and nat.inside.overlaps(nat.outside):
        yield Problem(
            message=f"nat of session {attachment.name} translates {nat.inside} to {nat.outside}, "
            "prefixes that do not overlap were expected",
            path=path,
            fix="take another outside",
            on_key=True,
        )
    if attachment.domain is not Domain.PRIVATE:
        yield Problem(
            message=f"nat is set on session {attachment.name} of domain {attachment.domain.value}, "
            "domain private was expected",
            path=path,
            fix="remove it, and use nat of the peering",
            on_key=True,
        )


@rule("INV-084", Severity.ERROR, source="ER-MT-03 ER-NAT-01")
def own_outside(intent: Intent) -> Iterator[Problem]:
    """Each customer has an outside prefix of its own towards shared services, and translates what is its own.

    Why:
        Shared services tell customers apart by these prefixes alone; what two customers have leads to one of them.
    Fix:
        Give each customer a prefix that overlaps no other's, for prefixes that are at home with it.
    Bad:
        sessions:
          shared: {asn: 64512, vlan: 30, v4: 192.168.250.0/29, nat: {inside: 10.1.0.0/20, outside: 100.64.16.0/20}}
    Good:
        sessions:
          shared: {asn: 64512, vlan: 30, v4: 192.168.250.0/29, nat: {inside: 10.0.0.0/20, outside: 100.64.16.0/20}}
    """
    by_pair: dict[str, list[tuple[str, AttachmentIntent, Prefix]]] = {}
    for customer in intent.customers:
        for attachment in customer.attachments:
            nat = attachment.spec.nat
            if nat is None:
                continue
            by_pair.setdefault(attachment.pair_name, []).append((customer.name, attachment, nat.outside))
            if not any(_lies_in(nat.inside, prefix) for prefix in customer.spec.onprem):
                yield Problem(
                    message=f"inside {nat.inside} of session {attachment.name} is in no on-premises prefix of customer "
                    f"{customer.name}, one of its own was expected",
                    path=(*attachment.path, "nat", "inside"),
                    fix="write a prefix out of onprem",
                    severity=Severity.WARNING,
                )
    for entries in by_pair.values():
        prefixes = [outside for _, _, outside in entries]
        for one, other in nested(prefixes, prefixes):
            if one < other and entries[one][0] != entries[other][0]:
                yield Problem(
                    message=f"outside {prefixes[other]} of customer {entries[other][0]} shares addresses with "
                    f"{prefixes[one]} of customer {entries[one][0]}, one of its own was expected",
                    path=(*entries[other][1].path, "nat", "outside"),
                    fix=f"give {entries[other][0]} another prefix",
                    related=(Related((*entries[one][1].path, "nat", "outside")),),
                )
