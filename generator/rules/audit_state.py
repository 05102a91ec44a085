"""Audit: what acts otherwise than it reads, lines that no router takes, and sessions that should not be there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.model.finding import Severity
from generator.model.plan import Peer
from generator.model.vlan import QinQ
from generator.readback.audited import AuditedRouter, Edge
from generator.rules.base import Problem, rule


@rule("AUD-001", Severity.WARNING, source="PLT-JUN-11")
def switched_off_first(router: AuditedRouter) -> Iterator[Problem]:
    """What is switched off is left out before anything else is judged, and said.

    Why:
        An inactive or shut down neighbour reads like a working one.  Whoever counts it takes the second link for
        there.  Groups that are applied but not in the text would add statements that nobody has seen.
    Fix:
        Switch it on, or remove it; save the config with its groups.
    Bad:
        inactive: neighbor 172.31.0.18 { ... }
        neighbor 172.31.0.18 shutdown
    Good:
        neighbor 172.31.0.18 { ... }
    """
    for one in router.microsoft:
        interface, _ = router.connected(one)
        if not one.enabled or (interface is not None and not interface.enabled):
            what = (
                "is shut down"
                if not one.enabled
                else f"is on interface {interface.name if interface else ''}, which is shut down"
            )
            yield Problem(
                message=f"neighbor {one.address} (AS {one.remote_as}, IPv{one.family}) {what}, so no other rule counts it",
                device=router.name,
                fact=("neighbors", one.key),
            )
        elif not one.activated:
            yield Problem(
                message=f"neighbor {one.address} (AS {one.remote_as}) is not activated for IPv{one.family}, so no other "
                "rule counts it",
                device=router.name,
                fact=("neighbors", one.key),
            )
    for mark in router.marks("switched-off"):
        yield Problem(
            message=f"inactive statement {mark.detail!r}, so no other rule counts it",
            device=router.name,
            place=(mark.file, mark.line),
        )
    for mark in router.marks("unresolved"):
        yield Problem(
            message=f"{mark.detail}: the statements that it would bring are not judged, expected all of them in the text",
            device=router.name,
            place=(mark.file, mark.line),
            severity=Severity.ERROR,
        )


@rule("PAIR-001", Severity.ERROR, source="SMP-E01, SMP-E02, SMP-E03, SMP-E05, SMP-E06, SMP-E08")
def line_is_taken(router: AuditedRouter) -> Iterator[Problem]:
    """No line is one that the router itself would refuse.

    Why:
        Such a line is in a file that somebody prepared, not in one that a router printed: pasted, it is refused, and
        what depends on it does not work.  Lines that are merely unknown are counted and passed over.
    Fix:
        Correct the line.
    Bad:
        ip address 172.31.0.17255.255.255.252
    Good:
        ip address 172.31.0.17 255.255.255.252
    """
    for mark in router.marks("refused"):
        yield Problem(
            message=f"a line that cannot be taken: {mark.detail}", device=router.name, place=(mark.file, mark.line)
        )
    for line in router.broken:
        yield Problem(
            message=f"the text is broken here: {line.reason or 'not understood'}",
            device=router.name,
            place=(line.file, line.line),
        )


@rule("PAIR-001", Severity.WARNING, source="SMP-E03")
def lines_in_order(router: AuditedRouter) -> Iterator[Problem]:
    """Lines stand in the order that the router needs.

    Why:
        The encapsulation resets what stands on a subinterface before it.
    Fix:
        Put the encapsulation first.
    Bad:
        bfd interval 300 min_rx 300 multiplier 3
        encapsulation dot1Q 100
    Good:
        encapsulation dot1Q 100
        bfd interval 300 min_rx 300 multiplier 3
    """
    for line in router.result.unrecognised:
        if "ahead of" in line.reason or "is wiped" in line.reason:
            yield Problem(message=line.reason, device=router.name, place=(line.file, line.line))


@rule("AUD-002", Severity.ERROR, source="ER-PEER-03")
def sessions_as_in_inventory(router: AuditedRouter) -> Iterator[Problem]:
    """The sessions with Microsoft are those of the inventory.

    Why:
        A session that the inventory does not know carries routes that nobody planned, mostly for a customer who
        left.  One that the router does not have is half of a peering.
    Fix:
        Remove the leftover, or describe it in the inventory; bring the missing session onto the router.
    Bad:
        neighbor 172.31.0.30 remote-as 12076
    Good:
        ! only the neighbors of the inventory
    """
    if router.plan is None:
        return
    found = {one.key for one in router.microsoft}
    for one in router.microsoft:
        if one.key not in router.planned:
            vrf = f" in VRF {one.vrf}" if one.vrf else ""
            yield Problem(
                message=f"neighbor {one.address}{vrf} (AS {one.remote_as}, IPv{one.family}) is not in the inventory",
                device=router.name,
                fact=("neighbors", one.key),
            )
    for session in router.plan.sessions:
        if session.peer is Peer.MSEE and session.neighbor not in found:
            vrf, address, family = session.neighbor
            yield Problem(
                message=f"{session.circuit} {session.domain}: neighbor {address}"
                f"{f' in VRF {vrf}' if vrf else ''} (IPv{family}) is not on {router.name}",
                path=session.origin,
                device=router.name,
            )


@rule("AUD-003", Severity.WARNING, source="ER-PEER-02")
def no_public_peering(router: AuditedRouter) -> Iterator[Problem]:
    """Nothing of a public peering is left.

    Why:
        Microsoft retired public peering on 31 March 2024.  What is left of it is a session that stays down, and an
        interface with public addresses that nobody watches.
    Fix:
        Remove the session, its interface, its policies and its translation; use Microsoft peering.
    Bad:
        description Azure public peering
    Good:
        ! private and Microsoft peering only
    """
    by_circuit: dict[object, list[Edge]] = {}
    for edge in router.edges:
        interface = edge.interface
        if _PUBLIC.search(f"{edge.neighbor.description} {interface.description if interface else ''}"):
            yield _public(router, edge, "is described as public peering")
        elif interface is not None and isinstance(interface.tags, QinQ):
            port = interface.name.partition(".")[0]
            by_circuit.setdefault((port, interface.tags.outer, edge.neighbor.family), []).append(edge)
    for edges in by_circuit.values():
        for edge in edges[2:]:
            yield _public(router, edge, f"is the third session of circuit tag {edges[0].interface.tags.outer}")  # type: ignore[union-attr]


_PUBLIC: Final = re.compile(r"\bpublic\b", re.IGNORECASE)


def _public(router: AuditedRouter, edge: Edge, why: str) -> Problem:
    return Problem(
        message=f"{edge.name} {why}, which Microsoft retired in 2024",
        device=router.name,
        fact=("neighbors", edge.neighbor.key),
    )
