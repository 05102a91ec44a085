"""The flows of the inventory pass, others do not, and both routers of a pair agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.address import Address, Prefix
from generator.model.facts import Facts, Family, FilterRule
from generator.model.filters import ANY, ESP, ICMP, ICMP6, TCP, UDP, Ports
from generator.model.finding import Severity
from generator.model.plan import Passage, Side
from generator.readback.evidence import DeviceEvidence, PairEvidence
from generator.readback.flows import corners, filters, packets_of, proofs
from generator.readback.packet import Packet, Verdict
from generator.readback.tunnel_evidence import TunnelEvidence
from generator.readback.ways import STRANGER
from generator.readback.words import filter_rule
from generator.rules.base import Problem, rule
from generator.rules.pair_control import IKE
from generator.rules.pair_forbidden import passes_wrongly

ERRORS: Final = {ICMP: frozenset((3, 11, 12)), ICMP6: frozenset((1, 2, 3, 4, *range(133, 138)))}
"""Messages about packets on their way, which any router may send, and IPv6's neighbour discovery (FW-PERM-08, FW-PERM-09)."""

WAYS: Final = (
    (Side.AZURE, Side.INSIDE),
    (Side.INSIDE, Side.AZURE),
    (Side.TUNNEL, Side.INSIDE),
    (Side.INSIDE, Side.TUNNEL),
    (Side.TUNNEL, Side.AZURE),
    (Side.AZURE, Side.TUNNEL),
)
_ANYTHING: Final = FilterRule("", True)


@rule("PAIR-021", Severity.ERROR, source="FW-PERM-10, FW-PLACE-07")
def flows_pass(device: DeviceEvidence) -> Iterator[Problem]:
    """Every flow of the inventory passes the router: its first packet, and the answer.

    Why:
        A flow that the inventory promises and a filter drops is an outage that nobody sees in the routing.
    Fix:
        Permit the flow in its direction, and on a stateless filter its answers in the other.
    Bad:
        permit tcp 10.20.0.0 0.0.255.255 10.60.0.0 0.0.255.255 eq 443
        ! and nothing for the answers
    Good:
        permit tcp 10.60.0.0 0.0.255.255 eq 443 10.20.0.0 0.0.255.255 established
    """
    flows = device.flows
    for index, lost in flows.blocked.items():
        passage = flows.passages[index]
        fate = "is dropped" if lost.verdict.permitted is False else "cannot be judged"
        message = f"the flow {flow_text(passage)} in VRF {passage.vrf} {fate} from {lost.arrives} to {lost.leaves}"
        yield Problem(
            message=f"{message} ({lost.packet}; {lost.verdict.by}), expected it to pass",
            path=passage.origin,
            device=device.name,
            fact=("interfaces", lost.arrives),
        )


def flow_text(passage: Passage) -> str:
    """A flow as a person would say it: ``tcp from 10.20.0.0/16 to 10.60.0.0/16 port 443``."""
    as_rule = FilterRule(
        "",
        True,
        passage.protocol,
        passage.sources,
        passage.destinations,
        destination_ports=passage.ports,
        icmp=passage.icmp,
    )
    return filter_rule(as_rule).removeprefix("permit ")


@rule("PAIR-021", Severity.ERROR, source="FW-PERM-12, FW-PLACE-07")
def only_flows_pass(device: DeviceEvidence) -> Iterator[Problem]:
    """Nothing crosses the router that no flow of the inventory allows, where the plan filters.

    Why:
        A rule that is wider than the flow behind it opens what nobody asked for, and no test of the
        wanted connections ever shows it.
    Fix:
        Make the rule as narrow as the flow, or describe the flow in the inventory.
    Bad:
        permit tcp 10.60.0.0 0.0.255.255 any
    Good:
        permit tcp 10.60.0.0 0.0.255.255 10.20.0.0 0.0.255.255 eq 1433
    """
    gateways = device.plan.gateways.union([one.remote for one in device.plan.facts.tunnels.values()])
    for vrf in ("", *device.plan.facts.vrfs):
        for source, destination in WAYS:
            yield from _strays(device, vrf, source, destination, gateways)


def _strays(
    device: DeviceEvidence, vrf: str, source: Side, destination: Side, gateways: frozenset[Address]
) -> Iterator[Problem]:
    for arrives, leaves in device.ways.crossings(vrf, source, destination):
        outer = leaves if source is Side.INSIDE else arrives
        if not device.ways.guarded(outer):
            continue
        for family in _families(device.facts, arrives):
            found = _stray(device, vrf, (source, destination), (arrives, leaves), family, gateways)
            if found is not None:
                packet, verdict = found
                where = f"VRF {vrf}" if vrf else "the global table"
                subject = f"{where}, from {arrives} to {leaves}: what no flow of the inventory allows"
                yield passes_wrongly(device, subject, packet, verdict, outer, device.plan.inventory_path)


def _families(facts: Facts, name: str) -> tuple[Family, ...]:
    """The families of an interface; a tunnel that borrows its address has those of the lender."""
    interface = facts.interfaces[name]
    lender = facts.interfaces.get(interface.unnumbered, interface)
    versions = {one.version for one in (*interface.addresses, *lender.addresses)}
    families: tuple[Family, ...] = (4, 6)
    return tuple([one for one in families if one in versions])


def _stray(
    device: DeviceEvidence,
    vrf: str,
    sides: tuple[Side, Side],
    way: tuple[str, str],
    family: Family,
    gateways: frozenset[Address],
) -> tuple[Packet, Verdict] | None:
    """A packet that passes, or may pass, and that nothing in the plan asks for."""
    stages = device.firewall.stages(*way, family)
    if any(one.filter is None for one in stages):
        return None
    flows = device.flows
    own = frozenset(device.ways.own(vrf, family))
    forward = [one for one in flows.between(vrf, *sides) if one.family == family]
    backward = [one for one in flows.between(vrf, *sides[::-1]) if one.family == family]
    proven = proofs(*stages)
    key = (sides, filters(stages), tuple(forward), tuple(backward), gateways)
    if key in proven:
        return None
    skipped = False
    rules = [step for stage in stages for step in (stage.filter.permitting if stage.filter else ())]
    for step in rules if stages else [_ANYTHING]:
        if (
            _harmless(step, gateways)
            or any(_within(step, one) for one in forward)
            or any(_answers(step, one) for one in backward)
        ):
            continue
        for packet in _samples(step, family, forward, backward):
            if packet.source in own or packet.destination in own:
                skipped = True
                continue  # what is for the router itself, or from it, does not cross it
            if _concerns_errors(packet) or _encrypted(packet, gateways) or flows.allow(packet, vrf, *sides):
                continue
            verdict = device.firewall.verdict(packet, *way)
            if verdict.permitted is not False:
                return packet, verdict
    if not skipped:
        proven.add(key)
    return None


def _samples(step: FilterRule, family: Family, forward: list[Passage], backward: list[Passage]) -> Iterator[Packet]:
    """Packets that a rule lets through: the ends of what it names, and strangers where it names nothing."""
    strange = [STRANGER[family]]
    near = corners((p for one in forward for p in one.sources), family) or corners(
        (p for one in backward for p in one.destinations), family
    )
    far = corners((p for one in forward for p in one.destinations), family) or corners(
        (p for one in backward for p in one.sources), family
    )
    sources = corners(step.sources, family) if step.sources else [*near[:1], *strange]
    destinations = corners(step.destinations, family) if step.destinations else [*far[:1], *strange]
    yield from packets_of(step, family, sources, destinations)
    # Odd and even places do not meet above: the first of one with the last of the other does here.
    yield from packets_of(step, family, sources[:1], destinations[-1:])
    yield from packets_of(step, family, sources[-1:], destinations[:1])


def _harmless(step: FilterRule, gateways: frozenset[Address]) -> bool:
    """Rules for error messages and for the encrypted packets of a planned tunnel."""
    if step.icmp and step.protocol in ERRORS:
        return all(one.type in ERRORS[step.protocol] for one in step.icmp)
    if step.protocol == ESP or (
        step.protocol == UDP
        and step.destination_ports
        and all(one.low == one.high and one.low in IKE for one in step.destination_ports)
    ):
        return _only(step.sources, gateways) or _only(step.destinations, gateways)
    return False


def _only(prefixes: tuple[Prefix, ...], hosts: frozenset[Address]) -> bool:
    return bool(prefixes) and all(
        one.prefixlen == one.max_prefixlen and one.network_address in hosts for one in prefixes
    )


def _concerns_errors(packet: Packet) -> bool:
    return packet.protocol in ERRORS and packet.icmp_type in ERRORS[packet.protocol]


def _encrypted(packet: Packet, gateways: frozenset[Address]) -> bool:
    ours = packet.protocol == ESP or (packet.protocol == UDP and packet.destination_port in IKE)
    return ours and (packet.source in gateways or packet.destination in gateways)


def _within(step: FilterRule, passage: Passage) -> bool:
    """Whether a rule lets through nothing but a flow."""
    return (
        passage.protocol in (ANY, step.protocol)
        and covered(step.sources, passage.sources)
        and covered(step.destinations, passage.destinations)
        and _ports_covered(step.destination_ports, passage.ports)
        and (not passage.icmp or (bool(step.icmp) and set(step.icmp) <= set(passage.icmp)))
    )


def _answers(step: FilterRule, passage: Passage) -> bool:
    """Whether a rule lets through nothing but the answers to a flow."""
    return (
        passage.protocol in (ANY, step.protocol)
        and not passage.icmp
        and (
            step.established
            or step.protocol not in (TCP, ANY, *ERRORS)
            or (passage.protocol == ANY and step.protocol in ERRORS)
        )
        and covered(step.sources, passage.destinations)
        and covered(step.destinations, passage.sources)
        and _ports_covered(step.source_ports, passage.ports)
    )


def covered(inner: Iterable[Prefix], outer: tuple[Prefix, ...]) -> bool:
    """Whether prefixes lie in others; no prefixes at all are everything."""
    if not outer:
        return True
    known = set(outer)
    some = False
    for one in inner:
        some = True
        if one not in known and not any(
            other.version == one.version and one.subnet_of(other)  # type: ignore[arg-type]
            for other in outer
        ):
            return False
    return some


def _ports_covered(inner: tuple[Ports, ...], outer: tuple[Ports, ...]) -> bool:
    if not outer:
        return True
    return bool(inner) and all(any(two.low <= one.low and one.high <= two.high for two in outer) for one in inner)


@rule("PAIR-004", Severity.ERROR, source="FW-PLACE-03, ER-CKT-22")
def same_flows_on_both(pair: PairEvidence) -> Iterator[Problem]:
    """The same flows pass on both routers of a pair.

    Why:
        Azure spreads connections over both links, and when one fails everything comes over the other: a
        flow that only one router lets through fails for half of the connections, or on the worst day.
    Fix:
        Filter alike on both routers.
    Bad:
        ! pe1
        permit tcp 10.0.0.0 0.0.255.255 10.101.0.0 0.0.255.255 eq 443
        ! pe2: no such line
    Good:
        ! pe1 and pe2
        permit tcp 10.0.0.0 0.0.255.255 10.101.0.0 0.0.255.255 eq 443
    """
    if pair.live is not None and pair.secondary is not None:
        vrfs = {pair.live[2].vrf, pair.live[3].vrf}
        yield from _unlike(pair.title, pair.primary, pair.secondary, vrfs, pair.pair.family)


@rule("PAIR-004", Severity.ERROR, source="FW-PLACE-03, IPS-BGP-14")
def same_flows_in_the_tunnels(tunnels: TunnelEvidence) -> Iterator[Problem]:
    """The same flows pass through the tunnels of both routers.

    Why:
        Azure spreads connections over all tunnels (IPS-BGP-14): one that passes through those of one
        router only works sometimes.
    Fix:
        Filter alike on both routers.
    Bad:
        ! r1
        permit tcp 10.60.0.0 0.0.255.255 10.20.0.0 0.0.255.255 eq 1433
        ! r2: no such line
    Good:
        ! r1 and r2
        permit tcp 10.60.0.0 0.0.255.255 10.20.0.0 0.0.255.255 eq 1433
    """
    if tunnels.secondary is not None:
        vrfs = {one.vrf for _, _, found in tunnels.sides for one in found}
        families: tuple[Family, ...] = (4, 6)
        for family in families:
            title = f"tunnels of {tunnels.title} IPv{family}"
            yield from _unlike(title, tunnels.primary, tunnels.secondary, vrfs, family)


def _unlike(
    title: str, first: DeviceEvidence, second: DeviceEvidence, vrfs: set[str], family: Family
) -> Iterator[Problem]:
    if not (first.plan.passages or second.plan.passages):
        return
    one, two = _passing(first, vrfs, family), _passing(second, vrfs, family)
    if one.keys() == two.keys():
        return
    for device, other, alone in ((second, first, one.keys() - two.keys()), (first, second, two.keys() - one.keys())):
        for key in sorted(alone, key=repr):
            passage = one.get(key) or two[key]
            message = f"{title}: the flow {flow_text(passage)} passes on {other.name} and not on {device.name}"
            yield Problem(message=f"{message}, expected the same on both", path=passage.origin, device=device.name)


def _passing(device: DeviceEvidence, vrfs: set[str], family: Family) -> dict[object, Passage]:
    """The flows that pass in some VRFs, by what they are."""
    out: dict[object, Passage] = {}
    for vrf in vrfs:
        out.update(device.flows.passing.get((vrf, family), {}))
    return out
