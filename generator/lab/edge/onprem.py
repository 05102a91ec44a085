"""The customer's own router or core: a BIRD beside our routers, and a host behind it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from generator.inventory.intent import AttachmentIntent
from generator.lab.edge.printing import BIRD, BIRD_CONF, FORWARDING, families_of, of_family, printed, router_id
from generator.lab.sites import Fitting, OnpremSession, OnpremSite
from generator.model.address import Address, Prefix, parse_prefix
from generator.model.facts import Family


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """One session, as the template prints it."""

    name: str
    own: Address
    peer: Address
    own_asn: int
    asn: int
    password: str
    bfd: bool
    family: Family
    announce: tuple[Prefix, ...]


def onprem(site: OnpremSite) -> Fitting:
    """BIRD that announces on each session what the customer has there."""
    sessions = tuple(_neighbours(site))
    prefixes = sorted({prefix for one in sessions for prefix in one.announce}, key=lambda one: (one.version, one))
    text = printed(
        "onprem.conf",
        title=site.name,
        router_id=router_id(site.name),
        families=families_of(tuple(prefixes), site.hosts),
        sessions=sessions,
        bfd=sorted({one.interface for one in site.sessions if _bfd(one)}),
    )
    return Fitting(files={BIRD_CONF: text}, programs=(BIRD,), sysctls=FORWARDING)


def _neighbours(site: OnpremSite) -> Iterator[Neighbour]:
    for index, one in enumerate(site.sessions, 1):
        attachment = one.attachment
        secret = attachment.core_password if attachment.spec.firewall is not None else attachment.password
        families: tuple[Family, ...] = (4, 6)
        for family in families:
            link = one.v4 if family == 4 else one.v6
            if link is None:
                continue
            yield Neighbour(
                name=f"router{index}_{family}",
                own=link.own.ip,
                peer=link.peer.ip,
                own_asn=one.asn,
                asn=one.router_asn,
                password="" if secret is None else secret.reveal(),
                bfd=_bfd(one),
                family=family,
                announce=of_family(announced(site, attachment), family),
            )


def announced(site: OnpremSite, attachment: AttachmentIntent) -> tuple[Prefix, ...]:
    """What the customer has on a session.  Behind a firewall it is what is at home: the firewall brings the rest."""
    if attachment.spec.firewall is None:
        return attachment.accept
    defaults = ("0.0.0.0/0", "::/0") if attachment.spec.default_route else ()
    return (*site.customer.spec.onprem, *map(parse_prefix, defaults))


def _bfd(one: OnpremSession) -> bool:
    end = one.attachment.ends.get(one.role)
    return end is not None and end.settings.bfd is not None and one.attachment.spec.firewall is None
