"""A circuit as a drawing: customer, both routers, Microsoft's edge, and on each line what becomes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

import msgspec

from generator.change.meaning import Change
from generator.change.meaning_sessions import carrier
from generator.change.units import DOMAIN_WORDS, unit_of
from generator.model.plan import DevicePlan, Peer, Session

State = Literal["same", "added", "removed", "changed"]

WIDTH: Final = 660
LANE: Final = 46
"""Height of one line with its two labels."""
_WORDS: Final[dict[State, str]] = {"same": "", "added": "new", "removed": "goes", "changed": "changes"}
_LEFT: Final = frozenset((Peer.CUSTOMER, Peer.BESIDE, Peer.FIREWALL))


class Lane(msgspec.Struct, frozen=True):
    """One session: a line, and what is written above and below it."""

    x1: int
    x2: int
    middle: int
    y: int
    above: int
    below: int
    label: str
    detail: str
    state: State
    word: str
    """``new``, ``goes``, ``changes``, or nothing."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle with a name in it."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    text_y: int
    name: str
    under: str
    under_y: int
    state: State


class Picture(msgspec.Struct, frozen=True):
    """The whole drawing; coordinates are those of its view box."""

    id: str
    title: str
    description: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lanes: tuple[Lane, ...]


class _Link(msgspec.Struct, frozen=True):
    label: str
    detail: str
    state: State


def pictures(
    before: dict[str, DevicePlan], after: dict[str, DevicePlan], changes: Iterable[Change]
) -> tuple[Picture, ...]:
    """A picture of every circuit that something changes on, in the order of the changes."""
    found = list(changes)
    circuits: dict[tuple[str, str], None] = {}
    for change in found:
        if change.customer and not change.detail:
            names = [change.circuit] if change.circuit else _circuits_of(change.customer, before, after)
            circuits.update(dict.fromkeys((change.customer, name) for name in names))
    return tuple(
        _picture(number, customer, circuit, before, after, [one for one in found if one.customer == customer])
        for number, (customer, circuit) in enumerate(circuits, 1)
    )


def _circuits_of(customer: str, *sides: dict[str, DevicePlan]) -> list[str]:
    names = (
        session.circuit
        for side in sides
        for device in side.values()
        for session in device.sessions
        if session.customer == customer and session.circuit
    )
    return list(dict.fromkeys(names))


def _picture(
    number: int,
    customer: str,
    circuit: str,
    before: dict[str, DevicePlan],
    after: dict[str, DevicePlan],
    changes: list[Change],
) -> Picture:
    routers = [
        name
        for name in dict.fromkeys((*after, *before))
        if any(
            _on(session, customer, circuit)
            for side in (after, before)
            if name in side
            for session in side[name].sessions
        )
    ]
    boxes: list[Box] = []
    lanes: list[Lane] = []
    top = 10
    for index, name in enumerate(routers, 1):
        mine = [one for one in changes if one.device == name]
        right = list(_links(name, customer, circuit, before, after, mine, left=False))
        left = list(_links(name, customer, circuit, before, after, mine, left=True))
        height = LANE * max(1, len(right), len(left)) + 16
        state: State = "changed" if mine else "same"
        boxes.append(_box(215, top, 100, height, name, _platform(name, before, after), state))
        boxes.append(_box(560, top, 90, height, f"MSEE {index}", "AS 12076", "same"))
        lanes += [_lane(315, 560, top + 16 + LANE * place, one) for place, one in enumerate(right)]
        lanes += [_lane(110, 215, top + 16 + LANE * place, one) for place, one in enumerate(left)]
        top += height + 24
    boxes.insert(0, _box(10, 10, 100, max(top - 34, 40), customer, circuit, "same"))
    words = "; ".join(f"{one.device} {one.text}" for one in changes if not one.detail)
    return Picture(
        f"circuit-{number}", f"Circuit {circuit} of {customer}", words, WIDTH, top - 14, tuple(boxes), tuple(lanes)
    )


def _on(session: Session, customer: str, circuit: str) -> bool:
    return session.peer is Peer.MSEE and session.customer == customer and session.circuit == circuit


def _platform(name: str, before: dict[str, DevicePlan], after: dict[str, DevicePlan]) -> str:
    return (after.get(name) or before[name]).platform


def _links(
    device: str,
    customer: str,
    circuit: str,
    before: dict[str, DevicePlan],
    after: dict[str, DevicePlan],
    changes: list[Change],
    *,
    left: bool,
) -> Iterator[_Link]:
    """Sessions of both sides that are drawn: those that stay with their values afterwards."""
    told: set[tuple[object, ...]] = set()
    for side in (after, before):
        plan = side.get(device)
        for session in () if plan is None else plan.sessions:
            drawn = session.peer in _LEFT and session.customer == customer if left else _on(session, customer, circuit)
            name = (session.origin, session.family)
            if plan is None or not drawn or name in told:
                continue
            told.add(name)
            yield _Link(_label(session, plan), _addresses(session, plan), _state(session, changes, kept=side is after))


def _label(session: Session, plan: DevicePlan) -> str:
    if session.peer is not Peer.MSEE:
        return unit_of(session.origin).part.removeprefix("session ") or "core"
    neighbor = plan.facts.neighbors[session.neighbor]
    interface = carrier(plan.facts, neighbor)
    tags = "" if interface is None else f" · tags {interface.tags}"
    domain = DOMAIN_WORDS.get(str(session.domain), str(session.domain)).removesuffix(" peering")
    return f"{domain}{' IPv6' if session.family == 6 else ''}{tags}"


def _addresses(session: Session, plan: DevicePlan) -> str:
    neighbor = plan.facts.neighbors[session.neighbor]
    if session.peer is not Peer.MSEE:
        return str(neighbor.address)
    interface = carrier(plan.facts, neighbor)
    own = () if interface is None else (one.ip for one in interface.addresses if neighbor.address in one.network)
    return " – ".join(map(str, (*own, neighbor.address)))


def _state(session: Session, changes: list[Change], *, kept: bool) -> State:
    if not kept:
        return "removed"
    unit = unit_of(session.origin)
    mine = [one for one in changes if (one.circuit, one.domain) == (unit.circuit, unit.domain)]
    if not unit.domain:
        mine = [one for one in mine if one.subject == unit.subject]
    if any(session.neighbor in one.starts for one in mine):
        return "added"
    if any(session.neighbor in one.resets for one in changes):
        return "changed"
    circuit_wide = [one for one in changes if unit.circuit and one.circuit == unit.circuit and not one.domain]
    return "changed" if mine or circuit_wide else "same"


def _lane(x1: int, x2: int, y: int, link: _Link) -> Lane:
    middle = (x1 + x2) // 2
    word = _WORDS[link.state]
    return Lane(x1, x2, middle, y + 14, y + 8, y + 28, link.label, link.detail, link.state, word)


def _box(x: int, y: int, width: int, height: int, name: str, under: str, state: State) -> Box:
    middle = y + height // 2
    return Box(x, y, width, height, x + width // 2, middle - 2, _short(name), _short(under), middle + 14, state)


def _short(text: str) -> str:
    """Both ends of a name: what tells it from others may stand at either."""
    return text if len(text) <= 14 else f"{text[:8]}…{text[-5:]}"
