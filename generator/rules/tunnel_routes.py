"""What passes in the tunnels and what beside them: prefixes, selectors, packet sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory import overhead
from generator.inventory.security import SelectorSpec
from generator.model.address import Prefix
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.rules.base import Problem, rule
from generator.rules.tunnelled import TunnelledPeering, inside

MOST_SELECTORS: Final = 100
"""Quick-mode SAs of one tunnel (IPS-PROP-07)."""
GATEWAY_LIMIT: Final = 1400
"""Bytes of the largest packet that is documented to pass a VNet gateway (ER-MTU-02)."""
MOST_PREFIXES: Final = 4000
"""From one peer (IPS-BGP-09)."""
SHOWN: Final = 3
"""Pairs that are missing which a message names."""


@rule("IPS-TR-03", Severity.ERROR, source="IPS-TR-03")
def in_clear_too(one: TunnelledPeering) -> Iterator[Problem]:
    """No prefix is announced both inside the tunnels and in clear beside them.

    Why:
        Of two equal routes Azure takes ExpressRoute's: what was to be encrypted comes in clear.
    Fix:
        Keep a prefix in one of the two lists; a more specific one in the tunnel beside an aggregate in clear is fine.
    Bad:
        ipsec: {clear: [10.0.0.0/16]}
    Good:
        ipsec: {clear: [10.9.0.0/24]}
    """
    if one.peering.domain is not Domain.PRIVATE:
        return
    both = {prefix for prefixes in one.peering.announce.values() for prefix in prefixes} & set(one.ipsec.announce)
    for prefix in sorted(both, key=str):
        path = _place(one, prefix)
        yield Problem(
            message=f"prefix {prefix} is announced in clear and in the tunnels of the {one.title}, and would come in clear",
            path=path,
            fix="take it out of one of the two",
            related=(Related(_encrypted(one, prefix), note="announced in the tunnels"),),
            on_key=path == one.path,
        )


def _place(one: TunnelledPeering, prefix: Prefix) -> DataPath:
    """Where a prefix that leaves in clear is written."""
    spec, advertise = one.ipsec.spec, one.peering.spec.advertise
    if prefix in spec.clear:
        return (*one.path, "clear", spec.clear.index(prefix))
    if advertise is not None and prefix in advertise:
        return (*one.peering.path, "advertise", advertise.index(prefix))
    for _, path, source in one.sources():
        if inside(source, prefix):
            return path
    return one.path


def _encrypted(one: TunnelledPeering, prefix: Prefix) -> DataPath:
    """Where a prefix that leaves in the tunnels is written."""
    advertise, onprem = one.ipsec.spec.advertise, one.peering.customer.spec.onprem
    if advertise is not None:
        return (*one.path, "advertise", advertise.index(prefix)) if prefix in advertise else (*one.path, "advertise")
    path = (*one.peering.customer.path, "onprem")
    return (*path, onprem.index(prefix)) if prefix in onprem else path


@rule("IPS-TUN-03", Severity.WARNING, source="IPS-TUN-03 ER-MTU-01")
def segment_size(one: TunnelledPeering) -> Iterator[Problem]:
    """TCP segments are small enough for the tunnel, and the outer packets for the link.

    Why:
        Microsoft advises a segment size of at most 1,350 bytes.  What does not fit is split or lost, and a connection
        that works until the first large packet is hard to find.
    Fix:
        Leave mss out: it follows from path_mtu and the policy.
    Bad:
        ipsec: {mss: 1380}
    Good:
        ipsec: {mss: 1300}
    """
    ipsec = one.ipsec
    fits = ipsec.mtu - overhead.TCP_IP
    if ipsec.mss > overhead.ADVISED_MSS:
        yield Problem(
            message=f"mss {ipsec.mss} is above Microsoft's advice, at most {overhead.ADVISED_MSS} was expected",
            path=(*one.path, "mss"),
            fix=f"remove mss to get {min(overhead.ADVISED_MSS, fits)}",
        )
    elif ipsec.mss > fits:
        yield Problem(
            message=f"mss {ipsec.mss} does not fit into the tunnel's MTU of {ipsec.mtu}, at most {fits} was expected",
            path=(*one.path, "mss"),
            fix=f"remove mss to get {min(overhead.ADVISED_MSS, fits)}",
        )
    link = min((end.settings.mtu for end in one.peering.ends.values()), default=ipsec.path_mtu)
    if ipsec.path_mtu > link:
        yield Problem(
            message=f"path_mtu {ipsec.path_mtu} is above the link's MTU of {link}, at most that was expected",
            path=(*one.path, "path_mtu") if ipsec.spec.path_mtu is not None else one.path,
            fix="remove path_mtu" if ipsec.spec.path_mtu is not None else f"add path_mtu: {link}",
        )


@rule("IPS-TUN-05", Severity.WARNING, source="IPS-TUN-05 ER-MTU-02")
def outer_size(one: TunnelledPeering) -> Iterator[Problem]:
    """Over private peering the outer packets are at most 1,400 bytes.

    Why:
        ExpressRoute gateways are documented to take packets of up to 1,400 bytes and no fragments.  Whether that holds
        for packets addressed to a VPN gateway behind them is not: with 1,500 try large transfers before you rely on it.
    Fix:
        Write path_mtu: 1400, from which MTU and segment size of the tunnels follow; or try it, and accept this.
    Bad:
        ipsec: {path_mtu: 1500}
    Good:
        ipsec: {path_mtu: 1400}
    """
    ipsec = one.ipsec
    if one.peering.domain is not Domain.PRIVATE or ipsec.path_mtu <= GATEWAY_LIMIT:
        return
    natted = ipsec.spec.nat_traversal
    size = overhead.outer_size(ipsec.mtu, ipsec.crypto, nat_traversal=natted)
    if size > GATEWAY_LIMIT:
        safe = overhead.tunnel_mss(GATEWAY_LIMIT, ipsec.crypto, nat_traversal=natted)
        segment = overhead.outer_size(ipsec.mss + overhead.TCP_IP, ipsec.crypto, nat_traversal=natted)
        yield Problem(
            message=f"mss {ipsec.mss} of the {one.title} is kept, and makes outer packets of {segment} bytes, "
            f"a full packet of {ipsec.mtu} one of {size}; at most {GATEWAY_LIMIT} may pass Azure's gateway",
            path=(*one.path, "path_mtu") if ipsec.spec.path_mtu is not None else one.path,
            fix=f"write path_mtu: {GATEWAY_LIMIT}, which makes mss {safe}; or try large transfers, and accept this",
            on_key=ipsec.spec.path_mtu is None,
        )


@rule("IPS-BGP-09", Severity.ERROR, source="IPS-BGP-09")
def prefixes_in_tunnel(one: TunnelledPeering) -> Iterator[Problem]:
    """No more prefixes are announced in a tunnel than the gateway takes.

    Why:
        A VPN gateway takes 4,000 prefixes from a peer, and drops the session above.
    Fix:
        Announce aggregates.
    Bad:
        ipsec: {advertise: [10.0.0.0/24, 10.0.2.0/24]}  # and 3,999 more
    Good:
        ipsec: {advertise: [10.0.0.0/16]}
    """
    count = len(one.ipsec.announce)
    if count > MOST_PREFIXES:
        written = one.ipsec.spec.advertise is not None
        yield Problem(
            message=f"{one.title} announces {count} prefixes in each tunnel, a gateway takes at most {MOST_PREFIXES}",
            path=(*one.path, "advertise") if written else (*one.peering.customer.path, "onprem"),
        )


@rule("IPS-PROP-07", Severity.ERROR, source="IPS-PROP-07")
def selector_count(one: TunnelledPeering) -> Iterator[Problem]:
    """A tunnel has at most 100 traffic selectors.

    Why:
        Azure's gateway keeps 100 quick-mode SAs for a tunnel; each pair of prefixes is one.
    Fix:
        Write larger prefixes, or none at all: route-based tunnels need one pair.
    Bad:
        ipsec: {selectors: [{local: 10.0.0.0/24, remote: 10.60.0.0/16}]}  # and 100 more
    Good:
        ipsec: {selectors: [{local: 10.0.0.0/16, remote: 10.60.0.0/16}]}
    """
    count = len(one.ipsec.spec.selectors)
    if count > MOST_SELECTORS:
        yield Problem(
            message=f"{one.title} has {count} selectors, Azure keeps {MOST_SELECTORS} for a tunnel",
            path=(*one.path, "selectors", MOST_SELECTORS),
            fix="write larger prefixes",
        )


@rule("IPS-POL-10", Severity.ERROR, source="IPS-POL-10")
def selectors_complete(one: TunnelledPeering) -> Iterator[Problem]:
    """Selectors cover every pair of a prefix at home and one in Azure, and each is of one family.

    Why:
        A packet that no selector covers does not pass the tunnel, although a route leads into it.
    Fix:
        Write a selector for each pair, or one that covers several.
    Bad:
        ipsec: {selectors: [{local: 10.0.0.0/24, remote: 10.60.0.0/16}]}
    Good:
        ipsec: {selectors: [{local: 10.0.0.0/16, remote: 10.60.0.0/16}]}
    """
    selectors = one.ipsec.spec.selectors
    path = (*one.path, "selectors")
    for at, selector in enumerate(selectors):
        if selector.local.version != selector.remote.version:
            yield Problem(
                message=f"selector from {selector.local} to {selector.remote} is of two families, one was expected",
                path=(*path, at),
                fix="write both of one family",
            )
    missing = _uncovered(selectors, one.ipsec.announce, one.ipsec.accept) if selectors else []
    if missing:
        named = ", ".join(f"{local} to {remote}" for local, remote in missing[:SHOWN])
        more = " and more" if len(missing) > SHOWN else ""
        yield Problem(
            message=f"selectors of the {one.title} do not cover {named}{more}, every pair was expected",
            path=path,
            fix="add a selector for each pair, or remove selectors for any to any",
            on_key=True,
        )


def _uncovered(
    selectors: list[SelectorSpec], local: tuple[Prefix, ...], remote: tuple[Prefix, ...]
) -> list[tuple[Prefix, Prefix]]:
    """The first pairs of one family that no selector covers, one more than are shown."""
    missing: list[tuple[Prefix, Prefix]] = []
    told: dict[tuple[int, ...], list[Prefix]] = {}
    for here in local:
        fitting = tuple(at for at, one in enumerate(selectors) if _covers(one.local, here))
        if fitting not in told:
            told[fitting] = [
                there for there in remote if not any(_covers(selectors[at].remote, there) for at in fitting)
            ]
        for there in told[fitting]:
            if here.version == there.version:
                missing.append((here, there))
                if len(missing) > SHOWN:
                    return missing
    return missing


def _covers(outer: Prefix, inner: Prefix) -> bool:
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _without_bgp(one: TunnelledPeering) -> bool:
    """Whether there are selectors, and none lets the BGP session of some tunnel through."""
    selectors = one.ipsec.spec.selectors
    return bool(selectors) and not all(
        tunnel.bgp_remote is not None
        and any(inside(tunnel.bgp_local, pair.local) and inside(tunnel.bgp_remote, pair.remote) for pair in selectors)
        for tunnel in one.ipsec.tunnels
    )


@rule("IPS-TUN-02", Severity.WARNING, source="IPS-TUN-02 IPS-POL-10")
def route_based(one: TunnelledPeering) -> Iterator[Problem]:
    """Tunnels carry any to any, or selectors that let BGP through.

    Why:
        Tunnels are route-based: BGP inside tells what goes through.  With selectors that leave the BGP addresses out
        the session never comes up.
    Fix:
        Remove selectors, or add one for the BGP addresses of both ends.
    Bad:
        sla_waiver: one router
        links: {primary: {router: pe1}}
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [10.60.255.14], bgp: [169.254.21.2]}]
        ipsec: {selectors: [{local: 10.0.0.0/16, remote: 10.60.0.0/16}]}
    Good:
        ipsec: {selectors: []}
    """
    if len(one.ipsec.tunnels) == 1 and _without_bgp(one):
        yield _silent(one)


@rule("IPS-BGP-13", Severity.ERROR, source="IPS-BGP-13")
def policy_based(one: TunnelledPeering) -> Iterator[Problem]:
    """Several tunnels to a gateway have BGP in them.

    Why:
        Azure does not support two tunnels to one site without BGP: nothing tells it which of them works.
    Fix:
        Remove selectors, or add ones for the BGP addresses of both ends.
    Bad:
        ipsec: {selectors: [{local: 10.0.0.0/16, remote: 10.60.0.0/16}]}
    Good:
        ipsec:
          selectors:
            - {local: 10.0.0.0/16, remote: 10.60.0.0/16}
            - {local: 169.254.100.0/24, remote: 169.254.16.0/20}
    """
    if len(one.ipsec.tunnels) > 1 and _without_bgp(one):
        yield _silent(one)


def _silent(one: TunnelledPeering) -> Problem:
    count = len(one.ipsec.tunnels)
    tunnels = f"of {count} tunnels" if count > 1 else "of its tunnel"
    return Problem(
        message=f"selectors of the {one.title} leave out the BGP addresses {tunnels}, BGP in each was expected",
        path=(*one.path, "selectors"),
        fix="remove selectors, or add one from our BGP addresses to the gateway's",
        on_key=True,
    )
