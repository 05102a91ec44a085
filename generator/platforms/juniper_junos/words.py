"""What both the view and `observable` must know about Junos: how a plan's intent is bent to its language.

The reader does not import this.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from generator.model.address import Prefix
from generator.model.facts import Facts, Family, Neighbor, PrefixEntry
from generator.platforms.juniper_junos.security_words import seen_security

LOAD_BALANCE = "load-balance"
"""The switch (and policy) without which Junos puts only one of several equal paths into the forwarding table."""


@lru_cache(maxsize=1 << 12)
def longest_match_entries(given: tuple[PrefixEntry, ...]) -> tuple[PrefixEntry, ...]:
    """The entries, with what Junos needs beside them to mean the same.

    Junos looks at the entries of the longest prefix that covers a route and at no other; elsewhere a
    later entry still can match.  So below an entry's prefix, its lengths are repeated for every longer
    prefix of the list: with ``10.0.0.0/8 8-16`` beside ``0.0.0.0/0 30-32`` comes ``10.0.0.0/8 30-32``.
    """
    if len({one.prefix for one in given}) < 2:
        return given
    found = list(given)
    own: dict[Prefix, list[PrefixEntry]] = {}
    for one in given:
        own.setdefault(one.prefix, []).append(one)
    wide = [one for one in given if one.high > one.prefix.prefixlen]
    for inner, ranges in own.items():
        for outer in wide:
            if outer.high < inner.prefixlen or outer.prefix.prefixlen >= inner.prefixlen or not _covers(outer, inner):
                continue
            low = max(outer.low, inner.prefixlen)
            if not any(one.low <= low and outer.high <= one.high for one in ranges):
                extra = PrefixEntry(inner, low, outer.high, outer.permit)
                ranges.append(extra)
                found.append(extra)
    return tuple(found)


def _covers(outer: PrefixEntry, inner: Prefix) -> bool:
    shift = inner.max_prefixlen - outer.prefix.prefixlen
    return int(outer.prefix.network_address) >> shift == int(inner.network_address) >> shift


def local_address(facts: Facts, neighbor: Neighbor) -> str:
    """Junos wants an address where others take an interface: the first one of the neighbour's family on it."""
    interface = facts.interfaces.get(neighbor.update_source)
    if interface is None:
        return neighbor.update_source
    version = neighbor.address.version
    return next((str(one.ip) for one in interface.addresses if one.version == version), neighbor.update_source)


def families_of_policies(facts: Facts) -> dict[str, set[Family]]:
    """The families a policy works for: those of the neighbours that use it."""
    found: dict[str, set[Family]] = {}
    for one in facts.neighbors.values():
        for name in (one.import_policy, one.export_policy):
            if name:
                found.setdefault(name, set()).add(one.family)
    return found


def observable(facts: Facts) -> Facts:
    """What Junos text can show of a plan's facts.

    Not shown: route distinguishers of a ``virtual-router``, a VRF's families, BFD on an interface, BFD
    echo and strict mode, which routes are originated (that is the static routes and the export policy),
    sending of communities (always on), a keepalive of its own (a third of the hold time), how many
    paths are used (one or many), the warning level of a limit that only warns; and what
    `seen_security` tells of tunnels and filters.
    """
    facts = seen_security(facts)
    vrfs = {name: msgspec.structs.replace(one, rd="", families=()) for name, one in facts.vrfs.items()}
    lists = {
        key: msgspec.structs.replace(one, entries=longest_match_entries(one.entries))
        for key, one in facts.prefix_lists.items()
    }
    bgp = {
        name: msgspec.structs.replace(one, networks=(), maximum_paths=min(one.maximum_paths, 2), maximum_paths_ibgp=1)
        for name, one in facts.bgp.items()
    }
    many = any(one.maximum_paths > 1 for one in bgp.values())
    return msgspec.structs.replace(
        facts,
        vrfs=vrfs,
        interfaces={name: msgspec.structs.replace(one, bfd=None) for name, one in facts.interfaces.items()},
        prefix_lists=lists,
        bgp=bgp,
        neighbors={key: _seen(facts, one) for key, one in facts.neighbors.items() if one.enabled},
        switches=facts.switches | {LOAD_BALANCE} if many else facts.switches,
    )


def _seen(facts: Facts, one: Neighbor) -> Neighbor:
    limit = one.max_prefix
    if limit and limit.warning_only:
        limit = msgspec.structs.replace(limit, warn_percent=100, restart_minutes=None)
    bfd = one.bfd and msgspec.structs.replace(one.bfd, echo=False, strict=False)
    return msgspec.structs.replace(
        one,
        keepalive=one.hold // 3,
        bfd=bfd,
        max_prefix=limit,
        send_community=False,
        update_source=local_address(facts, one) if one.update_source else "",
    )
