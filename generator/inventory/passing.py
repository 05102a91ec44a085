"""What passes over a session: announced and accepted prefixes, communities, and which link is preferred."""

from __future__ import annotations

from typing import Final

from generator.inventory import communities, defaults
from generator.inventory.intent import CircuitIntent, CustomerIntent, PeeringIntent
from generator.inventory.models import Attachment, ExtraCommunities, Peering
from generator.inventory.security import Ipsec
from generator.model.address import Prefix, parse_prefix, prefix_key
from generator.model.plan import Domain, Role

DEFAULT_V4: Final = parse_prefix("0.0.0.0/0")
DEFAULT_V6: Final = parse_prefix("::/0")


def announce(customer: CustomerIntent, domain: Domain, spec: Peering, role: Role) -> tuple[Prefix, ...]:
    """What leaves to Microsoft on one link, sorted: on private peering what is at home, else what is registered."""
    if domain is Domain.PRIVATE and spec.ipsec is not None:
        wanted = clear_announcements(spec.ipsec) | set(spec.advertise or ())
    elif domain is Domain.PRIVATE:
        wanted = set(customer.spec.onprem if spec.advertise is None else spec.advertise)
        if spec.forced_tunnelling:
            wanted.add(DEFAULT_V4)
            if spec.v6 is not None:
                wanted.add(DEFAULT_V6)
    else:
        wanted = _announce_public(spec, role)
    return tuple(sorted(wanted, key=prefix_key))


def clear_announcements(spec: Ipsec) -> set[Prefix]:
    """What leaves in clear beside the encrypted: the sources of the tunnels, and what was asked for (IPS-TR-03)."""
    sources = {parse_prefix(f"{one}/{one.max_prefixlen}") for one in (spec.source.primary, spec.source.secondary)}
    return sources | set(spec.clear)


def _announce_public(spec: Peering, role: Role) -> set[Prefix]:
    """Registered prefixes, and of the NAT pools that of this link (ER-NAT-05)."""
    registered = [public.prefix for public in spec.advertised_public_prefixes or ()]
    wanted: set[Prefix] = set(registered if spec.advertise is None else spec.advertise)
    if spec.nat is not None:
        pools = {Role.PRIMARY: spec.nat.pool.primary, Role.SECONDARY: spec.nat.pool.secondary}
        if spec.nat.design == "per_router" and spec.advertise is None:
            wanted.discard(pools[role.other])
        wanted.add(pools[role])
    return wanted


def accept(customer: CustomerIntent, circuit: CircuitIntent, domain: Domain, spec: Peering) -> tuple[Prefix, ...]:
    """What may come in from Microsoft by prefix: the VNets that are linked, and what Global Reach brings (ER-RTE-19)."""
    wanted: set[Prefix] = set(spec.accept or ())
    if domain is Domain.PRIVATE:
        if spec.accept is None:
            for vnet in customer.vnets:
                if vnet.circuits is None or circuit.name in vnet.circuits:
                    wanted.update(vnet.prefixes)
        for reach in spec.global_reach:
            wanted.update(reach.prefixes)
    return tuple(sorted(wanted, key=prefix_key))


def attachment_accept(customer: CustomerIntent, spec: Attachment) -> tuple[Prefix, ...]:
    """What may come in from the customer's side: what is at home, unless the session says otherwise.

    A firewall also brings the pools that it translates to, and the sources of the tunnels that it ends.
    """
    wanted: set[Prefix] = set(spec.accept or ())
    if spec.firewall is not None:
        for peering in customer.peerings():
            if peering.domain.value == spec.domain:
                wanted.update(_brought_by_firewall(peering))
    if spec.accept is None and spec.domain == "private" and spec.nat is None:
        wanted.update(customer.spec.onprem)
    if spec.default_route:
        wanted.add(DEFAULT_V4)
        if spec.v6 is not None:
            wanted.add(DEFAULT_V6)
    return tuple(sorted(wanted, key=prefix_key))


def _brought_by_firewall(peering: PeeringIntent) -> set[Prefix]:
    found: set[Prefix] = set()
    nat = peering.spec.nat
    if nat is not None and peering.nat_at == "firewall":
        found |= {nat.pool.primary, nat.pool.secondary, *(one.outside for one in nat.static)}
    if peering.spec.ipsec is not None and peering.spec.ipsec.at == "firewall":
        found |= clear_announcements(peering.spec.ipsec)
    return found


def attachment_advertise(spec: Attachment) -> tuple[Prefix, ...] | None:
    """What leaves to the customer's side: what was written, the translated space where there is some, or what Azure brings."""
    if spec.advertise is not None:
        return tuple(sorted(spec.advertise, key=prefix_key))
    return None if spec.nat is None else (spec.nat.outside,)


def route_filter(
    extra: ExtraCommunities | None, names: list[str] | None
) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """Names and values → sorted values, and what is neither in the table nor in the inventory's own."""
    values: set[str] = set()
    unknown: list[tuple[int, str]] = []
    for index, name in enumerate(names or ()):
        known = communities.BY_NAME.get(name.lower())
        own = None if extra is None else extra.regions.get(name) or extra.services.get(name)
        if own is not None:
            values.add(own)
        elif known is not None:
            values.add(known.value)
        elif communities.is_value(name):
            values.add(name)
            if name not in communities.BY_VALUE:
                unknown.append((index, name))
        else:
            unknown.append((index, name))
    return tuple(sorted(values)), tuple(unknown)


def preferred(spec: Peering) -> str:
    """The link that active-passive prefers: the one named, or the one with the higher local preference."""
    if spec.preferred is not None:
        return spec.preferred
    pair = spec.local_pref
    return "secondary" if pair is not None and pair.secondary > pair.primary else "primary"


def local_preference(spec: Peering, mode: str) -> dict[Role, int]:
    """Local preference by link.  Active-passive without any lever written gets both (ER-PATH-04)."""
    if spec.local_pref is not None:
        return {Role.PRIMARY: spec.local_pref.primary, Role.SECONDARY: spec.local_pref.secondary}
    high, low = defaults.LOCAL_PREFERENCE.value, defaults.PASSIVE_LOCAL_PREFERENCE.value
    if mode != "active_passive" or spec.prepend is not None:
        return {Role.PRIMARY: high, Role.SECONDARY: high}
    first = Role(preferred(spec))
    return {first: high, first.other: low}


def prepend(spec: Peering, mode: str) -> int:
    """How often announcements are prepended where they are; see `PeeringIntent.prepend`."""
    if spec.prepend is not None:
        return spec.prepend
    if mode != "active_passive" or spec.local_pref is not None:
        return 0
    return int(defaults.PREPEND.value)
