"""Shapers and remarks of a plan → ``class-of-service``, and what ports need for it.

On an MX a shaper is a traffic control profile: on the unit, or on the interface set of several units.
An SRX shapes the unit itself; there the scheduler map has the shaper's name.
"""

from __future__ import annotations

from generator.model.facts import Facts
from generator.model.filters import Remark, Shaper
from generator.platforms.juniper_junos.security_forms import (
    CosPort,
    CosSet,
    CosUnit,
    Scheduler,
    SchedulerMap,
    TrafficProfile,
)
from generator.platforms.juniper_junos.security_words import seen_remark
from generator.platforms.juniper_junos.view_filters import PRIORITY_CLASS

_CONTROL = Scheduler("CONTROL", ("percent 5",), "high")
"""BGP and BFD leave by this queue."""
_REST = Scheduler("REST", ("remainder",), "low")


class Cos:
    """Everything about queues that the templates print."""

    def __init__(self, facts: Facts, *, profiles: bool) -> None:
        self.profiles: dict[str, TrafficProfile] = {}
        self.sets: list[CosSet] = []
        self.schedulers: dict[str, Scheduler] = {}
        self.maps: dict[str, SchedulerMap] = {}
        self.mode: dict[str, str] = {}
        """Port → the statement by which its units have queues of their own."""
        self._units: dict[str, dict[str, tuple[str, ...]]] = {}
        remarks = {name: seen_remark(one) for one in facts.remarks.values() for name in one.interfaces}
        for remark in {one.name: one for one in remarks.values()}.values():
            self._queues(remark.name, remark)
        for shaper in facts.shapers.values():
            if len(shaper.interfaces) > 1:
                self._shared(shaper)
            elif profiles:
                self._profile(shaper, remarks.pop(shaper.interfaces[0], None))
            else:
                self._rate(shaper)
        for name, remark in remarks.items():
            self._use(name, (f"output-traffic-control-profile {remark.name}",))
            self.profiles[remark.name] = TrafficProfile(remark.name, remark.name, "")

    @property
    def used(self) -> bool:
        return bool(self.profiles or self._units)

    @property
    def ports(self) -> list[CosPort]:
        return [
            CosPort(port, tuple(CosUnit(number, statements) for number, statements in units.items()))
            for port, units in self._units.items()
        ]

    def _use(self, interface: str, statements: tuple[str, ...]) -> None:
        port, _, number = interface.partition(".")
        self.mode.setdefault(port, "per-unit-scheduler")
        self._units.setdefault(port, {})[number] = statements

    def _shared(self, shaper: Shaper) -> None:
        units: dict[str, list[CosUnit]] = {}
        for name in shaper.interfaces:
            port, _, number = name.partition(".")
            units.setdefault(port, []).append(CosUnit(number, ()))
            self.mode[port] = "hierarchical-scheduler"
        self.profiles[shaper.name] = TrafficProfile(shaper.name, "", f"{shaper.rate_mbps}m")
        self.sets.append(CosSet(shaper.name, tuple(CosPort(port, tuple(one)) for port, one in units.items())))

    def _profile(self, shaper: Shaper, remark: Remark | None) -> None:
        self._use(shaper.interfaces[0], (f"output-traffic-control-profile {shaper.name}",))
        self.profiles[shaper.name] = TrafficProfile(shaper.name, remark.name if remark else "", f"{shaper.rate_mbps}m")

    def _rate(self, shaper: Shaper) -> None:
        self._queues(shaper.name, None)
        self._use(shaper.interfaces[0], (f"scheduler-map {shaper.name}", f"shaping-rate {shaper.rate_mbps}m"))

    def _queues(self, name: str, remark: Remark | None) -> None:
        """Control traffic, the rest, and the priority queue: first, but never more than its share."""
        entries = [("best-effort", _REST.name), ("network-control", _CONTROL.name)]
        self.schedulers |= {_CONTROL.name: _CONTROL, _REST.name: _REST}
        if remark is not None:
            share = (f"percent {remark.priority_percent}", "rate-limit")
            first = Scheduler(f"{name}-PRIORITY", share, "strict-high")
            self.schedulers[first.name] = first
            entries.insert(1, (PRIORITY_CLASS, first.name))
        self.maps[name] = SchedulerMap(name, tuple(entries))
