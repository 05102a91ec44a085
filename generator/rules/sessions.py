"""The BGP sessions with Microsoft: MD5 keys, timers, BFD."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import AttachmentIntent, Intent, PeeringIntent
from generator.inventory.models import BfdSettings, Timers
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.model.secret import Secret
from generator.rules.base import Problem, rule
from generator.rules.places import title, written_settings

LONGEST_AZURE_KEY: Final = 25
LONGEST_ROUTER_KEY: Final = 80
_ROUTER_KEY: Final = frozenset("._+=@-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def _fits_azure(key: str) -> bool:
    return key.isascii() and key.isalnum() and len(key) <= LONGEST_AZURE_KEY


def _fits_routers(key: str) -> bool:
    return 0 < len(key) <= LONGEST_ROUTER_KEY and _ROUTER_KEY.issuperset(key)


@rule("INV-031", Severity.ERROR, source="ER-BGP-03")
def azure_key_form(peering: PeeringIntent) -> Iterator[Problem]:
    """The MD5 key of a peering has a form that Azure takes.

    Why:
        Azure takes keys of 1 to 25 letters and digits.  With any other, the two ends never agree and the
        session does not come up; a few characters also mean something to the router that reads them.
    Fix:
        Choose a key of at most 25 letters and digits, and set the same one on the peering in Azure.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: p@ss-word}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: AlphaKey2016}
    """
    if peering.password is not None and not peering.password.passes(_fits_azure):
        yield Problem(
            message=f"MD5 key of the {title(peering)} is not of 1 to {LONGEST_AZURE_KEY} letters and digits",
            path=(*peering.path, "md5"),
            fix=f"choose a key of at most {LONGEST_AZURE_KEY} letters and digits, and set the same one in Azure",
        )


@rule("INV-031", Severity.ERROR, source="ER-BGP-03 IPS-PSK-04")
def router_key_form(attachment: AttachmentIntent) -> Iterator[Problem]:
    """The MD5 key of a session beside Azure's has a form that every router takes.

    Why:
        Quotes, spaces, ``?``, ``!``, ``#``, ``;`` and braces end or change the line of the config they stand in.
    Fix:
        Choose a key of at most 80 letters, digits and ``. _ + = @ -``, the same at both ends.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, md5: "key; with #signs"}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, md5: Alpha.Ce-2016}
    """
    if attachment.password is not None and not attachment.password.passes(_fits_routers):
        yield Problem(
            message=f"MD5 key of session {attachment.name} has a form that not every router takes, "
            f"expected 1 to {LONGEST_ROUTER_KEY} letters, digits and . _ + = @ -",
            path=(*attachment.path, "md5"),
            fix="choose another key, and set it at both ends",
        )


@rule("INV-032", Severity.WARNING, source="ER-BGP-02")
def key_missing(peering: PeeringIntent) -> Iterator[Problem]:
    """A peering has an MD5 key.

    Why:
        Without a key, whoever reaches the exchange's VLAN can speak BGP in your name.
    Fix:
        Put a key into a file or the environment, refer to it with md5, and set it on the peering in Azure.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: null}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: "env:ALPHA_KEY"}
    """
    if peering.spec.md5 is None:
        yield Problem(
            message=f"{title(peering)} has no md5, a key of its own was expected",
            path=peering.path,
            fix="add md5: env:NAME or file:PATH, and set the same key in Azure",
            on_key=True,
        )


@rule("INV-032", Severity.ERROR, source="ER-BGP-02")
def key_shared(intent: Intent) -> Iterator[Problem]:
    """No two customers have the same MD5 key.

    Why:
        A key that two customers know protects neither of them from the other.
    Fix:
        Give each customer a key of its own.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, md5: SharedKey}
        customers:
          bravo:
            ce: {asn: 64702, vlan: 702, v4: 192.168.255.0/29, md5: SharedKey}
            circuits:
              bravo-ams:
                s_tag: 102
                peerings: {private: {azure_vlan: 100, v4: 172.31.0.8/29, md5: "env:BRAVO_KEY"}}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, md5: AlphaKey}
        customers:
          bravo:
            ce: {asn: 64702, vlan: 702, v4: 192.168.255.0/29, md5: BravoKey}
            circuits:
              bravo-ams:
                s_tag: 102
                peerings: {private: {azure_vlan: 100, v4: 172.31.0.8/29, md5: "env:BRAVO_KEY"}}
    """
    first: dict[Secret | str, tuple[str, DataPath]] = {}
    for customer, path, secret in _keys(intent):
        owner, place = first.setdefault(secret if secret.known else secret.reference, (customer, path))
        if owner != customer:
            yield Problem(
                message=f"MD5 key of customer {customer} is also the key of customer {owner}, expected one of its own",
                path=path,
                fix=f"give {customer} another key, here and at the other end of the session",
                related=(Related(place, note=f"the same key for {owner}"),),
            )


def _keys(intent: Intent) -> Iterator[tuple[str, DataPath, Secret]]:
    """Every MD5 key: customer, place, key."""
    for customer in intent.customers:
        for attachment in customer.attachments:
            if attachment.password is not None:
                yield customer.name, (*attachment.path, "md5"), attachment.password
        for peering in customer.peerings():
            if peering.password is not None:
                yield customer.name, (*peering.path, "md5"), peering.password


@rule("INV-033", Severity.ERROR, source="ER-BGP-04")
def timers(intent: Intent) -> Iterator[Problem]:
    """BGP timers are what Microsoft's edge accepts.

    Why:
        Microsoft's edge runs 60 s keepalive and 180 s hold, and the lower value of both sides holds.  Below 3 s and
        10 s it refuses the session; aggressive values bring it down for a busy moment of a processor.
    Fix:
        Leave the timers at 60 and 180 s, and let BFD find a dead link in less than a second.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, timers: [1, 3]}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, timers: [60, 180]}
    """
    for path, settings in written_settings(intent):
        if settings.timers is not None:
            yield from _timers(settings.timers, (*path, "timers"))


def _timers(spec: Timers, path: DataPath) -> Iterator[Problem]:
    said = f"timers [{spec.keepalive}, {spec.hold}]"
    if spec.keepalive < 3 or spec.hold < 10:
        message, severity = f"{said} are refused by Microsoft's edge, at least [3, 10] is accepted", Severity.ERROR
    elif spec.keepalive >= spec.hold or spec.hold > 65535:
        message = f"{said} cannot work, a hold time above the keepalive and of at most 65535 s was expected"
        severity = Severity.ERROR
    elif spec.keepalive < 10 or spec.hold < 30:
        message, severity = f"{said} are aggressive, at least [10, 30] with BFD was expected", Severity.WARNING
    elif spec.hold < 3 * spec.keepalive:
        message = f"{said} leave a hold time below three keepalives, at least {3 * spec.keepalive} s was expected"
        severity = Severity.WARNING
    else:
        return
    yield Problem(message=message, path=path, fix="use [60, 180], and bfd to find a dead link fast", severity=severity)


@rule("INV-034", Severity.WARNING, source="ER-BGP-05 ER-BGP-07 ER-BGP-08 ER-BGP-16")
def bfd(intent: Intent) -> Iterator[Problem]:
    """BFD has values that work with Microsoft's edge, is not strict, and is confirmed where it is not the default.

    Why:
        Microsoft's edge sends every 300 ms, sometimes every 750 ms, and the slower side wins: shorter intervals do
        nothing, much longer ones lose the point.  With strict BFD the session stays down for ever where the edge
        has no BFD.  On Microsoft peering the edge's state is not documented, so somebody must have tried it.
    Fix:
        Use 300 ms and a multiplier of 3, without strict and without echo; on Microsoft peering confirm it with
        bfd_confirmed: true once Microsoft's side is known to have it.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, bfd: {tx: 50, strict: true}}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, bfd: {tx: 300, rx: 300, mult: 3}}
    """
    for path, settings in written_settings(intent):
        if settings.bfd is not None and settings.bfd.enabled:
            yield from _bfd(settings.bfd, (*path, "bfd"))
    for peering in intent.peerings():
        if peering.domain is not Domain.PRIVATE:
            yield from _unconfirmed(peering)


def _bfd(spec: BfdSettings, path: DataPath) -> Iterator[Problem]:
    for key, value in (("tx", spec.tx), ("rx", spec.rx)):
        if not 300 <= value <= 1000:
            yield Problem(
                message=f"bfd {key} {value} ms is outside what works with Microsoft's edge, 300 to 1000 ms was expected",
                path=(*path, key),
                fix=f"use {key}: 300",
            )
    if not 3 <= spec.mult <= 5:
        yield Problem(
            message=f"bfd mult {spec.mult} is unusual, 3 to 5 was expected", path=(*path, "mult"), fix="use mult: 3"
        )
    if spec.strict:
        yield Problem(
            message="bfd strict true keeps the session down where Microsoft's edge has no BFD, false was expected",
            path=(*path, "strict"),
            fix="remove strict",
            severity=Severity.ERROR,
        )
    if spec.echo:
        yield Problem(
            message="bfd echo true is not known to work with Microsoft's edge, false was expected",
            path=(*path, "echo"),
            fix="remove echo",
        )


def _unconfirmed(peering: PeeringIntent) -> Iterator[Problem]:
    """BFD on Microsoft (or public) peering that nobody confirmed."""
    if any(end.settings.bfd is not None and not end.settings.bfd_confirmed for end in peering.ends.values()):
        own = peering.spec.bfd is not None
        yield Problem(
            message=f"BFD is on for the {title(peering)}, and bfd_confirmed is not true",
            path=(*peering.path, "bfd") if own else peering.path,
            fix="ask Microsoft whether BFD is on at their end, then add bfd_confirmed: true, or set bfd: false",
            on_key=not own,
        )
