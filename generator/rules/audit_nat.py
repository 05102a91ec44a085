"""Audit: translation towards Microsoft."""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.finding import Severity
from generator.model.plan import Domain
from generator.readback.audited import AuditedRouter
from generator.readback.packet import overlap
from generator.rules.base import Problem, rule


@rule("AUD-028", Severity.ERROR, source="ER-NAT-01, ER-NAT-04")
def translation_apart(router: AuditedRouter) -> Iterator[Problem]:
    """Nothing is translated on private peering, and no pool serves the Internet and ExpressRoute.

    Why:
        Answers to a shared pool come back by whichever way Microsoft prefers, and the state is on the other one.
    Fix:
        A pool of its own for Microsoft peering; no translation on private peering.
    Bad:
        ip nat inside source list ALL pool SHARED overload
    Good:
        ip nat inside source list MS pool MS-POOL overload
    """
    facing = router.facing
    for name, one in router.facts.nat_rules.items():
        ours = [port for port in one.outside_interfaces if port in facing]
        private = [port for port in ours if any(edge.domain is Domain.PRIVATE for edge in facing[port])]
        if private:
            yield _nat(router, name, f"translation {name} leaves by interface {private[0]}, which is private peering")
        elsewhere = [port for port in one.outside_interfaces if port not in facing]
        for other, two in router.facts.nat_rules.items():
            alike = other != name and two.outside.version == one.outside.version
            if alike and overlap(two.outside, one.outside):
                elsewhere += [port for port in two.outside_interfaces if port not in facing]
        if ours and elsewhere:
            yield _nat(
                router,
                name,
                f"pool {one.outside} is used on interface {ours[0]} towards Microsoft and on {elsewhere[0]}, expected one each",
            )


@rule("AUD-028", Severity.ERROR, source="ER-NAT-03, SMP-E14")
def pools_are_announced(router: AuditedRouter) -> Iterator[Problem]:
    """The pool of a translation towards Microsoft is announced there.

    Why:
        Microsoft sends the answers to the pool; a pool that no announcement covers gets none.
    Fix:
        Let the outbound policy permit the pool's prefix, with its own length.
    Bad:
        route-filter 198.51.100.64/26 prefix-length-range /32-/32;
    Good:
        route-filter 198.51.100.64/26 exact;
    """
    for name, one in router.facts.nat_rules.items():
        for port in one.outside_interfaces:
            for edge in router.facing.get(port, ()):
                policy = edge.neighbor.export_policy
                if edge.domain is Domain.PRIVATE or policy not in router.facts.policies:
                    continue
                if edge.neighbor.family != one.outside.version:
                    continue
                chosen = router.policies.filter(policy, edge.neighbor.family, ())
                number, length = int(one.outside.network_address), one.outside.prefixlen
                width = one.outside.max_prefixlen
                if not any(
                    chosen.permits(number >> (width - size) << (width - size), size) for size in range(8, length + 1)
                ):
                    yield _nat(router, name, f"pool {one.outside} is not announced to {edge.name} (policy {policy})")


@rule("AUD-028", Severity.WARNING, source="SMP-E15")
def translation_names_its_sources(router: AuditedRouter) -> Iterator[Problem]:
    """A translation towards Microsoft names the sources that it is for.

    Why:
        A rule for 0.0.0.0/0 translates whatever is routed there, also what should never leave, and hides who it was.
    Fix:
        Name the networks at home that use Microsoft's services.
    Bad:
        match source-address 0.0.0.0/0;
    Good:
        match source-address 10.8.0.0/14;
    """
    for name, one in router.facts.nat_rules.items():
        anyone = not one.inside or any(not source.prefixlen for source in one.inside)
        if one.kind == "source" and anyone and not router.facing.keys().isdisjoint(one.outside_interfaces):
            yield _nat(router, name, f"translation {name} is for every source, expected the networks at home")


def _nat(router: AuditedRouter, name: str, message: str) -> Problem:
    return Problem(message=message, device=router.name, fact=("nat_rules", name))
