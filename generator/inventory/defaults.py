"""Where a value comes from when the peering does not say it: router, provider, inventory, or built in.

One table of built-in values and one order of levels serve both the planner and ``peerwright show``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from generator.inventory.intent import SessionSettings
from generator.inventory.models import Attachment, Inventory, LimitSettings, Peering, Settings
from generator.model.facts import Bfd, MaxPrefix
from generator.model.finding import DataPath
from generator.model.plan import Domain


class BuiltIn(msgspec.Struct, frozen=True):
    """A default of peerwright itself, and the rule it comes from."""

    value: Any
    source: str


CIRCUIT: Final[dict[str, BuiltIn]] = {
    "kind": BuiltIn("provider", "ER-CKT-05"),
    "tier": BuiltIn("Standard", "ER-CKT-11"),
    "family": BuiltIn("MeteredData", "ER-CKT-11"),
    "handoff": BuiltIn("qinq", "ER-VLAN-02"),
    "layer": BuiltIn("l2", "ER-CKT-17"),
    "location": BuiltIn("", ""),
    "bandwidth_mbps": BuiltIn(None, ""),
}

PEERING: Final[dict[str, BuiltIn]] = {
    "mode": BuiltIn("active_active", "ER-PATH-01"),
    "timers": BuiltIn((60, 180), "ER-BGP-04"),
    "mtu": BuiltIn(1500, "ER-MTU-01"),
    "tpid": BuiltIn(0x8100, "ER-VLAN-08"),
    "bfd_confirmed": BuiltIn(False, "ER-BGP-07"),
    "registry": BuiltIn("", "ER-RTE-11"),
    "loa": BuiltIn(False, "ER-RTE-11"),
}

BFD: Final[dict[Domain, BuiltIn]] = {
    Domain.PRIVATE: BuiltIn(True, "ER-BGP-06"),
    Domain.MICROSOFT: BuiltIn(False, "ER-BGP-07"),
    Domain.PUBLIC: BuiltIn(False, "ER-BGP-07"),
}
"""BFD is on by default on private peering, opt-in elsewhere (CONF-10)."""

MAX_PREFIX: Final[dict[tuple[Domain, int], BuiltIn]] = {
    (Domain.PRIVATE, 4): BuiltIn(MaxPrefix(1100), "ER-BGP-11"),
    (Domain.PRIVATE, 6): BuiltIn(MaxPrefix(110), "ER-RTE-05"),
    (Domain.MICROSOFT, 4): BuiltIn(MaxPrefix(2000, restart_minutes=30), "ER-BGP-11"),
    (Domain.MICROSOFT, 6): BuiltIn(MaxPrefix(500, restart_minutes=30), "ER-BGP-11"),
    (Domain.PUBLIC, 4): BuiltIn(MaxPrefix(2000, restart_minutes=30), "ER-BGP-11"),
    (Domain.PUBLIC, 6): BuiltIn(MaxPrefix(500, restart_minutes=30), "ER-BGP-11"),
}

LOCAL_PREFERENCE: Final = BuiltIn(200, "ER-PATH-03")
PASSIVE_LOCAL_PREFERENCE: Final = BuiltIn(150, "ER-PATH-04")
PREPEND: Final = BuiltIn(3, "ER-PATH-04")
CE_MAX_PREFIX: Final = 100
"""Floor of the maximum prefixes of a session beside Azure's; twice what may come in, where that is more."""

INTERLINK_V4: Final = BuiltIn("169.254.0.0/30", "ER-PATH-12")
INTERLINK_V6: Final = BuiltIn("fd70:7269:6768::/126", "ER-PATH-12")
"""The same in every VRF: it never leaves the link between the two routers."""

Level = tuple[DataPath, Settings]


def levels(
    inventory: Inventory, router: str, domain: Domain | None, own: Settings, own_path: DataPath, provider: str
) -> Iterator[Level]:
    """The places a session setting may stand, nearest first; ``domain`` None is a session beside Azure's."""
    yield own_path, own
    group = domain.value if domain else "ce"
    sources: list[tuple[DataPath, Any]] = []
    device = inventory.routers.get(router)
    if device is not None:
        sources.append((("routers", router, "defaults"), device.defaults))
    if provider in inventory.providers:
        sources.append((("providers", provider, "defaults"), inventory.providers[provider].defaults))
    sources.append((("defaults",), inventory.defaults))
    for path, defaults in sources:
        if defaults is None:
            continue
        for name in (group, "peering") if domain else (group,):
            settings = getattr(defaults, name)
            if settings is not None:
                yield (*path, name), settings


def chosen(found: list[Level], field: str) -> tuple[DataPath, Any]:
    """The nearest level that says ``field``, and what it says; ``((), None)`` if none does."""
    for path, settings in found:
        value = getattr(settings, field, None)
        if value is not None:
            return (*path, field), value
    return (), None


def _limit(settings: LimitSettings | None, fallback: MaxPrefix) -> MaxPrefix:
    if settings is None:
        return fallback
    return MaxPrefix(settings.limit, settings.warn_percent, settings.restart_minutes, settings.warning_only)


def _max_prefix(found: list[Level], family: int, fallback: MaxPrefix) -> MaxPrefix:
    for _, settings in found:
        if settings.max_prefix is not None:
            limit = settings.max_prefix.v4 if family == 4 else settings.max_prefix.v6
            if limit is not None:
                return _limit(limit, fallback)
    return fallback


def session_settings(found: list[Level], domain: Domain | None, extra_prefixes: int = 0) -> SessionSettings:
    """Fold the levels into what holds.

    ``extra_prefixes``: Global Reach prefixes on top of what the VNets may bring (ER-BGP-11), or what a
    session beside Azure's may bring.
    """
    timers = chosen(found, "timers")[1]
    keepalive, hold = (timers.keepalive, timers.hold) if timers else PEERING["timers"].value
    spec = chosen(found, "bfd")[1]
    enabled = spec.enabled if spec is not None else (domain is not None and BFD[domain].value)
    bfd = None
    if enabled:
        bfd = Bfd(spec.tx, spec.rx, spec.mult, spec.echo, spec.strict) if spec is not None else Bfd()
    if domain is None:
        v4 = v6 = MaxPrefix(max(CE_MAX_PREFIX, 2 * extra_prefixes))
    else:
        v4, v6 = MAX_PREFIX[domain, 4].value, MAX_PREFIX[domain, 6].value
        if extra_prefixes:
            v4 = msgspec.structs.replace(v4, limit=v4.limit + extra_prefixes)
    mtu, tpid = chosen(found, "mtu")[1], chosen(found, "tpid")[1]
    return SessionSettings(
        keepalive,
        hold,
        bfd,
        bool(chosen(found, "bfd_confirmed")[1]),
        _max_prefix(found, 4, v4),
        _max_prefix(found, 6, v6),
        PEERING["mtu"].value if mtu is None else mtu,
        PEERING["tpid"].value if tpid is None else tpid,
    )


def says_nothing(own: Peering | Attachment) -> bool:
    """Whether a peering or session leaves every session setting to the defaults, so that a cached result fits."""
    return (
        own.timers is None
        and own.bfd is None
        and own.max_prefix is None
        and own.mtu is None
        and own.tpid is None
        and own.bfd_confirmed is None
    )
