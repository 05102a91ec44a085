"""Nobody comes in under an address that is not theirs: source filters and reverse-path checks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from msgspec.structs import replace

from generator.model.address import DOCUMENTATION, RESERVED_V4, RESERVED_V6, Address, Prefix, parse_prefix
from generator.model.facts import Facts, Family, FilterRule
from generator.model.filters import ICMP, ICMP6, SELF
from generator.model.finding import DataPath, Severity
from generator.model.plan import Domain, Peer, Session, Side
from generator.readback.evidence import DeviceEvidence, Link
from generator.readback.flows import filters, packets_of, proofs
from generator.readback.packet import Opening, Packet, PacketFilter, Stage, Verdict, overlap, within
from generator.readback.ways import STRANGER, host_in
from generator.rules.base import Problem, rule
from generator.rules.pair_flows import ERRORS, covered
from generator.rules.pair_forbidden import passes_wrongly
from generator.rules.pair_links import on_interface

_RESERVED: Final[dict[Family, tuple[Prefix, ...]]] = {4: RESERVED_V4, 6: RESERVED_V6}


@rule("PAIR-022", Severity.ERROR, source="FW-SPOOF-01, FW-SPOOF-02")
def no_false_sources_from_azure(device: DeviceEvidence) -> Iterator[Problem]:
    """From Azure's side only the right sources pass: no reserved and no own addresses on Microsoft peering, only VNets on private peering.

    Why:
        Whoever sends from an address of ours, or from one that nobody has, wants to look like somebody
        else: behind a filter that only looks at destinations he gets in.
    Fix:
        Deny reserved space and your own prefixes as source first, and permit only the VNets' prefixes on
        private peering.
    Bad:
        permit ip any 10.20.0.0 0.0.255.255
    Good:
        deny ip 10.0.0.0 0.255.255.255 any
        permit tcp any eq 443 10.20.0.0 0.0.255.255 established
    """
    right = _right(device)
    for link in device.links:
        if link.interface is None or link.address is None or not device.ways.guarded(link.interface.name):
            continue
        name, session = link.interface.name, link.session
        false = _false_public(link) if link.public else _false_private(right[_place(session)], session.own)
        severity = None if link.public else Severity.WARNING
        for leaves in (SELF, *device.ways.at(session.neighbor[0], Side.INSIDE)):
            yield from _spoofed(device, link.title, session.origin, session.family, (name, leaves), false, severity)
    for session, neighbor in device.gateways:
        # Tunnels that the filters treat alike are judged once.
        if session.tunnel in device.ways.at(neighbor.vrf, Side.TUNNEL) and device.ways.guarded(session.tunnel):
            false = _false_private(right[_place(session)], session.own)
            title = f"VPN gateway {neighbor.address}"
            for leaves in (SELF, *device.ways.at(neighbor.vrf, Side.INSIDE)):
                way = (session.tunnel, leaves)
                yield from _spoofed(device, title, session.origin, session.family, way, false, Severity.WARNING)


def _place(session: Session) -> tuple[str, Family, bool]:
    """Its VRF and family, and whether it is inside a tunnel."""
    return (session.neighbor[0], session.family, session.tunnel != "")


def _right(device: DeviceEvidence) -> dict[tuple[str, Family, bool], tuple[Prefix, ...]]:
    """The sources that may come in from Azure, over private links and through tunnels: all of a VRF share one zone."""
    out: dict[tuple[str, Family, bool], dict[Prefix, None]] = {}
    for session in device.plan.sessions:
        if session.peer is Peer.GATEWAY or (
            session.peer is Peer.MSEE and session.domain not in (Domain.MICROSOFT, Domain.PUBLIC)
        ):
            known = out.setdefault(_place(session), {})
            known.update(dict.fromkeys((*session.accept, _host(session.neighbor[1]))))
    for tunnel in device.tunnels:
        family: Family = 4 if tunnel.remote.version == 4 else 6
        out.setdefault((tunnel.front_vrf, family, False), {})[_host(tunnel.remote)] = None
    return {place: tuple(prefixes) for place, prefixes in out.items()}


class _Sources:
    """Which sources may not appear, and which of them to try with a rule."""

    def __init__(self, false: tuple[Prefix, ...], right: tuple[Prefix, ...] | None) -> None:
        self.false = false
        self.right = right
        """Only these may; None: all but the false ones."""
        self._hosts = [host_in(one) for one in false]
        self._by_rule: dict[tuple[Prefix, ...], list[Address]] = {}

    def of(self, step: FilterRule, family: Family) -> list[Address]:
        """False sources that a rule's own condition takes."""
        if not step.sources:
            return [*self._hosts, *([] if self.right is None else [STRANGER[family]])]
        found = self._by_rule.get(step.sources)
        if found is None:
            found = self._by_rule[step.sources] = self._within(step.sources)
        return found

    def closed_by(self, one: PacketFilter, family: Family) -> bool:
        """Whether a filter alone lets no false source through, but for error messages: then what is beside it does not matter."""
        known = one.answers.get(self)
        if known is None:
            known = one.answers[self] = not any(
                not _errors_only(step) and any(not within(int(host), denied) for host in self.of(step, family))
                for step, denied in one.openings()
            )
        return known

    def _within(self, sources: tuple[Prefix, ...]) -> list[Address]:
        if self.right is not None:
            return [host_in(one) for one in sources if not (self.right and covered((one,), self.right))]
        return [
            host_in(inner if inner.prefixlen > outer.prefixlen else outer)
            for inner in self.false
            for outer in sources
            if inner.version == outer.version and overlap(inner, outer)
        ]


@lru_cache(maxsize=1 << 8)
def _sources(false: tuple[Prefix, ...], right: tuple[Prefix, ...] | None) -> _Sources:
    """Cached: on both routers of a pair the same sources are false."""
    return _Sources(false, right)


def _false_public(link: Link) -> _Sources:
    """Reserved space, and what we announce ourselves (FW-SPOOF-02)."""
    lab = any(link.session.neighbor[1] in one for one in DOCUMENTATION)
    reserved = _RESERVED[link.session.family]
    return _sources(
        (*([one for one in reserved if one not in DOCUMENTATION] if lab else reserved), *link.session.own), None
    )


def _false_private(right: tuple[Prefix, ...], own: tuple[Prefix, ...]) -> _Sources:
    if any(not one.prefixlen for one in right):
        # A default route is accepted: anybody may be behind it, but not we ourselves.
        return _sources(own, None)
    return _sources(own[:1], right)


def _host(address: Address) -> Prefix:
    return parse_prefix(f"{address}/{address.max_prefixlen}")


def _spoofed(
    device: DeviceEvidence,
    title: str,
    path: DataPath,
    family: Family,
    way: tuple[str, str],
    false: _Sources,
    severity: Severity | None,
) -> Iterator[Problem]:
    """One packet with a false source that passes."""
    found = _passing(device, family, way, false)
    if found is not None:
        packet, verdict = found
        where = "the router itself" if way[1] == SELF else f"interface {way[1]}"
        subject = f"{title}: source {packet.source} towards {where}"
        yield passes_wrongly(device, subject, packet, verdict, way[0], path, severity)


def _passing(
    device: DeviceEvidence, family: Family, way: tuple[str, str], false: _Sources
) -> tuple[Packet, Verdict] | None:
    firewall = device.firewall
    stages = firewall.stages(*way, family)
    if any(one.filter is None for one in stages):
        return None
    if any(false.closed_by(one.filter, family) for one in stages if one.filter is not None):
        return None
    proven, through = proofs(*stages), (false, filters(stages))
    if way[1] != SELF and through in proven:
        return None
    own = device.ways.own(device.facts.interfaces[way[0]].vrf, family)
    skipped = False
    for step, denied in _candidates(stages):
        sources = [one for one in false.of(step, family) if not within(int(one), denied)]
        if not sources:
            continue
        targets = [host_in(one) for one in step.destinations if one.version == family] or (
            own[:1] if way[1] == SELF and own else [STRANGER[family]]
        )
        for packet in packets_of(step, family, sources, targets):
            if packet.protocol in (ICMP, ICMP6) and packet.icmp_type in ERRORS[packet.protocol]:
                continue
            if way[1] != SELF and packet.source in own:
                skipped = True
                continue  # the router's own address comes from nowhere else
            verdict = firewall.verdict(packet, *way)
            if verdict.permitted is not False:
                return packet, verdict
    if not skipped and way[1] != SELF:
        proven.add(through)
    return None


def _errors_only(step: FilterRule) -> bool:
    types = ERRORS.get(step.protocol, frozenset())
    return bool(step.icmp) and all(one.type in types for one in step.icmp)


def _candidates(stages: tuple[Stage, ...]) -> Iterator[Opening]:
    """The rules that let something through; a long filter's only as far as the other filters let it through too."""
    filters = [one.filter for one in stages if one.filter is not None]
    for one in filters:
        yield from one.openings(filters)
    if not stages:
        yield FilterRule("", True), ()


@rule("PAIR-022", Severity.ERROR, source="FW-SPOOF-03, ER-NAT-02")
def only_public_sources_to_microsoft(device: DeviceEvidence) -> Iterator[Problem]:
    """Towards Microsoft only those sources leave that are translated or announced.

    Why:
        Microsoft drops what comes from a private address, and answers to one that is not announced here
        take another way, or none.
    Fix:
        Permit as source what the NAT translates and what is announced, and deny and log the rest.
    Bad:
        permit tcp any any eq 443
    Good:
        permit tcp 10.20.0.0 0.0.255.255 any eq 443
        deny ip any any log
    """
    for link in device.links:
        interface, session = link.interface, link.session
        if interface is None or not link.public or not device.ways.guarded(interface.name):
            continue
        right = (*session.announce, *_translated(device.facts, interface.name))
        for arrives in device.ways.at(session.neighbor[0], Side.INSIDE):
            way = (arrives, interface.name)
            yield from _spoofed(device, link.title, session.origin, session.family, way, _sources((), right), None)


def _translated(facts: Facts, outside: str) -> Iterator[Prefix]:
    for one in facts.nat_rules.values():
        if outside in one.outside_interfaces:
            yield from one.inside
            yield one.outside


@rule("PAIR-023", Severity.ERROR, source="FW-SPOOF-04, FW-SPOOF-06")
def reverse_path_check_is_loose(device: DeviceEvidence) -> Iterator[Problem]:
    """No strict reverse-path check on links to Microsoft.

    Why:
        Azure answers over either link of a circuit.  A strict check drops what comes in over a link that
        the router itself would not have used: half of the traffic of an active-active pair.
    Fix:
        Use the loose check, or none.
    Bad:
        ip verify unicast source reachable-via rx
    Good:
        ip verify unicast source reachable-via any
    """
    told: set[str] = set()
    for link in device.links:
        interface = link.interface
        if interface is not None and interface.urpf == "strict" and interface.name not in told:
            told.add(interface.name)
            mode = link.session.mode.replace("_", "-")
            message = f"interface {interface.name} of {link.title} checks sources strictly, the circuit is {mode}"
            problem = on_interface(device, link, interface, f"{message}; expected the loose check")
            yield problem if mode == "active-active" else replace(problem, severity=Severity.WARNING)
