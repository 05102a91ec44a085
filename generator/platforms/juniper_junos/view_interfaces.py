"""Ports and units of a plan → ``interfaces``."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import Facts, Family, Interface
from generator.model.vlan import Dot1q, QinQ
from generator.platforms.juniper_junos.forms import AddressFamily, Port, Unit, quote
from generator.platforms.juniper_junos.security_words import TUNNEL, seen_security
from generator.platforms.juniper_junos.view_cos import Cos
from generator.platforms.juniper_junos.view_filters import AppliedFilters


def ports(facts: Facts, cos: Cos) -> list[Port]:
    """Ports in the order in which they first appear, each with its units."""
    found: dict[str, Port] = {}
    applied = AppliedFilters(facts)
    for one in seen_security(facts).interfaces.values():
        name, _, number = one.name.partition(".")
        port = found.get(name)
        if port is None:
            own = facts.interfaces.get(name, Interface(name))
            mtu = None if own.mtu == 1500 else own.mtu + 22
            port = found[name] = Port(name, own.description and quote(own.description), not own.enabled, False, mtu, [])
            port.scheduler = cos.mode.get(name, "")
        if number:
            port.units.append(_unit(one, number, port, applied))
            port.tagged = port.tagged or isinstance(one.tags, Dot1q | QinQ)
    for port in found.values():
        if port.mtu is not None and not port.tagged:
            port.mtu -= 8
    return list(found.values())


def _unit(one: Interface, number: str, port: Port, applied: AppliedFilters) -> Unit:
    tags = one.tags
    tpid = "" if one.outer_tpid == 0x8100 else f"{one.outer_tpid:#06x}."
    return Unit(
        number,
        one.description and quote(one.description),
        not one.enabled,
        f"{tpid}{tags.outer}" if isinstance(tags, QinQ) else "",
        tags.inner if isinstance(tags, QinQ) else None,
        tags.vlan if isinstance(tags, Dot1q) else None,
        tuple(_address_families(one, port, applied)),
    )


def _address_families(one: Interface, port: Port, applied: AppliedFilters) -> Iterator[AddressFamily]:
    """A tunnel says its MTU: the default is another one there."""
    tunnel = port.name == TUNNEL
    inherited = 1500 if port.mtu is None else port.mtu - 22
    mtu = None if one.mtu == inherited and not tunnel else one.mtu
    versions: tuple[tuple[Family, str], ...] = ((4, "inet"), (6, "inet6"))
    for version, name in versions:
        addresses = tuple(str(address) for address in one.addresses if address.version == version)
        if addresses or version in applied.families(one):
            yield AddressFamily(
                name,
                addresses,
                mtu,
                one.urpf == "strict",
                one.urpf == "loose",
                applied.statements(one, version),
                one.unnumbered if version == 4 else "",
            )
