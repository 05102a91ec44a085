"""What must fit together in one circuit: who speaks BGP with Microsoft, families and prefixes, whose AS is prepended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent, Intent, PeeringIntent
from generator.inventory.models import Interlink
from generator.model.finding import Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.places import title

DIRECT_SPEEDS: Final = (10_000, 100_000)
"""Mb/s of the port pairs that ExpressRoute Direct is documented with (ER-CKT-06)."""


@rule("ER-CKT-17", Severity.ERROR, source="ER-CKT-17")
def provider_speaks_bgp(circuit: CircuitIntent) -> Iterator[Problem]:
    """The customer's own routers speak BGP with Microsoft only where the provider hands over layer 2.

    Why:
        On a layer-3 circuit the provider's routers hold the sessions with Microsoft.  A second speaker on
        the customer's side never comes up, and peerings set from both sides overwrite each other.
    Fix:
        Say layer: l2, or describe the provider's own routers instead (connect_through).
    Bad:
        model: connect_to
        asn: 65010
        circuits:
          alpha-ams: {layer: l3}
    Good:
        model: connect_to
        asn: 65010
        circuits:
          alpha-ams: {layer: l2}
    """
    if circuit.layer == "l3" and circuit.customer.model == "connect_to":
        written = circuit.spec.layer is not None
        yield Problem(
            message=f"circuit {circuit.name} is of layer l3, and its routers are the customer's own, layer l2 was expected",
            path=(*circuit.path, "layer") if written else circuit.path,
            fix="order a layer-2 hand-over, or leave the sessions to the provider",
        )


@rule("ER-CKT-07", Severity.WARNING, source="ER-CKT-07")
def direct_port_speed(intent: Intent) -> Iterator[Problem]:
    """A port of ExpressRoute Direct has 10 or 100 Gb/s.

    Why:
        No other size of port pair is documented; bandwidths are sold by the size of the port.
    Fix:
        Correct the port's speed_mbps, or the circuit's kind.
    Bad:
        circuits:
          alpha-ams: {kind: direct, bandwidth_mbps: 1000}
        routers:
          pe1: {ports: {TenGigabitEthernet0/1/0: {speed_mbps: 40000}}}
    Good:
        circuits:
          alpha-ams: {kind: direct, bandwidth_mbps: 1000}
        routers:
          pe1: {ports: {TenGigabitEthernet0/1/0: {speed_mbps: 10000}}}
    """
    places = {place: one for one in intent.circuits() if one.kind == "direct" for place in one.links.values()}
    for (name, port), circuit in places.items():
        known = intent.routers[name].ports.get(port)
        if known is not None and known.speed_mbps is not None and known.speed_mbps not in DIRECT_SPEEDS:
            yield Problem(
                message=f"port {port} of {name} has {known.speed_mbps} Mb/s, "
                "10000 or 100000 was expected under a Direct circuit",
                path=("routers", name, "ports", port, "speed_mbps"),
                related=(Related((*circuit.path, "kind")),),
            )


@rule("ER-RTE-10", Severity.ERROR, source="ER-RTE-10")
def family_has_prefixes(peering: PeeringIntent) -> Iterator[Problem]:
    """On Microsoft peering each family that has a session has prefixes of its own.

    Why:
        An IPv4 session needs advertised IPv4 prefixes and an IPv6 session IPv6 ones; Azure refuses a
        peering that has a session of a family and nothing registered for it.
    Fix:
        Register a prefix of that family, or take the family's link block away.
    Bad:
        microsoft: {azure_vlan: 200, v4: 20.0.0.0/29, v6: "2a01:1::/125", advertised_public_prefixes: [20.0.1.0/28]}
    Good:
        microsoft: {azure_vlan: 200, v4: 20.0.0.0/29, advertised_public_prefixes: [20.0.1.0/28]}
    """
    if peering.domain is not Domain.MICROSOFT:
        return
    announced = {prefix.version for prefixes in peering.announce.values() for prefix in prefixes}
    for family, there, key in ((4, peering.v4, "v4"), (6, peering.v6, "v6")):
        if there and family not in announced:
            yield Problem(
                message=f"the {title(peering)} has an IPv{family} session and announces no IPv{family} prefix, one was expected",
                path=(*peering.path, key),
                fix=f"add an IPv{family} prefix to advertised_public_prefixes, or remove {key}",
            )


@rule("ER-PATH-09", Severity.ERROR, source="ER-PATH-09, PLT-JUN-05")
def prepend_own_only(peering: PeeringIntent) -> Iterator[Problem]:
    """Only the own AS is prepended.

    Why:
        Another AS in front of the own one makes Microsoft's edge drop the route, as it does not begin with
        its neighbour's; 12076 makes it a loop.
    Fix:
        Leave prepend_asn out: the own AS is taken.
    Bad:
        private: {azure_vlan: 100, v4: 172.31.0.0/29, prepend: 2, prepend_asn: 12076}
    Good:
        private: {azure_vlan: 100, v4: 172.31.0.0/29, prepend: 2}
    """
    other = peering.spec.prepend_asn
    if other is not None and other != peering.asn:
        yield Problem(
            message=f"prepend_asn {other} is not the own AS {peering.asn} of the {title(peering)}, the own one was expected",
            path=(*peering.path, "prepend_asn"),
        )


@rule("ER-PATH-12", Severity.ERROR, source="ER-PATH-12")
def interlink_block(intent: Intent) -> Iterator[Problem]:
    """The block of the link between the two routers of a pair holds two addresses.

    Why:
        The routers take its first and second address, in every VRF; a larger block hides a mistake.
    Fix:
        Write a /30 or /31, and a /126 or /127, or leave it out: the built-in ones are used nowhere else.
    Bad:
        pairs:
          ams: {interlink: {v4: 10.0.0.0/8}}
    Good:
        pairs:
          ams: {interlink: {v4: 10.255.0.0/30}}
    """
    for name, pair in intent.inventory.pairs.items():
        if not isinstance(pair.interlink, Interlink):
            continue
        for key, block, sizes in (("v4", pair.interlink.v4, (4, 30, 31)), ("v6", pair.interlink.v6, (6, 126, 127))):
            if block is None:
                continue
            network = block.network
            fits = (block.version, network.prefixlen) in ((sizes[0], sizes[1]), (sizes[0], sizes[2]))
            if not fits or block.ip != network.network_address:
                yield Problem(
                    message=f"interlink {key} {block} of pair {name} is not a block of two addresses, "
                    f"a /{sizes[1]} or /{sizes[2]} without host bits was expected",
                    path=("pairs", name, "interlink", key),
                )
