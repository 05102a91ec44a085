"""Announced and accepted prefixes, asked of both ends and compared with the inventory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.inventory.intent import CircuitIntent
from generator.lab.edge.services import chosen_of, services_of
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow
from generator.lab.proofs.birds import refused, taken
from generator.lab.proofs.places import EdgeSession, edge_sessions, row
from generator.lab.recast import lab_support
from generator.model.address import Prefix, prefix_key
from generator.model.plan import Domain, Peer


def announced_as_planned(lab: Lab) -> ProofRow:
    """The edges took exactly what the inventory announces on each link, and had nothing to refuse."""
    wrong, total = [], 0
    for one in edge_sessions(lab):
        total += 1
        wanted = _of(one, one.one.peering.announce.get(one.edge.role, ()))
        found = taken(lab, one.edge.name, one.name, one.table)
        bad = refused(lab, one.edge.name, one.name, one.table)
        told = [*difference(wanted, found), *([f"refused {_list(bad)}"] if bad else [])]
        if told:
            wrong.append(f"{one}: {', '.join(told)}")
    return row("announced prefixes are exactly those planned", wrong, total, "sessions")


def accepted_as_planned(lab: Lab) -> ProofRow:
    """Each router has from Azure exactly what the inventory lets in: VNets, chosen services, what comes in tunnels."""
    expected = dict(_expected(lab))
    wrong, total = [], 0
    for name, device in lab.plan.devices.items():
        support = lab_support(device.platform)
        found = support.accepted(lab.run(name, support.routes, check=True).stdout, device)
        for session in device.sessions:
            if session.peer not in (Peer.MSEE, Peer.GATEWAY):
                continue
            total += 1
            wanted = expected.get((name, str(session.neighbor[1])))
            if wanted is None:
                wanted = frozenset(one for one in session.accept if one.version == session.family)
            told = list(difference(wanted, found.get(session.neighbor, frozenset())))
            if told:
                wrong.append(f"{name} from {session.neighbor[1]}: {', '.join(told)}")
    return row("accepted prefixes are exactly those planned", wrong, total, "sessions")


def _expected(lab: Lab) -> Iterator[tuple[tuple[str, str], frozenset[Prefix]]]:
    """Where a prefix list cannot say it: services by their communities; by router and Microsoft's address."""
    for one in edge_sessions(lab):
        if one.one.peering.domain is Domain.PRIVATE:
            continue
        everything = one.one.peering.domain is Domain.PUBLIC
        chosen = chosen_of(lab_circuit(lab, one)) if not everything else frozenset()
        services = services_of(one.edge.circuit)
        prefixes = [
            prefix for service in services if everything or service.community in chosen for prefix in service.prefixes
        ]
        yield (one.one.router, str(one.link.own.ip)), frozenset(_of(one, prefixes))


def lab_circuit(lab: Lab, one: EdgeSession) -> CircuitIntent:
    """The circuit as the routers were planned, which may not be what was entered in Azure."""
    return next(circuit for circuit in lab.intent.circuits() if circuit.name == one.edge.circuit.name)


def _of(one: EdgeSession, prefixes: Iterable[Prefix]) -> frozenset[Prefix]:
    return frozenset(prefix for prefix in prefixes if prefix.version == one.family)


def difference(wanted: frozenset[Prefix], found: frozenset[Prefix]) -> Iterator[str]:
    """``without 10.0.0.0/16``, ``also 10.9.0.0/16``."""
    if wanted - found:
        yield f"without {_list(wanted - found)}"
    if found - wanted:
        yield f"also {_list(found - wanted)}"


def _list(prefixes: Iterable[Prefix]) -> str:
    texts = [str(one) for one in sorted(prefixes, key=prefix_key)]
    return " ".join(texts[:6]) + (f" and {len(texts) - 6} more" if len(texts) > 6 else "")
