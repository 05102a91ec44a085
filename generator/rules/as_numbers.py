"""AS numbers: our own, Microsoft's, and those that mean nothing to Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import Intent, PeeringIntent
from generator.model.asn import MICROSOFT, is_documentation, is_forbidden, is_private
from generator.model.finding import DataPath, Severity
from generator.model.plan import Domain, Role
from generator.rules.base import Problem, rule
from generator.rules.places import title


def written_numbers(intent: Intent) -> Iterator[tuple[DataPath, int, str]]:
    """Every AS number that is not Microsoft's, where it is written, and whose it is."""
    inventory = intent.inventory
    for name, provider in inventory.providers.items():
        yield ("providers", name, "asn"), provider.asn, f"provider {name}"
    for name, pair in inventory.pairs.items():
        if pair.asn is not None:
            yield ("pairs", name, "asn"), pair.asn, f"pair {name}"
    for customer in intent.customers:
        if customer.spec.asn is not None:
            yield (*customer.path, "asn"), customer.spec.asn, f"customer {customer.name}"
        for attachment in customer.attachments:
            whose = f"session {attachment.name} of customer {customer.name}"
            yield (*attachment.path, "asn"), attachment.spec.asn, whose
        for peering in customer.peerings():
            spec = peering.spec
            for field, value in (
                ("asn", spec.asn),
                ("customer_asn", spec.customer_asn),
                ("prepend_asn", spec.prepend_asn),
            ):
                if value is not None:
                    yield (*peering.path, field), value, title(peering)


def _why_forbidden(asn: int) -> str:
    if asn == MICROSOFT:
        return "Microsoft's own"
    if asn == 23456:
        return "AS_TRANS, a placeholder for 4-byte numbers"
    return "reserved by Azure" if 65515 <= asn <= 65520 else "reserved"


@rule("INV-026", Severity.ERROR, source="ER-ASN-02 ER-ASN-04")
def legal_number(intent: Intent) -> Iterator[Problem]:
    """An AS number of ours is one that we may have.

    Why:
        Azure refuses 12076 and 65515 to 65520 on the customer's side, and drops routes with them in the path; 0, 23456,
        65535 and 4294967295 are nobody's.
    Fix:
        Use your public AS number, or a private one: 64512 to 64514, 65521 to 65534, 4200000000 to 4294967294.
    Bad:
        asn: 65517
    Good:
        asn: 65521
    """
    for path, asn, whose in written_numbers(intent):
        if is_forbidden(asn):
            yield Problem(
                message=f"{path[-1]} {asn} of {whose} is {_why_forbidden(asn)}, expected an AS number of its own",
                path=path,
            )


@rule("INV-027", Severity.ERROR, source="ER-ASN-04")
def documentation_number(intent: Intent) -> Iterator[Problem]:
    """An AS number is not one of those for documentation.

    Why:
        64496 to 64511 and 65536 to 65551 are for examples; Microsoft does not take them in a path.
    Fix:
        Use your public AS number, or a private one.  In a lab, set ``meta.lab: true``.
    Bad:
        asn: 64500
    Good:
        asn: 64512
    """
    for path, asn, whose in written_numbers(intent):
        if is_documentation(asn):
            yield Problem(
                message=f"{path[-1]} {asn} of {whose} is for documentation, expected an AS number of its own",
                path=path,
                lab=True,
            )


def _place(peering: PeeringIntent, *fields: str) -> DataPath:
    """The first of these fields that a person wrote, else the peering."""
    for field in fields:
        if getattr(peering.spec, field) is not None:
            return (*peering.path, field)
    return peering.path


@rule("INV-028", Severity.WARNING, source="ER-ASN-06")
def private_number(peering: PeeringIntent) -> Iterator[Problem]:
    """Microsoft peering has a public AS number.

    Why:
        Microsoft takes a private AS number on Microsoft peering, but validates the peering by hand: it comes up only
        after a support case.
    Fix:
        Use a public AS number, or open the support case and acknowledge this.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 20.30.40.0/29, asn: 64600}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 20.30.40.0/29, asn: 3320}
    """
    if peering.domain is Domain.MICROSOFT and is_private(peering.asn) and not is_forbidden(peering.asn):
        yield Problem(
            message=f"asn {peering.asn} of the {title(peering)} is private, which Microsoft validates by hand",
            path=_place(peering, "asn"),
        )


@rule("INV-029", Severity.WARNING, source="ER-ASN-07")
def private_prepend(peering: PeeringIntent) -> Iterator[Problem]:
    """On Microsoft peering no private AS number is prepended.

    Why:
        Microsoft strips private AS numbers from the path there, so that prepending one has no effect.  Where it is
        the only thing that makes a link the passive one, traffic comes in over both: an error.
    Fix:
        Prepend a public AS number (``prepend_asn``), or announce more specific prefixes on the preferred link.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 20.30.40.0/29, asn: 64600, mode: active_passive, prepend: 3}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 20.30.40.0/29, asn: 3320, mode: active_passive, prepend: 3}
    """
    asn = peering.spec.prepend_asn or peering.asn
    if peering.domain is not Domain.MICROSOFT or not peering.prepend or not is_private(asn):
        return
    announce = peering.announce
    same = announce.get(Role.PRIMARY) == announce.get(Role.SECONDARY)
    only = peering.mode == "active_passive" and same
    effect = ", and nothing else makes a link passive" if only else ""
    yield Problem(
        message=(
            f"AS {asn} is prepended {peering.prepend} times on the {title(peering)}, "
            f"where Microsoft strips private AS numbers{effect}"
        ),
        path=_place(peering, "prepend", "mode"),
        severity=Severity.ERROR if only else Severity.WARNING,
    )


@rule("INV-030", Severity.ERROR, source="ER-ASN-01")
def microsoft_number(peering: PeeringIntent) -> Iterator[Problem]:
    """Microsoft's side is AS 12076.

    Why:
        Microsoft's edges have AS 12076 on every peering; a session towards another one is refused.
    Fix:
        Remove ``peer_asn``: 12076 is the default.
    Bad:
        peer_asn: 8075
    Good:
        peer_asn: 12076
    """
    if peering.spec.peer_asn != MICROSOFT:
        yield Problem(
            message=f"peer_asn {peering.spec.peer_asn} of the {title(peering)} is not Microsoft's, expected {MICROSOFT}",
            path=(*peering.path, "peer_asn"),
        )
