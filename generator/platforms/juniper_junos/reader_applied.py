"""Filters on interfaces → which of them are an interface's own, the control plane's, or rewrite DSCP."""

from __future__ import annotations

from msgspec.structs import replace

from generator.model.facts import ControlPlane, Family, Interface, Remark
from generator.platforms.juniper_junos.reader_cos import Queues
from generator.platforms.juniper_junos.reader_firewall import Firewall
from generator.platforms.juniper_junos.reader_interfaces import Applied, Interfaces
from generator.platforms.juniper_junos.reading import Reading, inactive

_FIRST = "lo0.0"


class AppliedReader:
    """One pass over the families of all units."""

    def __init__(self, reading: Reading, interfaces: Interfaces, firewall: Firewall, queues: Queues) -> None:
        self.reading = reading
        self.interfaces = interfaces
        self.firewall = firewall
        self.queues = queues
        self.families: dict[str, list[Applied]] = {}
        for one in interfaces.applied:
            if not inactive(one.node):
                self.families.setdefault(one.unit, []).append(one)
        self.remarked: dict[str, list[str]] = {}
        self.control_plane = self._control_plane()

    def _control_plane(self) -> dict[str, ControlPlane]:
        """The filter on ``lo0.0``.  It does not filter for an instance that has a loopback of its own."""
        name = next((one.inward[0] for one in self.families.get(_FIRST, []) if one.inward), "")
        if not name:
            return {}
        limits = {
            self.firewall.policers.get(policer, 0)
            for (filter_name, _), policers in self.firewall.limited.items()
            if filter_name == name
            for policer in policers
        }
        for unit, families in self.families.items():
            if unit.startswith("lo0."):
                self._same_filter(unit, families, name)
        self.reading.place("control_plane", name, self.interfaces.nodes[_FIRST])
        return {name: ControlPlane(name, 0 if 0 in limits else max(limits, default=0))}

    def _same_filter(self, unit: str, families: list[Applied], name: str) -> None:
        filtered = {one.family for one in families if one.inward == (name,)}
        for one in families:
            if not one.inward:
                self.reading.unknown(one.node, f"{unit} is without the filter {name} of {_FIRST}, which is not its own")
        for filter_name, family in self.firewall.filters:
            if filter_name == name and family not in filtered and not any(one.family == family for one in families):
                reason = f"{unit} has no family for the IPv{family} part of filter {name}"
                self.reading.unknown(self.interfaces.nodes[unit], reason)

    def interface(self, one: Interface) -> Interface:
        """The interface with the names of its filters."""
        families = self.families.get(one.name, [])
        inward = {family.family: self._names(family, family.inward) for family in families}
        outward = {family.family: self._names(family, family.outward) for family in families}
        remarks = {name for family in families for name in family.outward if self._is_remark(name)}
        for name in sorted(remarks):
            self.remarked.setdefault(name, []).append(one.name)
            for family in families:
                if name not in family.outward:
                    self.reading.unknown(family.node, f"{name} rewrites the other family only")
        if one.name.startswith("lo0."):
            inward = {
                family: () if names[:1] == tuple(self.control_plane) else names for family, names in inward.items()
            }
        return replace(one, filter_in=self._one(families, inward, "in"), filter_out=self._one(families, outward, "out"))

    def _is_remark(self, name: str) -> bool:
        return any((name, family) in self.firewall.remarks for family in (4, 6))

    def _names(self, family: Applied, names: tuple[str, ...]) -> tuple[str, ...]:
        """The filters that decide.  More than one, or one that never gets its turn, has no place in the facts."""
        own = tuple(name for name in names if not self._is_remark(name))
        if len(own) > 1 or (len(names) > 1 and not family.chained):
            self.reading.unknown(family.node, "several filters in a list: only the first that decides is asked")
        return own[:1]

    def _one(self, families: list[Applied], names: dict[Family, tuple[str, ...]], way: str) -> str:
        """The one name for all families; a family without it passes everything, unless no such filter exists."""
        chosen = {name for own in names.values() for name in own}
        if not chosen:
            return ""
        first = next(name for own in names.values() for name in own)
        for family in families:
            own = names.get(family.family, ())
            if own and own[0] != first:
                self.reading.unknown(family.node, f"another filter ({way}) than that of the other family")
            elif not own and (first, family.family) in self.firewall.filters:
                self.reading.unknown(family.node, f"filter {first} ({way}) is not applied to this family")
        return first

    def remarks(self) -> dict[str, Remark]:
        """Filters that rewrite DSCP, with the interfaces they are on."""
        found: dict[str, Remark] = {}
        for name, interfaces in self.remarked.items():
            both = [said for key, said in self.firewall.remarks.items() if key[0] == name]
            kept, priority = both[0]
            node = self.interfaces.nodes[interfaces[0]]
            if both[0] != both[-1]:
                self.reading.unknown(node, f"{name} keeps other values in IPv6 than in IPv4")
            percent = {self.queues.priority_percent(interface) for interface in interfaces}
            if len(percent) > 1:
                self.reading.unknown(node, f"the interfaces of {name} give their priority queues different shares")
            found[name] = Remark(name, kept, priority, min(percent), tuple(sorted(interfaces)))
            self.reading.place("remarks", name, node)
        return found
