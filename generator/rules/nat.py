"""Source translation towards Microsoft: where it must be, where it must not, and its pools."""

from __future__ import annotations

from collections.abc import Iterator

from generator.inventory.intent import PeeringIntent
from generator.model.finding import Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import pools, registered, title
from generator.rules.prefix_space import is_documentation_space, kind_of_space, nested, reserved_space


@rule("INV-045", Severity.ERROR, source="ER-NAT-01")
def nat_on_private(peering: PeeringIntent) -> Iterator[Problem]:
    """There is no NAT on private peering.

    Why:
        VNets and on-premises networks see each other's own addresses there; Azure's routing depends on it.
    Fix:
        Remove nat here; translation for shared services belongs behind the peering, inside your network.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, nat: {pool: 198.41.1.0/28}}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29}
    """
    if peering.domain is Domain.PRIVATE and peering.spec.nat is not None:
        yield Problem(
            message=f"nat is set on the {title(peering)}, which takes no translation",
            path=(*peering.path, "nat"),
            fix="remove nat",
        )


@rule("INV-046", Severity.ERROR, source="ER-NAT-02 ER-NAT-03 ER-NAT-04 ER-NAT-05")
def nat_pool(peering: PeeringIntent) -> Iterator[Problem]:
    """A NAT pool is public, apart from the Internet's pool, and fits the design.

    Why:
        Microsoft takes only public source addresses.  A pool that the Internet edge uses as well brings answers back
        by the wrong way.  With per_router each router announces its own pool, with common both announce the same.
    Fix:
        Take a public pool of its own for ExpressRoute: one for both links with design common, two that do not
        overlap with per_router.
    Bad:
        internet: {pool: [198.41.1.0/28]}
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28}}
    Good:
        internet: {pool: [198.41.2.0/28]}
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, nat: {pool: 198.41.1.0/28}}
    """
    if peering.spec.nat is None or peering.domain is Domain.PRIVATE:
        return
    yield from _not_public(peering)
    yield from _design(peering)
    internet = peering.customer.spec.internet
    if internet is None or not internet.pool:
        return
    ours = pools(peering)
    for index, other in nested([prefix for _, _, prefix in ours], internet.pool):
        _, path, prefix = ours[index]
        yield Problem(
            message=f"NAT pool {prefix} shares addresses with the Internet's pool {internet.pool[other]}, "
            "separate pools were expected",
            path=path,
            fix="take a pool of its own for ExpressRoute",
            related=(Related((*peering.customer.path, "internet", "pool", other), note="the Internet's pool"),),
        )


def _not_public(peering: PeeringIntent) -> Iterator[Problem]:
    """Pools in reserved space, unless INV-040 says so of the same prefix already; and of IPv6, which needs none."""
    for _, path, prefix in pools(peering):
        if prefix.version != 4:
            yield Problem(
                message=f"NAT pool {prefix} is IPv6, a public IPv4 prefix was expected",
                path=path,
                fix="write an IPv4 pool; IPv6 hosts have public addresses of their own",
            )
        space = reserved_space(prefix)
        if space is None:
            continue
        said = {written for _, written in registered(peering)} | set(peering.spec.advertise or ())
        if prefix not in said:
            yield Problem(
                message=f"NAT pool {prefix} is in {kind_of_space(space)} {space}, public addresses were expected",
                path=path,
                fix="take a public prefix that is registered to you",
                lab=is_documentation_space(prefix),
            )


def _design(peering: PeeringIntent) -> Iterator[Problem]:
    """Pools that do not fit the design."""
    nat = peering.spec.nat
    assert nat is not None
    first, second = nat.pool.primary, nat.pool.secondary
    path = (*peering.path, "nat", "pool")
    if nat.design == "common":
        if first != second:
            yield Problem(
                message=f"NAT pools {first} and {second} differ, design common has one pool on both links",
                path=path,
                fix="write one pool, or design: per_router",
            )
    elif first.overlaps(second):
        yield Problem(
            message=f"NAT pools {first} and {second} share addresses, design per_router has a pool for each link",
            path=path,
            fix="write two pools that do not overlap, or design: common",
        )


@rule("INV-047", Severity.ERROR, source="ER-NAT-02")
def nat_missing(peering: PeeringIntent) -> Iterator[Problem]:
    """Private networks reach Microsoft's public services through NAT.

    Why:
        Packets with private sources are dropped at Microsoft's edge.  A session in the same domain beside Azure's,
        over which public prefixes come in, counts as somebody else's translation.
    Fix:
        Describe the translation (nat), or say public_servers: true where only hosts with public addresses use it.
    Bad:
        peerings:
          microsoft: {azure_vlan: 200, v4: 198.41.0.0/29, advertised_public_prefixes: [198.41.1.0/24]}
    Good:
        peerings:
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/24]
            nat: {pool: 198.41.1.0/24}
    """
    spec = peering.spec
    if peering.domain is Domain.PRIVATE or spec.nat is not None or spec.public_servers or spec.v4 is None:
        return
    if peering.ipsec is not None:
        return  # private networks are in the tunnels
    for attachment in peering.customer.attachments:
        if attachment.domain is peering.domain and attachment.accept:
            return
    for index, prefix in enumerate(peering.customer.spec.onprem):
        if prefix.version == 4 and prefix.prefixlen and reserved_space(prefix) is not None:
            yield Problem(
                message=f"{title(peering)} has no nat, and on-premises prefix {prefix} is not public",
                path=peering.path,
                fix="add nat with a public pool, or public_servers: true where no private address uses it",
                related=(Related((*peering.customer.path, "onprem", index), note="the private prefix"),),
                on_key=True,
            )
            return
