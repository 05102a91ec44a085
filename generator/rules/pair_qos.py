"""Quality of service on the links to Microsoft: the rate, and the DSCP values that stay."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.facts import Remark
from generator.model.finding import Severity
from generator.readback.evidence import DeviceEvidence, Link, PairEvidence
from generator.rules.base import Problem, rule
from generator.rules.pair_links import on_interface


@rule("PAIR-025", Severity.WARNING, source="ER-CKT-10")
def rate_of_the_link(device: DeviceEvidence) -> Iterator[Problem]:
    """What leaves towards Microsoft is shaped to the circuit's bandwidth, where the plan shapes.

    Why:
        Microsoft polices each circuit at its bandwidth: what the port sends above it is dropped there,
        voice as well as backups.
    Fix:
        Shape the subinterfaces of the circuit to its bandwidth.
    Bad:
        ! a circuit of 1 Gb/s on a port of 10 Gb/s, and no shaper
    Good:
        policy-map HOLLINS-LON
         class class-default
          shape average 1000000000
    """
    if not device.wanted.shapers:
        return
    planned, found = device.to_apply.shapers, device.applied.shapers
    told: set[str] = set()
    for link in device.links:
        interface = link.interface
        wanted = planned.get(interface.name) if interface is not None else None
        if interface is None or wanted is None or interface.name in told:
            continue
        told.add(interface.name)
        have = found.get(interface.name)
        if have is None:
            message = f"interface {interface.name} of {link.title} is not shaped"
            yield on_interface(device, link, interface, f"{message}, expected {wanted.rate_mbps} Mbit/s")
        elif have.rate_mbps != wanted.rate_mbps:
            message = f"interface {interface.name} of {link.title} is shaped to {have.rate_mbps} Mbit/s"
            yield on_interface(device, link, interface, f"{message}, expected {wanted.rate_mbps} Mbit/s")
        elif have.interfaces != wanted.interfaces:
            message = f"shaper {have.name} of {link.title} is shared by {', '.join(have.interfaces)}"
            yield on_interface(device, link, interface, f"{message}, expected {', '.join(wanted.interfaces)}")


@rule("PAIR-025", Severity.WARNING, source="ER-CKT-10")
def same_rate_on_both(pair: PairEvidence) -> Iterator[Problem]:
    """Both links of a circuit are shaped to the same rate.

    Why:
        Each link may carry the whole bandwidth, and must, while the other is down.
    Fix:
        Shape both to the circuit's bandwidth.
    Bad:
        ! pe1
        shape average 1000000000
        ! pe2
        shape average 500000000
    Good:
        ! pe1 and pe2
        shape average 1000000000
    """
    sides = [(device, link, device.applied.shapers.get(_name(link))) for device, link in pair.sides()]
    if len(sides) < 2:
        return
    (first, _, here), (second, two, there) = sides
    planned = [device.to_apply.shapers.get(_name(link)) for device, link, _ in sides]
    # Platforms that cannot share a rate split it: then the plans differ, and so may the texts.
    if here is None or there is None or here.rate_mbps == there.rate_mbps or two.interface is None:
        return
    if planned[0] is None or planned[1] is None or planned[0].rate_mbps == planned[1].rate_mbps:
        message = (
            f"{pair.title} is shaped to {here.rate_mbps} Mbit/s on {first.name} and {there.rate_mbps} on {second.name}"
        )
        yield on_interface(second, two, two.interface, f"{message}, expected the same on both")


def _name(link: Link) -> str:
    return link.interface.name if link.interface is not None else ""


@rule("PAIR-026", Severity.WARNING, source="ER-QOS-02, ER-QOS-03")
def markings_of_the_link(device: DeviceEvidence) -> Iterator[Problem]:
    """On Microsoft peering exactly the planned DSCP values leave, where the plan has some.

    Why:
        Microsoft gives voice its place by its marking, and knows a handful of values: another one, AF31
        say, must be 0 before it gets there.
    Fix:
        Bind the policy outbound to the subinterface: keep the values of the inventory, set the rest to 0.
    Bad:
        ! no outbound policy, AF31 leaves as it is
    Good:
        policy-map MS-DSCP
         class MS-DSCP-KEPT
         class class-default
          set dscp default
    """
    if not device.wanted.remarks:
        return
    planned, found = device.to_apply.remarks, device.applied.remarks
    told: set[str] = set()
    for link in device.links:
        interface = link.interface
        wanted = planned.get(interface.name) if interface is not None else None
        if interface is None or wanted is None or interface.name in told:
            continue
        told.add(interface.name)
        have, subject = found.get(interface.name), f"interface {interface.name} of {link.title}"
        if have is None:
            message = f"{subject} has no DSCP policy, expected {_kept(wanted)} to stay and the rest to become 0"
            yield on_interface(device, link, interface, message)
        elif set(have.kept) != set(wanted.kept):
            message = f"{subject} keeps DSCP {_kept(have)}, expected {_kept(wanted)}"
            yield on_interface(device, link, interface, message)


@rule("PAIR-026", Severity.WARNING, source="ER-QOS-02")
def same_markings_on_both(pair: PairEvidence) -> Iterator[Problem]:
    """Both links keep the same DSCP values.

    Why:
        A call that moves to the other link keeps its place only if that link keeps its marking.
    Fix:
        Bind the same policy on both routers.
    Bad:
        ! pe1 keeps 46 and 34, pe2 keeps 46
    Good:
        ! pe1 and pe2 keep 46 and 34
    """
    sides = [(device, link, device.applied.remarks.get(_name(link))) for device, link in pair.sides()]
    if len(sides) < 2:
        return
    (first, _, here), (second, two, there) = sides
    if (here is None and there is None) or two.interface is None:
        return
    kept = [set(one.kept) if one is not None else None for one in (here, there)]
    if kept[0] != kept[1]:
        message = f"{pair.title} keeps DSCP {_kept(here)} on {first.name} and {_kept(there)} on {second.name}"
        yield on_interface(second, two, two.interface, f"{message}, expected the same on both")


def _kept(remark: Remark | None) -> str:
    if remark is None:
        return "whatever comes"
    return ", ".join(map(str, remark.kept)) or "nothing"
