"""What leaves towards Microsoft: exactly the intended prefixes, anchored, and the same on both links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from generator.model.address import RFC1918
from generator.model.asn import MICROSOFT
from generator.model.facts import Family
from generator.model.finding import Severity
from generator.model.plan import Session
from generator.readback.evidence import DeviceEvidence, Link, PairEvidence
from generator.readback.prefix_match import WIDTH, Region, network_of, region_of, region_text
from generator.rules.base import Problem, rule
from generator.rules.pair_sessions import about

if TYPE_CHECKING:
    from netaddr import IPSet

SHOWN: Final = 5
"""How many prefixes a message lists."""

_PRIVATE: Final = tuple((region_of(one)[0], one.prefixlen) for one in RFC1918)
_THROUGH_MICROSOFT: Final = ((MICROSOFT,), (64512, MICROSOFT))
"""Paths of routes that Microsoft already has: from this edge, and through another network."""


def listed(regions: list[Region], family: int) -> str:
    """The first few regions as text."""
    texts = [region_text(one, 32 if family == 4 else 128) for one in regions[:SHOWN]]
    rest = len(regions) - SHOWN
    return ", ".join(texts) + (f" and {rest} more" if rest > 0 else "")


@rule("PAIR-009", Severity.ERROR, source="ER-RTE-06, ER-RTE-07, ER-RTE-09, ER-NAT-03")
def announces_the_intended(device: DeviceEvidence) -> Iterator[Problem]:
    """The outbound policy lets through exactly the intended prefixes.

    Why:
        Azure sends traffic for whatever is announced, and on Microsoft peering drops what is not
        registered.  What is meant to be announced and does not pass is unreachable.
    Fix:
        Make the prefix list equal to the peering's announced prefixes.
    Bad:
        ip prefix-list CHARLIE-OUT permit 0.0.0.0/0 le 32
    Good:
        ip prefix-list CHARLIE-OUT permit 10.0.0.0/16
    """
    for link, neighbor in device.live:
        if not neighbor.export_policy:
            continue
        announced = device.announced(link)
        family = link.session.family
        if announced.excess:
            message = f"{link.name}: policy {neighbor.export_policy} lets out {listed(announced.excess, family)}"
            yield about(device, link.session, f"{message}, expected {_wanted(link.session)}")
        if announced.lacking:
            message = f"{link.name}: policy {neighbor.export_policy} does not let out"
            yield about(device, link.session, f"{message} {listed(announced.lacking, family)}, expected it to")


def _wanted(session: Session) -> str:
    if not session.announce:
        return "nothing"
    return f"only {listed([region_of(one) for one in session.announce], session.family)}"


@rule("PAIR-010", Severity.ERROR, source="ER-RTE-14, ER-RTE-06, ER-RTE-07")
def announces_nothing_foreign(device: DeviceEvidence) -> Iterator[Problem]:
    """The outbound policy rejects the default route, private space, Microsoft's own routes and other customers' prefixes.

    Why:
        ExpressRoute is not a transit network.  A default route pulls all of a VNet's traffic here,
        private space is refused on Microsoft peering, and another customer's prefix is a leak.
    Fix:
        Deny paths with 12076 first, then permit only the peering's own prefixes.
    Bad:
        route-map CHARLIE-OUT permit 10
    Good:
        route-map CHARLIE-OUT deny 10
         match as-path THROUGH-MSEE
        route-map CHARLIE-OUT permit 20
         match ip address prefix-list CHARLIE-OUT
    """
    for link, neighbor in device.live:
        name = neighbor.export_policy
        if not name:
            continue
        for what in _foreign(device, link):
            yield about(device, link.session, f"{link.name}: policy {name} lets out {what}, expected it to be rejected")
        for path in _THROUGH_MICROSOFT:
            leaking = device.policies.filter(name, link.session.family, path).permitted()
            if leaking:
                message = f"{link.name}: policy {name} lets out {listed(sorted(leaking), link.session.family)}"
                through = " ".join(map(str, path))
                yield about(device, link.session, f"{message} with AS path {through}, expected it to be rejected")
                break


def _foreign(device: DeviceEvidence, link: Link) -> Iterator[str]:
    """What passes of the probes.  The policy was proved to let out the intended prefixes only, or it is asked."""
    session = link.session
    width = WIDTH[session.family]
    announced = device.announced(link)
    excess = announced.excess
    planned = {region_of(one)[:2] for one in session.announce}
    if link.public:
        passing = planned.difference([one[:2] for one in announced.lacking])
        for region in (*sorted((*one, one[1], one[1]) for one in passing), *excess):
            if region[1] == 0 == region[3] or (width == 32 and _private(region)):
                yield region_text(region, width)
    if not excess:
        return
    filters = device.outbound(link)
    probes: dict[tuple[int, int], str] = {(0, 0): ""}
    if link.public and width == 32 and not any(_private(one) for one in excess):
        probes.update(dict.fromkeys(((one, length) for one, length in _PRIVATE), ""))
        probes[(10 << 24 | 9 << 16 | 9 << 8, 24)] = ""
    for other in device.plan.sessions:
        if other.customer != session.customer and other.family == session.family:
            for prefix in other.announce:
                probes.setdefault(region_of(prefix)[:2], f" of {other.customer}")
    for (address, length), whose in probes.items():
        if (address, length) not in planned and any(one.permits(address, length) for one in filters):
            yield region_text((address, length, length, length), width) + whose


def _private(region: Region) -> bool:
    return any(_within(region[0], region[1], *one) for one in _PRIVATE)


def _within(address: int, length: int, network: int, network_length: int) -> bool:
    shift = 32 - network_length
    return length >= network_length and address >> shift == network >> shift


@rule("PAIR-015", Severity.WARNING, source="ER-BGP-14, ER-NAT-05")
def same_on_both_links(pair: PairEvidence) -> Iterator[Problem]:
    """Both links announce the same prefixes.

    Why:
        What only one link announces is unreachable when that link is down.
    Fix:
        Announce the same set on both, or say in the inventory why not (different_announcements).
    Bad:
        ! pe1
        ip prefix-list MS-OUT permit 203.0.113.64/28
        ! pe2
        ip prefix-list MS-OUT permit 203.0.113.80/28
    Good:
        ! pe1 and pe2
        ip prefix-list MS-OUT permit 203.0.113.64/27
    """
    live = pair.live
    if live is None or pair.secondary is None or not pair.pair.same_announcements:
        return
    first, second = pair.primary.announced(live[0]).regions, pair.secondary.announced(live[1]).regions
    if first == second:
        return
    family = pair.pair.family
    words = [
        f"{name} alone announces {listed(sorted(regions), family)}"
        for name, regions in ((pair.primary.name, first - second), (pair.secondary.name, second - first))
        if regions
    ]
    message = f"{pair.title}: {' and '.join(words)}"
    if _addresses(first, family) == _addresses(second, family):
        message += "; both mean the same addresses, and the longer prefixes take all the traffic"
    yield about(pair.secondary, live[1].session, f"{message}, expected the same on both links")


def _addresses(regions: Iterable[Region], family: Family) -> IPSet:
    """The addresses that prefixes cover, however they are cut."""
    from netaddr import IPNetwork, IPSet

    return IPSet([IPNetwork(str(network_of(region, WIDTH[family]))) for region in regions])


@rule("PAIR-016", Severity.ERROR, source="ER-RTE-18")
def originated_prefixes_are_anchored(device: DeviceEvidence) -> Iterator[Problem]:
    """Each prefix that a router originates has a route with the same mask.

    Why:
        BGP announces a configured network only while exactly that route exists.  For a NAT pool or an
        aggregate there is none, unless a route to nowhere is put there.
    Fix:
        Add a static route to Null0 (discard, blackhole) for the prefix in its VRF.
    Bad:
        network 203.0.113.64 mask 255.255.255.240
    Good:
        ip route vrf CHARLIE-MS 203.0.113.64 255.255.255.240 Null0
        network 203.0.113.64 mask 255.255.255.240
    """
    facts, planned = device.facts, device.plan.facts.bgp
    routes: set[tuple[str, int, int, int]] | None = None
    for vrf, bgp in facts.bgp.items():
        intended = planned.get(vrf)
        networks = bgp.networks or (intended.networks if intended is not None else ())
        for network in networks:
            if routes is None:
                routes = {
                    (one.vrf, one.prefix.version, *region_of(one.prefix)[:2]) for one in facts.static_routes.values()
                }
            address, length = region_of(network)[:2]
            if (vrf, network.version, address, length) in routes:
                continue
            if (vrf, network.version, length, address) in device.connected:
                continue
            where = f" in VRF {vrf}" if vrf else ""
            yield Problem(
                message=f"{network} is originated{where} without a route of its own, expected a static route to nowhere",
                path=device.plan.origins.get(("bgp", vrf), ()),
                device=device.name,
                fact=("bgp", vrf),
            )
