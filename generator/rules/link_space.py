"""Link blocks of Microsoft and public peering: public space, each once."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import Intent, PeeringIntent
from generator.model.address import LinkAddress
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.addressing import written_blocks
from generator.rules.base import Problem, rule
from generator.rules.places import title
from generator.rules.prefix_space import is_documentation_space, kind_of_space, reserved_space


@rule("INV-015", Severity.ERROR, source="ER-ADDR-07")
def public_link_block(peering: PeeringIntent) -> Iterator[Problem]:
    """The link block of Microsoft or public peering is public space.

    Why:
        Microsoft reaches these addresses over the Internet's address plan: they must be registered to you or to
        your provider.  Private, shared, link-local and documentation space is refused.
    Fix:
        Take a /29 (or /125) of your own public space.  In a lab, documentation space with ``meta.lab: true``.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 172.16.0.0/29}
    Good:
        peerings:
          microsoft: {azure_vlan: 200, v4: 20.30.40.0/29}
    """
    if peering.domain is Domain.PRIVATE:
        return
    for path, family, _, link in written_blocks(peering.path, peering.spec):
        space = reserved_space(link.network)
        if space is not None:
            yield Problem(
                message=f"v{family} {link} of the {title(peering)} is {kind_of_space(space)}, expected public addresses of your own",
                path=path,
                lab=is_documentation_space(link.network),
            )


@rule("INV-016", Severity.ERROR, source="ER-ADDR-08")
def unique_link_block(intent: Intent) -> Iterator[Problem]:
    """A link block of Microsoft or public peering is used once in the inventory.

    Why:
        These addresses are public: Microsoft routes each block to one peering of one circuit only.
    Fix:
        Give each peering a block of its own.
    Bad:
        v4: 203.0.113.0/29      # of two Microsoft peerings
    Good:
        v4: 203.0.113.8/29      # of the second of them
    """
    used: list[tuple[int, int, int, int, LinkAddress, DataPath, PeeringIntent]] = []
    for peering in intent.peerings():
        if peering.domain is not Domain.PRIVATE:
            for path, _, _, link in written_blocks(peering.path, peering.spec):
                network = link.network
                first, last = int(network.network_address), int(network.broadcast_address)
                used.append((network.version, first, last, len(used), link, path, peering))
    used.sort(key=lambda one: one[:4])
    before = None
    for one in used:
        version, first, last, _, link, path, peering = one
        if before is None or version != before[0] or first > before[2]:
            before = one
            continue
        if peering is not before[6]:
            yield Problem(
                message=f"{link} of the {title(peering)} is already used by the {title(before[6])}, expected another block",
                path=path,
                related=(Related(before[5]),),
            )
        if last > before[2]:
            before = one
