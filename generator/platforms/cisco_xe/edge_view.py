"""Address translation, quality of service and MACsec → the words of IOS-XE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from generator.model.address import Prefix
from generator.model.facts import Facts, Macsec, NatRule, Remark
from generator.model.naming import object_name
from generator.platforms.cisco_xe.edge_shapes import nat_rules, queued_and_marked, shaped

NAT_ENDING: Final = "_NAT"
DSCPS_A_LINE: Final = 8
"""A class map takes eight code points on a line."""
_SHORTEST_POOL_MASK: Final = 30
"""A pool is written with the mask of the network it is in, which must have room for hosts."""

_CIPHERS: Final = {
    "GcmAes128": ("gcm-aes-128", "aes-128-cmac"),
    "GcmAes256": ("gcm-aes-256", "aes-256-cmac"),
    "GcmAesXpn128": ("gcm-aes-xpn-128", "aes-128-cmac"),
    "GcmAesXpn256": ("gcm-aes-xpn-256", "aes-256-cmac"),
}
"""Cipher suite of the frames, and algorithm of the key agreement: its key is as long as the cipher's (ER-MACS-03)."""


class NatView(msgspec.Struct, frozen=True):
    name: str
    static: bool
    sources: tuple[str, ...]
    first: str
    """Of the pool; of a static translation, the real address."""
    last: str
    """Of the pool; of a static translation, the address that stands for it."""
    length: int
    """Prefix length; of a static translation 0 for a single address."""
    vrf: str
    overload: bool
    list: str


class RemarkView(msgspec.Struct, frozen=True):
    name: str
    """Of the policy map."""
    priority_class: str
    """Empty: no priority queue."""
    priority: tuple[str, ...]
    """Lines of code points."""
    percent: int
    kept_class: str
    kept: tuple[str, ...]


class ShaperView(msgspec.Struct, frozen=True):
    name: str
    bits: int
    child: str


class MacsecView(msgspec.Struct, frozen=True):
    name: str
    ckn: str
    key: str
    cipher: str
    algorithm: str
    no_sci: bool
    access: str


def edge_view(facts: Facts) -> Mapping[str, object]:
    """The part of the context that is about translation, quality of service and MACsec."""
    rated = shaped(facts)
    return {
        "nat_rules": tuple(_nat(one) for one in nat_rules(facts).values()),
        "remarks": tuple(view for one in facts.remarks.values() for view in _remarks(one, rated)),
        "shapers": tuple(_shapers(facts)),
        "macsec": tuple(macsec_view(one) for one in facts.macsec.values()),
    }


# Address translation


def _nat(rule: NatRule) -> NatView:
    static = rule.kind == "static"
    pool, real = rule.outside, rule.inside[0] if static else rule.outside
    single = pool.prefixlen == pool.max_prefixlen
    return NatView(
        name=rule.name,
        static=static,
        sources=tuple(map(_source, rule.inside)) or ("any",),
        first=str(real.network_address),
        last=str(pool.network_address if static else pool.broadcast_address),
        length=(0 if single else pool.prefixlen) if static else min(pool.prefixlen, _SHORTEST_POOL_MASK),
        vrf=rule.vrf,
        overload=rule.overload,
        list=f"{rule.name}{NAT_ENDING}",
    )


def _source(prefix: Prefix) -> str:
    if prefix.prefixlen == prefix.max_prefixlen:
        return f"host {prefix.network_address}"
    return f"{prefix.network_address} {prefix.hostmask}"


def nat_sides(facts: Facts) -> dict[str, str]:
    """Interface → ``inside`` or ``outside``.  `ValueError` for one that would have to be both."""
    sides: dict[str, str] = {}
    for rule in facts.nat_rules.values():
        for names, side in ((rule.inside_interfaces, "inside"), (rule.outside_interfaces, "outside")):
            for name in names:
                if sides.setdefault(name, side) != side:
                    raise ValueError(f"interface {name} is inside for one translation and outside for another")
    return sides


# Quality of service


def _remarks(remark: Remark, rated: frozenset[str]) -> Iterator[RemarkView]:
    queued, marked = queued_and_marked(remark, rated)
    if queued.interfaces or not marked.interfaces:
        yield _remark(queued, f"QUEUE_{remark.name}", remark.name)
    if marked.interfaces:
        yield _remark(marked, f"MARK_{remark.name}", f"{remark.name}_ALL")


def _remark(remark: Remark, policy: str, classes: str) -> RemarkView:
    kept = tuple(value for value in remark.kept if value not in remark.priority)
    return RemarkView(
        name=policy,
        priority_class=f"{classes}_PRIORITY" if remark.priority else "",
        priority=_lines(remark.priority),
        percent=remark.priority_percent,
        kept_class=f"{classes}_KEPT" if kept else "",
        kept=_lines(kept),
    )


def _lines(values: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(
        " ".join(map(str, values[place : place + DSCPS_A_LINE])) for place in range(0, len(values), DSCPS_A_LINE)
    )


def _shapers(facts: Facts) -> Iterator[ShaperView]:
    children = {name: remark for remark in facts.remarks.values() for name in remark.interfaces}
    for shaper in facts.shapers.values():
        if len(shaper.interfaces) > 1:
            raise ValueError(f"shaper {shaper.name}: subinterfaces cannot share a rate on IOS-XE, each needs its own")
        child = next((children[name] for name in shaper.interfaces if name in children), None)
        yield ShaperView(f"SHAPE_{shaper.name}", shaper.rate_mbps * 1_000_000, f"QUEUE_{child.name}" if child else "")


def output_policies(facts: Facts) -> dict[str, str]:
    """Interface → the policy map that its outgoing packets go through: the shaper's where it has one."""
    policies: dict[str, str] = {}
    rated = shaped(facts)
    for remark in facts.remarks.values():
        for one, kind in zip(queued_and_marked(remark, rated), ("QUEUE", "MARK"), strict=True):
            for name in one.interfaces:
                if name in policies:
                    raise ValueError(f"interface {name} has two policies for what leaves it")
                policies[name] = f"{kind}_{remark.name}"
    policies.update({name: f"SHAPE_{one.name}" for one in facts.shapers.values() for name in one.interfaces})
    return policies


# MACsec


def macsec_view(one: Macsec) -> MacsecView:
    """Key chain, policy and port of one MACsec link share a name.  `ValueError` for an unknown cipher or key."""
    if one.cak is None:
        raise ValueError(f"MACsec on port {one.port} has no key")
    if one.cipher not in _CIPHERS:
        raise ValueError(f"MACsec cipher {one.cipher} is unknown to IOS-XE, expected one of {', '.join(_CIPHERS)}")
    cipher, algorithm = _CIPHERS[one.cipher]
    return MacsecView(
        name=object_name("MACSEC", one.port.replace("/", "-")),
        ckn=one.ckn,
        key=one.cak.reveal(),
        cipher=cipher,
        algorithm=algorithm,
        no_sci=not one.sci,
        access="must-secure" if one.must_secure else "should-secure",
    )
