"""The text itself: understood, as planned, complete, and the same every time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from generator.model.finding import Severity
from generator.readback.compare import Difference
from generator.readback.evidence import DeviceEvidence
from generator.rules.base import Problem, rule


def _as_problem(difference: Difference, rule_id: str) -> Iterator[Problem]:
    if difference.rule == rule_id:
        yield Problem(
            message=difference.message,
            path=difference.path,
            fix=difference.fix,
            device=difference.device,
            fact=difference.fact,
            place=difference.place,
            severity=difference.severity,
        )


@rule("PAIR-001", Severity.ERROR, source="SMP-E01, SMP-E02, SMP-E03, SMP-E08")
def line_understood(difference: Difference) -> Iterator[Problem]:
    """Every line is understood.

    Why:
        A line that no reader knows may be a typing error, which the router refuses or, worse, takes
        for something else.  What is not understood is not checked.
    Fix:
        Correct the line; in a file from elsewhere, move what is not about the peering out of its blocks.
    Bad:
        ip address 172.31.0.17255.255.255.252
    Good:
        ip address 172.31.0.17 255.255.255.252
    """
    yield from _as_problem(difference, "PAIR-001")


@rule("RB-001", Severity.ERROR, source="house-rule")
def object_missing(difference: Difference) -> Iterator[Problem]:
    """An object of the plan is missing in the text.

    Why:
        What the text does not say the router does not do.
    Fix:
        Render the file again, or bring the missing object onto the device.
    Bad:
        ! the plan has VRF CHARLIE-MS, the text has not
    Good:
        vrf definition CHARLIE-MS
    """
    yield from _as_problem(difference, "RB-001")


@rule("RB-002", Severity.ERROR, source="house-rule")
def object_unexpected(difference: Difference) -> Iterator[Problem]:
    """The text has an object that the plan does not have.

    Why:
        It acts on the router all the same: a neighbour, a route or an interface that nobody decided.
    Fix:
        Remove it, or describe it in the inventory.
    Bad:
        ! a neighbor that the inventory does not know
        neighbor 172.31.0.30 remote-as 12076
    Good:
        ! only the neighbors of the plan
    """
    yield from _as_problem(difference, "RB-002")


@rule("RB-003", Severity.ERROR, source="house-rule")
def object_different(difference: Difference) -> Iterator[Problem]:
    """An object of the plan says something else in the text.

    Why:
        The router does what the text says, and the inventory no longer tells how it works.
    Fix:
        Render the file again, or correct the inventory if the text is right.
    Bad:
        ! the plan says 60/180
        neighbor 172.31.0.18 timers 30 90
    Good:
        neighbor 172.31.0.18 timers 60 180
    """
    yield from _as_problem(difference, "RB-003")


@rule("PAIR-037", Severity.ERROR, source="PLT-NX-01, PLT-EOS-01, PLT-LNX-03")
def prerequisites(device: DeviceEvidence) -> Iterator[Problem]:
    """The device-wide settings that the rest depends on are there.

    Why:
        FRR takes BFD lines without its BFD daemon, and IOS-XE communities without the new format: the
        config is accepted and does not work.
    Fix:
        Switch the setting on.
    Bad:
        # /etc/frr/daemons
        bfdd=no
    Good:
        # /etc/frr/daemons
        bfdd=yes
    """
    for switch in sorted(device.wanted.switches - device.facts.switches):
        yield Problem(
            message=f"{device.name} does not have {switch}, expected it: other settings depend on it",
            path=device.plan.inventory_path,
            device=device.name,
        )


class Renderings(msgspec.Struct, frozen=True):
    """The files of a device from two runs over the same inventory."""

    device: str
    first: Mapping[str, str]
    second: Mapping[str, str]


@rule("PAIR-042", Severity.ERROR, source="house-rule")
def deterministic(renderings: Renderings) -> Iterator[Problem]:
    """Rendering twice gives the same bytes.

    Why:
        A file that changes without a reason hides the change that has one, and is pushed for nothing.
    Fix:
        Sort what has no order of its own.
    Bad:
        ! the entries of a list come in another order each time
    Good:
        ! the entries of a list come in the order of the plan
    """
    for name in sorted(renderings.first.keys() | renderings.second.keys()):
        one, two = renderings.first.get(name), renderings.second.get(name)
        if one == two:
            continue
        if one is None or two is None:
            message = f"file {name} is there in one rendering only, expected it in both"
        else:
            message = f"file {name} differs between two renderings, first in line {_first_difference(one, two)}"
            message += ", expected the same bytes"
        yield Problem(message=message, device=renderings.device)


def _first_difference(one: str, two: str) -> int:
    lines = zip(one.splitlines(), two.splitlines(), strict=False)
    same = 1
    for here, there in lines:
        if here != there:
            break
        same += 1
    return same


_RESIDUE: Final = re.compile(r"\{\{|\}\}|\{%|\{#|(?<![\w.-])(?:None|Undefined)(?![\w-])|<[A-Za-z][\w. -]*>")


@rule("PAIR-043", Severity.ERROR, source="SMP-E24, SMP-E21")
def no_residue(device: DeviceEvidence) -> Iterator[Problem]:
    """No residue of a template or a placeholder is in the text.

    Why:
        A value that was not there when the text was made leaves its trace, and the router takes the
        trace for a name.
    Fix:
        Give the value in the inventory.
    Bad:
        description <customer>
        neighbor 172.31.0.18 route-map None in
    Good:
        description charlie charlie-ams private
        neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-IN-V4 in
    """
    for name, text in (device.texts or {}).items():
        # Nearly every text has none of these, and a search for one is far cheaper than the expression.
        if not ("<" in text or "None" in text or "Undefined" in text) and not ("{" in text and _braced(text)):
            continue
        for found in _RESIDUE.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            # What stands in angle brackets is not quoted: it may be a key.
            what = "a placeholder in angle brackets" if found.group()[0] == "<" else repr(found.group())
            yield Problem(
                message=f"line {line} of {name} has {what}, expected the value",
                device=device.name,
                place=(name, line),
            )


def _braced(text: str) -> bool:
    return "{{" in text or "}}" in text or "{%" in text or "{#" in text


@rule("PAIR-048", Severity.WARNING, source="SMP-E24")
def header_names_the_device(device: DeviceEvidence) -> Iterator[Problem]:
    """The header names the right device and role.

    Why:
        Two files of a pair look alike, and who pastes the secondary's into the primary has no link left.
    Fix:
        Render the files again; do not copy one from the other.
    Bad:
        ! pe2: primary router of pair amsterdam
    Good:
        ! pe2: secondary router of pair amsterdam
    """
    header, title = device.result.header, device.plan.title
    if title in header or (not header and not device.own_render):
        return
    what = f"says {header.strip()!r}" if header else "is missing"
    file = next(iter(device.texts or ()), None)
    yield Problem(
        message=f"the header {what}, expected {title!r}",
        path=device.plan.inventory_path,
        device=device.name,
        place=None if file is None else (file, 1),
    )
