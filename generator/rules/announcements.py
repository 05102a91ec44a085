"""What is announced to Microsoft: which prefixes, registered by whom, and not elsewhere too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CustomerIntent, Intent, IpsecIntent, PeeringIntent
from generator.inventory.models import PeeringDefaults
from generator.model.address import Prefix
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import Written, announced, default_groups, listed, registered, title
from generator.rules.prefix_space import is_documentation_space, kind_of_space, nested, reserved_space

REGISTRIES: Final = ("ARIN", "APNIC", "AFRINIC", "LACNIC", "RIPENCC", "RADB", "ALTDB")
"""Where Microsoft looks up who owns a prefix (ER-RTE-11)."""


def _has_default(peering: PeeringIntent) -> bool:
    """Whether a default route is announced."""
    for one in peering.announce.values():
        for prefix in one:
            if not prefix.prefixlen:
                return True
    return False


def _in_tunnels(ipsec: IpsecIntent) -> bool:
    """Whether a default route is announced inside the tunnels."""
    return any(not prefix.prefixlen for prefix in ipsec.announce)


@rule("INV-037", Severity.ERROR, source="ER-RTE-06")
def default_route_to_the_public(peering: PeeringIntent) -> Iterator[Problem]:
    """No default route is announced on Microsoft or public peering.

    Why:
        Microsoft does not take it there; on private peering it means forced tunnelling.
    Fix:
        Remove it here; to pull the VNets' traffic on premises, set forced_tunnelling on the private peering.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertise: [0.0.0.0/0]}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertise: [198.41.1.0/24]}
    """
    if peering.domain is Domain.PRIVATE:
        return
    if _has_default(peering):
        for path, prefix in announced(peering):
            if prefix.prefixlen == 0:
                yield Problem(
                    message=f"default route {prefix} is announced on the {title(peering)}, only private peering takes one",
                    path=path,
                    fix="remove it",
                )
    if peering.spec.forced_tunnelling:
        yield Problem(
            message=f"forced_tunnelling true is set on the {title(peering)}, only private peering can have it",
            path=(*peering.path, "forced_tunnelling"),
            fix="move it to the private peering",
        )


@rule("INV-038", Severity.ERROR, source="ER-DEF-01")
def default_route_by_accident(peering: PeeringIntent) -> Iterator[Problem]:
    """A default route on private peering is announced on purpose.

    Why:
        It pulls all traffic of the VNets on premises and closes their way to the Internet, PaaS endpoints included.
    Fix:
        Say forced_tunnelling: true, which announces it from both routers, or remove it from the list.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, advertise: [0.0.0.0/0]}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, forced_tunnelling: true, internet_exit: true, kms_noted: true}
    """
    if peering.domain is not Domain.PRIVATE or peering.spec.forced_tunnelling:
        return
    encrypted = peering.ipsec is not None and _in_tunnels(peering.ipsec)
    if not _has_default(peering) and not encrypted:
        return
    written = announced(peering)
    if peering.ipsec is not None:
        written += listed((*peering.ipsec.path, "advertise"), peering.ipsec.spec.advertise or [])
    for path, prefix in written:
        if prefix.prefixlen == 0:
            yield Problem(
                message=f"default route {prefix} is announced on the {title(peering)} without forced_tunnelling",
                path=path,
                fix="remove it, or set forced_tunnelling: true on the peering",
            )


@rule("INV-039", Severity.WARNING, source="ER-DEF-02 ER-DEF-03")
def forced_tunnelling(peering: PeeringIntent) -> Iterator[Problem]:
    """Forced tunnelling has a way out on premises, and somebody thought of Windows activation.

    Why:
        With the default route on premises, traffic to the Internet and to Microsoft's public services comes to you
        and must leave again, by the Internet or by Microsoft peering.  Windows machines stop being activated unless
        a user-defined route leads to the activation service.
    Fix:
        Say how it goes on: internet_exit: true or the customer's internet; add the route for activation in Azure and
        kms_noted: true here.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, forced_tunnelling: true}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, forced_tunnelling: true, internet_exit: true, kms_noted: true}
    """
    spec = peering.spec
    if not spec.forced_tunnelling or peering.domain is not Domain.PRIVATE:
        return
    path = (*peering.path, "forced_tunnelling")
    if peering.ipsec is not None and not _in_tunnels(peering.ipsec):
        yield Problem(
            message="forced_tunnelling true has no effect beside ipsec, a default route in advertise of ipsec was expected",
            path=path,
            fix="write ipsec.advertise with 0.0.0.0/0 in it, or remove forced_tunnelling",
        )
    way_out = spec.internet_exit or peering.customer.spec.internet is not None
    if not way_out and not any(other.domain is Domain.MICROSOFT for other in peering.customer.peerings()):
        yield Problem(
            message="forced_tunnelling true brings Internet traffic on premises, and no way out is known there",
            path=path,
            fix="add internet_exit: true, or describe the customer's internet or Microsoft peering",
        )
    if not spec.kms_noted:
        yield Problem(
            message="forced_tunnelling true breaks Windows activation, and kms_noted is not true",
            path=path,
            fix="add a user-defined route for the activation service in Azure, then kms_noted: true",
        )


@rule("INV-040", Severity.ERROR, source="ER-RTE-07 ER-ADDR-07")
def public_prefixes(peering: PeeringIntent) -> Iterator[Problem]:
    """Only public prefixes are announced or registered on Microsoft and public peering.

    Why:
        Microsoft takes only public addresses that you own: private, shared, documentation and other reserved space
        is rejected.
    Fix:
        Announce public prefixes of your own, and translate private addresses to them (nat).
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertise: [10.1.0.0/16]}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertise: [198.41.1.0/24]}
    """
    if peering.domain is Domain.PRIVATE:
        return
    seen: set[Prefix] = set()
    for path, prefix in _public_lists(peering):
        space = reserved_space(prefix) if prefix.prefixlen else None
        if space is None or prefix in seen:
            continue
        seen.add(prefix)
        yield Problem(
            message=f"prefix {prefix} of the {title(peering)} is in {kind_of_space(space)} {space}, "
            "public addresses were expected",
            path=path,
            fix="announce a public prefix that is registered to you",
            lab=is_documentation_space(prefix),
        )


def _public_lists(peering: PeeringIntent) -> list[Written]:
    """What is announced by list, and what is registered."""
    return listed((*peering.path, "advertise"), peering.spec.advertise or []) + registered(peering)


@rule("INV-041", Severity.ERROR, source="ER-RTE-09")
def registered_prefixes(peering: PeeringIntent) -> Iterator[Problem]:
    """What is announced on Microsoft peering is what is registered for it, prefix by prefix.

    Why:
        The list in Azure becomes a filter in Microsoft's core: what is not on it is dropped.  What is on it and never
        announced is an open door that nobody needs.
    Fix:
        Make advertised_public_prefixes and the announcements the same list, here and in Azure.
    Bad:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertise: [198.41.1.0/26]
            advertised_public_prefixes: [198.41.1.0/24]
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertised_public_prefixes: [198.41.1.0/24]}
    """
    if peering.domain is not Domain.MICROSOFT:
        return
    sent = {prefix for one in peering.announce.values() for prefix in one}
    names = {public.prefix for public in peering.spec.advertised_public_prefixes or ()}
    if sent == names:
        return
    for path, prefix in announced(peering):
        if prefix not in names and prefix.prefixlen:
            yield Problem(
                message=f"prefix {prefix} is announced and is not one of advertised_public_prefixes",
                path=path,
                fix=f"add {prefix} to advertised_public_prefixes, here and in Azure, or do not announce it",
            )
    for path, prefix in registered(peering):
        if prefix not in sent:
            yield Problem(
                message=f"prefix {prefix} is one of advertised_public_prefixes and is never announced",
                path=path,
                fix="announce it, or remove it here and in Azure",
                severity=Severity.WARNING,
            )


@rule("INV-042", Severity.ERROR, source="ER-RTE-11")
def ownership(intent: Intent) -> Iterator[Problem]:
    """Somebody vouches for public prefixes: a registry that Microsoft looks into, or a Letter of Authorization.

    Why:
        Microsoft brings the peering up only when it finds prefix and AS number registered to you in ARIN, APNIC,
        AFRINIC, LACNIC, RIPENCC, RADB or ALTDB, or after a support case with a letter.
    Fix:
        Say registry on the peering, on the prefix or in the defaults; where there is none, loa: true.
    Bad:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/24]
            registry: LACNOG
    Good:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/24]
            registry: RIPENCC
    """
    for path, group in default_groups(intent):
        if isinstance(group, PeeringDefaults):
            yield from _registry(group.registry, (*path, "registry"))
    for peering in intent.peerings():
        if peering.domain is not Domain.PRIVATE:
            yield from _registry(peering.spec.registry, (*peering.path, "registry"))
            yield from _owners(peering)


def _registry(name: str | None, path: DataPath) -> Iterator[Problem]:
    if name is not None and name.upper() not in REGISTRIES:
        yield Problem(
            message=f"registry {name!r} is none that Microsoft looks into, expected one of {', '.join(REGISTRIES)}",
            path=path,
            fix="name the registry that has the prefixes",
        )


def _owners(peering: PeeringIntent) -> Iterator[Problem]:
    """Registered prefixes for which nobody vouches."""
    spec = peering.spec
    vouched = bool(peering.registry) or peering.loa
    fix = "add registry, or loa: true where Microsoft has a Letter of Authorization"
    if spec.advertised_public_prefixes is None and not vouched and any(peering.announce.values()):
        yield Problem(
            message=f"{title(peering)} announces public prefixes and has neither registry nor loa",
            path=peering.path,
            fix=fix,
            on_key=True,
        )
    for index, (public, (path, prefix)) in enumerate(
        zip(spec.advertised_public_prefixes or (), registered(peering), strict=True)
    ):
        at = (*peering.path, "advertised_public_prefixes", index)
        yield from _registry(public.registry, (*at, "registry"))
        own = public.loa if public.loa is not None else peering.loa
        if not (public.registry or own or peering.registry):
            yield Problem(message=f"prefix {prefix} has neither registry nor loa", path=path, fix=fix)


@rule("INV-043", Severity.ERROR, source="ER-RTE-12 ER-NAT-03")
def internet_too(customer: CustomerIntent) -> Iterator[Problem]:
    """A prefix is announced to Microsoft or to the Internet, not to both.

    Why:
        With the same prefix on both, answers come back by the way that the request did not take, and stateful
        devices drop them.  A more specific one over ExpressRoute is taken by Microsoft, and still needs care.
    Fix:
        Give ExpressRoute prefixes of its own; if that cannot be, announce a more specific one there.
    Bad:
        internet: {advertised: [198.41.1.0/24]}
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertised_public_prefixes: [198.41.1.0/24]}
    Good:
        internet: {advertised: [198.41.2.0/24]}
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertised_public_prefixes: [198.41.1.0/24]}
    """
    if customer.spec.internet is None or not customer.spec.internet.advertised:
        return
    outside = listed((*customer.path, "internet", "advertised"), customer.spec.internet.advertised)
    for peering in customer.peerings():
        if peering.domain is Domain.PRIVATE:
            continue
        ours = list({prefix: path for path, prefix in reversed(announced(peering))}.items())
        for at, index in nested([prefix for _, prefix in outside], [prefix for prefix, _ in ours]):
            if ours[index][0].prefixlen:
                yield _both_ways(peering, outside[at], ours[index])


def _both_ways(peering: PeeringIntent, outside: Written, ours: tuple[Prefix, DataPath]) -> Problem:
    path, there = outside
    here, place = ours
    finer = here.prefixlen > there.prefixlen
    if here == there:
        message = (
            f"prefix {there} is announced to the Internet and on the {title(peering)}, one of the two was expected"
        )
    elif finer:
        message = f"prefix {there} is announced to the Internet and covers {here} of the {title(peering)}"
    else:
        message = (
            f"prefix {there} is announced to the Internet and is more specific than {here} of the {title(peering)}"
        )
    return Problem(
        message=message,
        path=path,
        fix="use different prefixes, or at least a more specific one over ExpressRoute",
        related=(Related(place, note="announced to Microsoft"),),
        severity=Severity.WARNING if finer else Severity.ERROR,
    )


@rule("INV-044", Severity.ERROR, source="ER-RTE-17 IPS-BGP-12")
def same_as_vnet(customer: CustomerIntent) -> Iterator[Problem]:
    """No on-premises prefix is the same as a VNet's.

    Why:
        Azure does not take its own prefix back, and two places cannot have the same addresses.
    Fix:
        Correct one of the two; an aggregate that covers the VNet is allowed.
    Bad:
        onprem: [10.60.0.0/16]
        vnets: [10.60.0.0/16]
    Good:
        onprem: [10.60.0.0/16]
        vnets: [10.61.0.0/16]
    """
    vnets = {
        prefix: (*customer.path, "vnets", index)
        for index, vnet in enumerate(customer.vnets)
        for prefix in vnet.prefixes
    }
    ours = listed((*customer.path, "onprem"), customer.spec.onprem)
    for peering in customer.peerings():
        if peering.domain is Domain.PRIVATE and peering.spec.advertise is not None:
            ours += listed((*peering.path, "advertise"), peering.spec.advertise)
        if peering.ipsec is not None:
            for key in ("advertise", "clear"):
                ours += listed((*peering.ipsec.path, key), getattr(peering.ipsec.spec, key) or [])
    for path, prefix in ours:
        if prefix in vnets:
            yield Problem(
                message=f"on-premises prefix {prefix} is also a prefix of a VNet, different ones were expected",
                path=path,
                fix="correct one of the two; a covering aggregate may be announced",
                related=(Related(vnets[prefix], note="the VNet"),),
            )
