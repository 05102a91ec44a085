"""VLAN tags on ports: each once."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import AttachmentIntent, CircuitIntent, Intent, PeeringIntent
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Role
from generator.model.vlan import Tags
from generator.rules.base import Problem, rule
from generator.rules.places import title
from generator.rules.vlan import as_written, tag_typed

Holder = PeeringIntent | AttachmentIntent
"""What has tags on a port."""


@rule("INV-022", Severity.ERROR, source="ER-VLAN-06 ER-VLAN-01")
def tag_unique_on_port(intent: Intent) -> Iterator[Problem]:
    """A tag is used once on a port.

    Why:
        Without an outer tag, as on ExpressRoute Direct with dot1q, the one tag must tell apart all peerings of all
        circuits of the port pair.  The same holds for the sessions of customers on a common port.
    Fix:
        Choose another VLAN id for one of them, or hand-off with two tags.
    Bad:
        handoff: dot1q
        peerings:
          private: {azure_vlan: 310, v4: 172.31.0.0/29}     # another circuit of the port has 310 too
    Good:
        handoff: dot1q
        peerings:
          private: {azure_vlan: 311, v4: 172.31.0.0/29}
    """
    used: dict[tuple[str, str, Tags], Holder] = {}
    said: set[DataPath] = set()
    for customer in intent.customers:
        holders: list[Holder] = [*customer.peerings(), *customer.attachments]
        for holder in holders:
            for role, end in holder.ends.items():
                if end.tags is None:
                    continue
                first = used.setdefault((end.router, end.port, end.tags), holder)
                if first is holder and not _same_port(holder, role):
                    continue
                path = _tag_place(holder, role)
                if path not in said and not _said_elsewhere(first, holder):
                    said.add(path)
                    yield Problem(
                        message=(
                            f"VLAN {end.tags} on {end.router} {end.port} is already used by "
                            f"the {_name(first) if first is not holder else 'other link'}, "
                            "expected another one"
                        ),
                        path=path,
                        related=() if first is holder else (Related(_tag_place(first, role)),),
                    )


def _same_port(holder: Holder, role: Role) -> bool:
    """Whether the secondary end has router, port and tags of the primary."""
    if role is Role.PRIMARY or Role.PRIMARY not in holder.ends:
        return False
    one, two = holder.ends[Role.PRIMARY], holder.ends[role]
    return (one.router, one.port, one.tags) == (two.router, two.port, two.tags)


def _name(holder: Holder) -> str:
    if isinstance(holder, PeeringIntent):
        return title(holder)
    return f"session {holder.name} of customer {holder.path[1]}"


def _tag_place(holder: Holder, role: Role) -> DataPath:
    if isinstance(holder, PeeringIntent):
        wired = tag_typed(holder.spec, role) is not None
        return (*holder.path, "links", role.value, "wire_vlan") if wired else (*holder.path, "azure_vlan")
    for path, _, roles in as_written((*holder.path, "vlan"), holder.spec.vlan):
        if role in roles:
            return path
    return holder.path


def _said_elsewhere(first: Holder, second: Holder) -> bool:
    """INV-021 finds two peerings of a circuit with one VLAN id, INV-023 two circuits with one S-tag."""
    if not isinstance(first, PeeringIntent) or not isinstance(second, PeeringIntent):
        return False
    if first.circuit is second.circuit and first is not second and first.spec.azure_vlan == second.spec.azure_vlan:
        return True
    return (
        first.circuit.handoff == "qinq"
        and second.circuit.handoff == "qinq"
        and (first.circuit is not second.circuit or first is second)
    )


@rule("INV-023", Severity.ERROR, source="ER-VLAN-03 ER-VLAN-10")
def s_tag_unique(intent: Intent) -> Iterator[Problem]:
    """The S-tag of a circuit is used once on a port, and is the one that Azure assigned.

    Why:
        The outer tag says which circuit a frame belongs to.  Azure assigns it when the circuit is made and never
        changes it; on one port there cannot be two circuits with the same.
    Fix:
        Write the S-tag that Azure, or the provider, names for this circuit and link.
    Bad:
        s_tag: 101      # another circuit of the port has 101 too
    Good:
        s_tag: 102
    """
    used: dict[tuple[str, str, int], tuple[CircuitIntent, DataPath]] = {}
    for circuit in intent.circuits():
        if circuit.handoff != "qinq" or circuit.spec.s_tag is None:
            continue
        written = as_written((*circuit.path, "s_tag"), circuit.spec.s_tag)
        yield from _not_azures(circuit, [value for _, value, _ in written])
        for path, value, roles in written:
            clash = None
            for role in roles:
                if role in circuit.links:
                    router, port = circuit.links[role]
                    holder = used.setdefault((router, port, value), (circuit, (*path, role.value)))
                    if holder != (circuit, (*path, role.value)) and clash is None:
                        clash = (router, port, holder[0])
            if clash is not None:
                router, port, first = clash
                whose = f"circuit {first.name}" if first is not circuit else "the other link of the circuit"
                yield Problem(
                    message=f"s_tag {value} of circuit {circuit.name} is already used by {whose} on {router} {port}",
                    path=path,
                    related=() if first is circuit else (Related((*first.path, "s_tag")),),
                )


def _not_azures(circuit: CircuitIntent, values: list[int]) -> Iterator[Problem]:
    """A point-to-point provider may have a tag of its own on one link, so one of the two must be Azure's."""
    azure = None if circuit.spec.azure is None else circuit.spec.azure.s_tag
    if azure is not None and azure not in values:
        said = " and ".join(map(str, values))
        yield Problem(
            message=f"s_tag {said} of circuit {circuit.name} is not the {azure} that Azure assigned",
            path=(*circuit.path, "s_tag"),
            fix=f"write s_tag: {azure}",
            related=(Related((*circuit.path, "azure", "s_tag")),),
        )
