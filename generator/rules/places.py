"""Where in the inventory the values stand that the rules are about."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import CustomerIntent, Intent, PeeringIntent
from generator.inventory.models import Pair, Settings
from generator.model.address import Prefix
from generator.model.finding import DataPath
from generator.model.plan import Domain, Role

Written = tuple[DataPath, Prefix]
"""A prefix and where a person wrote it."""

GROUPS = ("peering", "private", "microsoft", "public")
"""The groups of defaults that hold for sessions with Microsoft."""


def title(peering: PeeringIntent) -> str:
    """``private peering of circuit alpha-ams``."""
    return f"{peering.domain.value} peering of circuit {peering.circuit.name}"


def listed(path: DataPath, prefixes: list[Prefix]) -> list[Written]:
    """The items of a list, each with its place."""
    return [((*path, index), prefix) for index, prefix in enumerate(prefixes)]


def registered(peering: PeeringIntent) -> list[Written]:
    """``advertised_public_prefixes`` of a peering."""
    found: list[Written] = []
    for index, public in enumerate(peering.spec.advertised_public_prefixes or ()):
        path = (*peering.path, "advertised_public_prefixes", index)
        plain = public.registry is None and public.loa is None
        found.append((path if plain else (*path, "prefix"), public.prefix))
    return found


def pools(peering: PeeringIntent) -> list[tuple[Role, DataPath, Prefix]]:
    """The NAT pools of a peering; a pool of both links is there once."""
    nat = peering.spec.nat
    if nat is None:
        return []
    path = (*peering.path, "nat", "pool")
    if nat.pool.primary == nat.pool.secondary:
        return [(Role.PRIMARY, path, nat.pool.primary)]
    return [
        (Role.PRIMARY, (*path, "primary"), nat.pool.primary),
        (Role.SECONDARY, (*path, "secondary"), nat.pool.secondary),
    ]


def announced(peering: PeeringIntent) -> list[Written]:
    """What leads to the announcements of a peering, as it is written; a prefix written twice is there twice."""
    spec = peering.spec
    if peering.domain is Domain.PRIVATE and peering.ipsec is not None:
        found = listed((*peering.ipsec.path, "clear"), peering.ipsec.spec.clear)
        found += listed((*peering.path, "advertise"), spec.advertise or [])
    elif spec.advertise is not None:
        found = listed((*peering.path, "advertise"), spec.advertise)
    elif peering.domain is Domain.PRIVATE:
        found = listed((*peering.customer.path, "onprem"), peering.customer.spec.onprem)
    else:
        found = registered(peering)
    if peering.domain is not Domain.PRIVATE:
        found += [(path, prefix) for _, path, prefix in pools(peering)]
    return found


def announced_list(peering: PeeringIntent) -> DataPath:
    """The list that a peering's announcements come from."""
    if peering.spec.advertise is not None:
        return (*peering.path, "advertise")
    if peering.domain is Domain.PRIVATE and peering.ipsec is not None:
        return (*peering.ipsec.path, "clear")
    if peering.domain is Domain.PRIVATE:
        return (*peering.customer.path, "onprem")
    return (*peering.path, "advertised_public_prefixes")


def default_groups(intent: Intent) -> Iterator[tuple[DataPath, Settings]]:
    """The defaults for sessions with Microsoft, at every level where some are written."""
    inventory = intent.inventory
    owners: list[tuple[DataPath, object]] = [(("defaults",), inventory.defaults)]
    owners += [(("providers", name, "defaults"), one.defaults) for name, one in inventory.providers.items()]
    owners += [(("routers", name, "defaults"), one.defaults) for name, one in inventory.routers.items()]
    for path, owner in owners:
        if owner is not None:
            for name in GROUPS:
                group: Settings | None = getattr(owner, name)
                if group is not None:
                    yield (*path, name), group


def written_settings(intent: Intent) -> Iterator[tuple[DataPath, Settings]]:
    """All session settings towards Microsoft where they are written: in defaults and in peerings."""
    yield from default_groups(intent)
    for peering in intent.peerings():
        yield peering.path, peering.spec


def provider_name(intent: Intent, pair: Pair) -> str:
    """The provider that runs a pair: its own word, or its routers'."""
    names = (intent.routers[name].provider for name in pair.routers if name in intent.routers)
    return pair.provider or next((name for name in names if name), "")


def written_firewall(intent: Intent, customer: CustomerIntent) -> DataPath:
    """Where the firewall settings that hold for a customer are written: with it, or in the defaults."""
    own = (*customer.path, "firewall")
    if customer.spec.firewall is not None:
        return own
    if customer.circuits:
        name = provider_name(intent, customer.circuits[0].pair)
        provider = intent.inventory.providers.get(name)
        if provider is not None and provider.defaults is not None and provider.defaults.firewall is not None:
            return ("providers", name, "defaults", "firewall")
    defaults = intent.inventory.defaults
    return own if defaults is None or defaults.firewall is None else ("defaults", "firewall")
