"""Does this packet pass this router?  The filters of its text, evaluated.

The order is that of :class:`~generator.model.filters.Zone` and its neighbours: the filter of the
interface it arrives on, the policy between the two zones, the filter of the interface it leaves by, and
for packets to the router itself the control plane.

Addresses are those that the policies see: the real ones of the hosts, behind any translation.

A name without a definition: an interface filter filters nothing then, which is what IOS does (as with
PLT-XE-01, but the other way round: its undefined route-map denies, its undefined access list permits); a
zone policy passes nothing.  Junos refuses the commit.  So what is said of such a text holds for no
platform in particular, and PAIR-007 names every such reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from generator.model.address import Address, Prefix
from generator.model.facts import Facts, Family
from generator.model.filters import ANY, ICMP, ICMP6, PROTOCOL_WORD, SELF, TCP, UDP, Filter, FilterRule

OPEN: Final = "nothing filters there"

_ANSWER_OF: Final[Mapping[tuple[int, int], int]] = {(ICMP, 8): 0, (ICMP6, 128): 129}
_QUESTION_OF: Final[Mapping[tuple[int, int], int]] = {(ICMP, 0): 8, (ICMP6, 129): 128}


class Packet(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One packet.  Ports are those of TCP and UDP, type and code those of ICMP and ICMPv6."""

    source: Address
    destination: Address
    protocol: int
    source_port: int = 0
    destination_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0
    answer: bool = False
    """TCP: ACK or RST is set; else it is the SYN that opens a connection."""

    @property
    def family(self) -> Family:
        return 4 if self.source.version == 4 else 6

    @property
    def can_answer(self) -> bool:
        """Whether it may be an answer by itself: no SYN, and of ICMP only the reply to an echo."""
        if self.protocol in (ICMP, ICMP6):
            return (self.protocol, self.icmp_type) in _QUESTION_OF
        return self.protocol != TCP or self.answer

    def answered(self) -> Packet:
        """The answer of the other end."""
        return self._turned(answer=self.protocol == TCP, types=_ANSWER_OF)

    def opening(self) -> Packet:
        """The packet that this one answers."""
        return self._turned(answer=False, types=_QUESTION_OF)

    def _turned(self, *, answer: bool, types: Mapping[tuple[int, int], int]) -> Packet:
        return Packet(
            source=self.destination,
            destination=self.source,
            protocol=self.protocol,
            source_port=self.destination_port,
            destination_port=self.source_port,
            icmp_type=types.get((self.protocol, self.icmp_type), self.icmp_type),
            icmp_code=self.icmp_code,
            answer=answer,
        )

    def __str__(self) -> str:
        word = PROTOCOL_WORD.get(self.protocol, f"protocol {self.protocol}")
        if self.protocol in (TCP, UDP):
            kind = " (answer)" if self.answer else ""
            return (
                f"{word} {self.source} port {self.source_port} to {self.destination} port {self.destination_port}{kind}"
            )
        if self.protocol in (ICMP, ICMP6):
            word += f" type {self.icmp_type}" + (f" code {self.icmp_code}" if self.icmp_code else "")
        return f"{word} {self.source} to {self.destination}"


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What happens to a packet."""

    permitted: bool | None
    """None: cannot be told, for a rule has a condition that the reader did not understand."""
    by: str
    """What decided: ``filter CORP-TUN-IN, rule 20``, ``no policy from zone A to zone B``."""


@lru_cache(maxsize=1 << 16)
def _network(prefix: Prefix) -> tuple[int, int]:
    """A prefix as the value of its addresses' leading bits, and how many bits follow them."""
    shift = prefix.max_prefixlen - prefix.prefixlen
    return int(prefix.network_address) >> shift, shift


def overlap(one: Prefix, two: Prefix) -> bool:
    """Whether two prefixes of one family have addresses in common."""
    (value, shift), (other, width) = _network(one), _network(two)
    return value >> (width - shift) == other if width >= shift else other >> (shift - width) == value


Networks = tuple[tuple[int, int], ...]
Opening = tuple[FilterRule, Networks]
"""A rule that lets something through, and the sources that earlier rules drop whatever else holds."""

_FEW: Final = 16
_SHORT: Final = 64
"""Up to so many rules are looked through; among more they are looked up."""


class _Step:
    """One rule, ready to be asked."""

    __slots__ = ("destination", "destinations", "plain", "rule", "source", "sources")

    def __init__(self, rule: FilterRule, family: Family) -> None:
        self.rule = rule
        self.sources: Networks | None = _networks(rule.sources, family)
        """None: anywhere."""
        self.destinations: Networks | None = _networks(rule.destinations, family)
        self.source = _only(self.sources)
        self.destination = _only(self.destinations)
        self.plain = not (rule.established or rule.source_ports or rule.destination_ports or rule.icmp)
        """No condition but those on protocol and addresses."""

    def takes(self, packet: Packet) -> bool:
        """Whether the conditions hold that are on neither the protocol nor the addresses."""
        rule = self.rule
        if rule.established and not (packet.answer and packet.protocol == TCP):
            return False
        ported = packet.protocol in (TCP, UDP)
        for ports, port in ((rule.source_ports, packet.source_port), (rule.destination_ports, packet.destination_port)):
            if ports and not (ported and any(one.low <= port <= one.high for one in ports)):
                return False
        return not rule.icmp or (
            packet.protocol in (ICMP, ICMP6)
            and any(one.type == packet.icmp_type and one.code in (-1, packet.icmp_code) for one in rule.icmp)
        )


_ANYWHERE: Final = (0, 128)
"""The network that every address is in."""


def _only(networks: Networks | None) -> tuple[int, int] | None:
    """The one network that an address must be in: most rules have just one.  None: there are several."""
    if networks is None:
        return _ANYWHERE
    return networks[0] if len(networks) == 1 else None


def _networks(prefixes: tuple[Prefix, ...], family: Family) -> Networks | None:
    if not prefixes:
        return None
    return tuple([_network(one) for one in prefixes if one.version == family])


def within(number: int, networks: Networks) -> bool:
    for value, shift in networks:  # noqa: SIM110  a loop is faster here
        if number >> shift == value:
            return True
    return False


class _Sorted:
    """Things in order, to be found by the source address of a packet: those for single hosts, and the rest."""

    __slots__ = ("_by_host", "_wide")

    def __init__(self, things: Iterable[tuple[int, Networks | None]]) -> None:
        self._by_host: dict[int, list[int]] = {}
        self._wide: list[int] = []
        for place, sources in things:
            if sources is None or any(shift for _, shift in sources):
                self._wide.append(place)
            else:
                for host in dict.fromkeys(value for value, _ in sources):
                    self._by_host.setdefault(host, []).append(place)

    def of(self, host: int) -> list[int]:
        """The places, in order, of what may concern a source."""
        found = self._by_host.get(host)
        return self._wide if found is None else sorted((*self._wide, *found))

    def every(self) -> set[int]:
        return {*self._wide, *(place for places in self._by_host.values() for place in places)}


_step = lru_cache(maxsize=1 << 12)(_Step)


class _Rules:
    """The rules of a filter, compiled: for each protocol those that can concern it, and in long ones those for a source."""

    __slots__ = (
        "_by_protocol",
        "_family",
        "_openings",
        "_openings_by",
        "_reached",
        "_sorted",
        "answers",
        "source",
        "steps",
    )

    def __init__(self, rules: tuple[FilterRule, ...], family: Family) -> None:
        self.source = rules
        self.steps = [_step(rule, family) for rule in rules]
        self._family = family
        self._by_protocol: dict[int, list[_Step]] = {}
        self._sorted: dict[int, _Sorted] = {}
        self._reached: dict[tuple[int, int], bool] = {}
        self._openings: list[Opening] | None = None
        self._openings_by: dict[int, _Sorted] = {}
        self.answers: dict[object, bool] = {}

    def concerned(self, protocol: int, source: int) -> list[_Step]:
        """The rules, in order, that a packet of this protocol from this source may match."""
        steps = self._by_protocol.get(protocol)
        if steps is None:
            steps = [one for one in self.steps if one.rule.protocol in (ANY, protocol)]
            self._by_protocol[protocol] = steps
            if len(steps) > _SHORT:
                self._sorted[protocol] = _Sorted((place, one.sources) for place, one in enumerate(steps))
        lookup = self._sorted.get(protocol) if self._sorted else None
        return steps if lookup is None else [steps[place] for place in lookup.of(source)]

    def openings(self) -> list[Opening]:
        if self._openings is None:
            self._openings = list(_openings(self.source, self._family))
        return self._openings

    def shared(self, other: _Rules) -> set[int]:
        """The places of those of our openings whose packets may match a rule of another filter that permits."""
        if not self._openings_by:
            grouped: dict[int, list[tuple[int, Networks | None]]] = {}
            for place, (rule, _) in enumerate(self.openings()):
                grouped.setdefault(rule.protocol, []).append((place, _networks(rule.sources, self._family)))
            self._openings_by = {protocol: _Sorted(things) for protocol, things in grouped.items()}
        out: set[int] = set()
        for step in other.steps:
            if step.rule.permit:
                for protocol, places in self._openings_by.items():
                    if ANY in (protocol, step.rule.protocol) or protocol == step.rule.protocol:
                        if step.sources is None or any(shift for _, shift in step.sources):
                            out |= places.every()
                        else:
                            out.update(place for host, _ in step.sources for place in places.of(host))
        return out

    def reaches(self, protocol: int, port: int) -> bool:
        """Whether a first packet to this port could pass, from anybody to anybody: False proves that none does."""
        found = self._reached.get((protocol, port))
        if found is None:
            found = self._reached[(protocol, port)] = any(
                rule.permit
                and not rule.established
                and not rule.icmp
                and rule.protocol in (ANY, protocol)
                and (not rule.destination_ports or any(one.low <= port <= one.high for one in rule.destination_ports))
                for rule in self.source
            )
        return found


compiled_rules = lru_cache(maxsize=1 << 10)(_Rules)
"""Cached: the routers of a pair share what lies between the networks behind them, under several names."""


class PacketFilter:
    """A filter that can be asked what it does with a packet."""

    __slots__ = ("_rules", "_said", "proven", "source")

    def __init__(self, source: Filter) -> None:
        self.source = source
        self._rules = compiled_rules(source.rules, source.family)
        self._said: dict[_Step, Verdict] = {}
        self.proven: set[object] = set()
        """What was found to be in order with this filter; the routers of a pair ask the same."""

    @property
    def answers(self) -> dict[object, bool]:
        """What was found out about these rules alone, by the question."""
        return self._rules.answers

    @property
    def title(self) -> str:
        return f"filter {self.source.name} (IPv{self.source.family})"

    def decide(self, packet: Packet) -> Verdict:
        """What the filter does with a packet.

        A rule with a condition that is not known may hold or not; only where that makes a difference
        the answer is that it cannot be told.
        """
        source, destination = int(packet.source), int(packet.destination)
        doubtful: FilterRule | None = None
        for step in self._rules.concerned(packet.protocol, source):
            one, two = step.source, step.destination
            if one is not None:
                if source >> one[1] != one[0]:
                    continue
            elif not within(source, step.sources or ()):
                continue
            if two is not None:
                if destination >> two[1] != two[0]:
                    continue
            elif not within(destination, step.destinations or ()):
                continue
            if not (step.plain or step.takes(packet)):
                continue
            rule = step.rule
            if doubtful is not None and doubtful.permit is not rule.permit:
                return self._unknown(doubtful)
            if not rule.unknown:
                return self._said.get(step) or self._say(step)
            doubtful = doubtful or rule
        if doubtful is not None and doubtful.permit:
            return self._unknown(doubtful)
        return Verdict(False, f"{self.title}, which has no rule for it")

    def _say(self, step: _Step) -> Verdict:
        """The verdict of a rule; kept, for a filter has few rules and is asked often."""
        rule = step.rule
        verdict = self._said[step] = Verdict(rule.permit, f"{self.title}, rule {rule.label}")
        return verdict

    def openings(self, beside: Iterable[PacketFilter] = ()) -> list[Opening]:
        """The rules that let something through.

        ``beside``: of a long filter, without those whose packets each of these filters drops in any case.
        """
        found = self._rules.openings()
        for other in beside:
            if len(found) > _FEW and other is not self:
                return [found[place] for place in sorted(self._rules.shared(other._rules))]
        return found

    def _unknown(self, rule: FilterRule) -> Verdict:
        return Verdict(None, f"{self.title}, rule {rule.label}, has a condition that is not understood")

    def reaches(self, protocol: int, port: int) -> bool:
        """Whether a first packet to this port could pass, from anybody to anybody: False proves that none does."""
        return self._rules.reaches(protocol, port)

    @property
    def permitting(self) -> list[FilterRule]:
        return [rule for rule in self.source.rules if rule.permit]


def _openings(rules: tuple[FilterRule, ...], family: Family) -> Iterator[Opening]:
    denied: Networks = ()
    for step in rules:
        if step.permit:
            yield step, denied
        elif step.sources and step.protocol == ANY and not (step.destinations or step.established or step.unknown):
            denied += _networks(step.sources, family) or ()


class Stage(msgspec.Struct, frozen=True):
    """One place where a packet is judged."""

    filter: PacketFilter | None
    """None: nothing passes."""
    back: PacketFilter | None = None
    """The filter of the stateful policy in the other direction, whose answers pass by themselves."""
    without: str = ""
    """Why nothing passes."""

    def judge(self, packet: Packet, *, answering: bool) -> Verdict:
        if answering and self.back is not None:
            opened = self.back.decide(packet.opening())
            if opened.permitted is not False:
                return opened
        return self.filter.decide(packet) if self.filter is not None else Verdict(False, self.without)


class Firewall:
    """All filters of one router, compiled on first use."""

    __slots__ = ("_filters", "_stages", "facts", "zone_of")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.zone_of = {name: zone.name for zone in facts.zones.values() for name in zone.interfaces}
        self._filters: dict[tuple[str, Family], PacketFilter | None] = {}
        self._stages: dict[tuple[str, str, Family], tuple[Stage, ...]] = {}

    def verdict(self, packet: Packet, arrives: str, leaves: str, *, answering: bool = False) -> Verdict:
        """Whether a packet passes that arrives on one interface and leaves by another; either may be ``self``.

        ``answering``: it answers a connection whose first packet is its mirror image and has passed.
        """
        verdict = Verdict(True, OPEN)
        for stage in self.stages(arrives, leaves, packet.family):
            if answering or stage.filter is None:
                verdict = stage.judge(packet, answering=answering)
            else:
                verdict = stage.filter.decide(packet)
            if not verdict.permitted:
                return verdict
        return verdict

    def passes(self, first: Packet, arrives: str, leaves: str) -> Verdict:
        """Whether a connection works: its first packet one way, and the answer back."""
        verdict = self.verdict(first, arrives, leaves)
        if not verdict.permitted:
            return verdict
        back = self.verdict(first.answered(), leaves, arrives, answering=True)
        return verdict if back.permitted else Verdict(back.permitted, f"{back.by} (the answer)")

    def stages(self, arrives: str, leaves: str, family: Family) -> tuple[Stage, ...]:
        """Everything that judges packets on this way, in order."""
        key = (arrives, leaves, family)
        found = self._stages.get(key)
        if found is None:
            found = self._stages[key] = tuple(self._way(arrives, leaves, family))
        return found

    def signature(self, interface: str) -> tuple[str, str, str]:
        """Interfaces with the same one are treated alike."""
        found = self.facts.interfaces.get(interface)
        zone = self.zone_of.get(interface, "")
        return (zone, found.filter_in, found.filter_out) if found is not None else (zone, "", "")

    def _way(self, arrives: str, leaves: str, family: Family) -> list[Stage]:
        interfaces = self.facts.interfaces
        out = []
        here, there = interfaces.get(arrives), interfaces.get(leaves)
        if here is not None and here.filter_in:
            out.append(self._on_interface(here.filter_in, family))
        out.append(self._between(arrives, leaves, family))
        if there is not None and there.filter_out:
            out.append(self._on_interface(there.filter_out, family))
        if leaves == SELF:
            out += [self._on_interface(name, family) for name in self.facts.control_plane]
        return [one for one in out if one is not None]

    def _on_interface(self, name: str, family: Family) -> Stage | None:
        found = self._filter(name, family)
        return None if found is None else Stage(found)

    def _between(self, arrives: str, leaves: str, family: Family) -> Stage | None:
        """The policy between two zones; None: everything passes."""
        one = SELF if arrives == SELF else self.zone_of.get(arrives, "")
        two = SELF if leaves == SELF else self.zone_of.get(leaves, "")
        if one == two:
            return None
        policies = self.facts.zone_policies
        policy, opposite = policies.get((one, two)), policies.get((two, one))
        back = self._filter(opposite.filter, family) if opposite is not None and opposite.stateful else None
        if policy is not None:
            found = self._filter(policy.filter, family)
            return Stage(found, back, f"filter {policy.filter} does not exist for IPv{family}")
        if SELF in (one, two):
            return None
        without = f"no policy from {_zone(one)} to {_zone(two)}"
        return Stage(None, back, without)

    def _filter(self, name: str, family: Family) -> PacketFilter | None:
        key = (name, family)
        if key not in self._filters:
            found = self.facts.filters.get(key)
            self._filters[key] = None if found is None else _compiled(found)
        return self._filters[key]


@lru_cache(maxsize=1 << 7)
def _compiled(one: Filter) -> PacketFilter:
    """Cached: the routers of a pair share most of their filters."""
    return PacketFilter(one)


def _zone(name: str) -> str:
    return f"zone {name}" if name else "an interface of no zone"
