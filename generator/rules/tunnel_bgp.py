"""BGP addresses inside the tunnels, and what must be there once only."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.inventory.tunnels import BGP_ADDRESSES
from generator.model.address import Address, parse_address
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain, Role
from generator.rules.base import Problem, rule
from generator.rules.tunnelled import TunnelledPeering, all_tunnelled, gateway_title, inside

WINDOW: Final = (parse_address("169.254.21.0"), parse_address("169.254.22.255"))
"""The link-local addresses that Azure takes for a gateway's BGP (IPS-BGP-04)."""

Placed = tuple[Role, DataPath, Address]


def ours(one: TunnelledPeering) -> list[Placed]:
    """Our BGP address on each device; the built-in ones stand at ``ipsec``."""
    spec = one.ipsec.spec.bgp
    found: list[Placed] = []
    for role in Role:
        if role in one.ends:
            address = BGP_ADDRESSES[role] if spec is None else getattr(spec, role.value)
            found.append((role, one.path if spec is None else (*one.path, "bgp", role.value), address))
    return found


def in_window(address: Address) -> bool:
    """Whether an address is one of those Azure keeps for itself."""
    return address.version == 4 and int(WINDOW[0]) <= int(address) <= int(WINDOW[1])


@rule("INV-063", Severity.ERROR, source="IPS-BGP-02 IPS-BGP-03 IPS-BGP-04 IPS-BGP-05")
def our_addresses(one: TunnelledPeering) -> Iterator[Problem]:
    """Sources and BGP addresses of our routers differ, lie outside the VNet and outside Azure's window.

    Why:
        Each local network gateway in Azure has a device address and a BGP address of its own, which differ.  One inside
        the VNet is not reached through the tunnel, and 169.254.21.0 to 169.254.22.255 are Azure's own.
    Fix:
        Leave bgp out (169.254.100.1 and 169.254.100.2), or take addresses of your own that nothing else uses.
    Bad:
        ipsec: {bgp: {primary: 169.254.21.5, secondary: 169.254.22.5}}
    Good:
        ipsec: {bgp: {primary: 169.254.100.1, secondary: 169.254.100.2}}
    """
    sources, own = one.sources(), ours(one)
    yield from _twice("source", sources)
    yield from _twice("BGP address", own)
    of_role = {role: (path, address) for role, path, address in sources}
    for role, path, address in own:
        place, source = of_role[role]
        if address == source:
            yield Problem(
                message=f"BGP address {address} of the {role.value} router is also the tunnel's source, "
                "another one was expected",
                path=path,
                fix="remove bgp to get an address of its own",
                related=(Related(place, note="the source"),),
            )
        if in_window(address):
            yield Problem(
                message=f"BGP address {address} of the {role.value} router is in {WINDOW[0]} to {WINDOW[1]}, "
                "which is Azure's, one outside was expected",
                path=path,
                fix="remove bgp to get 169.254.100.1 and 169.254.100.2",
            )
        for prefix in [prefix for vnet in one.peering.customer.vnets for prefix in vnet.prefixes]:
            if inside(address, prefix):
                yield Problem(
                    message=f"BGP address {address} of the {role.value} router is in VNet prefix {prefix}, "
                    "one outside was expected",
                    path=path,
                    fix="take an address at home, or remove bgp",
                )
                break


def _twice(what: str, placed: list[Placed]) -> Iterator[Problem]:
    if len(placed) == len(Role) and placed[0][2] == placed[1][2]:
        yield Problem(
            message=f"{what} {placed[1][2]} is that of both routers, one for each was expected",
            path=placed[1][1],
            fix="write another one for the secondary router",
        )


@rule("INV-063", Severity.ERROR, source="IPS-BGP-04 IPS-BGP-05")
def gateway_bgp(one: TunnelledPeering) -> Iterator[Problem]:
    """BGP addresses of the gateway are in Azure's window or in the VNet, each once, and of the kind that ours are.

    Why:
        Azure takes link-local BGP addresses from 169.254.21.0 to 169.254.22.255 only, one for each instance; with a
        link-local address on our side its side must have one too, and the other way round.
    Fix:
        Write the gateway's BGP addresses as Azure shows them; with addresses out of the VNet, write ipsec.bgp as well.
    Bad:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [10.60.255.14, 10.60.255.15], bgp: [169.254.20.2, 169.254.22.2]}]
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [10.60.255.14, 10.60.255.15], bgp: [169.254.21.2, 169.254.22.2]}]
    """
    gateway, path = one.ipsec.gateway, one.ipsec.gateway_path
    if gateway is None or path is None or not gateway.bgp:
        return
    name, own = gateway_title(gateway), ours(one)
    seen: set[Address] = set()
    for at, address in enumerate(gateway.bgp):
        wrong = ""
        if address in seen:
            wrong = "is there twice, one of its own for each instance was expected"
        elif any(address == mine for _, _, mine in own):
            wrong = "is also that of a router, different ones were expected"
        elif gateway.kind == "vpn" and address.is_link_local and not in_window(address):
            wrong = f"is outside Azure's window, {WINDOW[0]} to {WINDOW[1]} was expected"
        seen.add(address)
        if wrong:
            yield Problem(
                message=f"BGP address {address} of {name} {wrong}",
                path=(*path, "bgp", at),
                fix="write the address that Azure shows for the instance",
            )
    yield from _mixed(own, gateway.bgp[0], name, (*path, "bgp", 0))


def _mixed(own: list[Placed], theirs: Address, name: str, place: DataPath) -> Iterator[Problem]:
    """Addresses of two families, or a link-local one at one end only; said once."""
    for role, path, address in own:
        wrong = ""
        if address.version != theirs.version:
            wrong = f"is IPv{address.version}, and {name} has {theirs}, one family was expected"
        elif address.is_link_local != theirs.is_link_local:
            kind = "is" if address.is_link_local else "is not"
            wrong = f"{kind} link-local, and {theirs} of {name} {'is not' if kind == 'is' else 'is'}, both or none was expected"
        if wrong:
            yield Problem(
                message=f"BGP address {address} of the {role.value} router {wrong}",
                path=path,
                fix="write ipsec.bgp with an address of the gateway's kind, or a link-local one on the gateway",
                related=(Related(place, note="the gateway's"),),
            )
            return


@rule("INV-063", Severity.ERROR, source="IPS-BGP-02 IPS-BGP-06")
def used_once(intent: Intent) -> Iterator[Problem]:
    """Addresses of tunnels are used by one peering only, where another would be in the way.

    Why:
        A router has an address in a VRF once, each device is one local network gateway in Azure with addresses of its
        own, and the route to a gateway's BGP address leads into one tunnel.
    Fix:
        Give each peering with ipsec sources, and where it ends on the same gateway BGP addresses, of its own.
    Bad:
        customers:
          alpha:
            circuits:
              alpha-fra:
                s_tag: 103
                peerings:
                  private:
                    azure_vlan: 100
                    v4: 172.31.0.8/29
                    ipsec: {source: {primary: 172.20.0.1, secondary: 172.20.0.2}, key: "env:KEY"}
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, name: hub, addresses: [10.60.255.14, 10.60.255.15], bgp: [169.254.21.2, 169.254.22.2]}]
          - prefixes: [10.61.0.0/16]
            gateways: [{kind: vpn, name: far, addresses: [10.61.255.14, 10.61.255.15], bgp: [169.254.21.6, 169.254.22.6]}]
        peerings: {private: {ipsec: {gateway: hub}}}
        customers:
          alpha:
            circuits:
              alpha-fra:
                s_tag: 103
                peerings:
                  private:
                    azure_vlan: 100
                    v4: 172.31.0.8/29
                    ipsec: {gateway: far, source: {primary: 172.20.0.3, secondary: 172.20.0.4}, key: "env:KEY"}
    """
    first: dict[Hashable, tuple[DataPath, DataPath]] = {}
    for one in all_tunnelled(intent):
        said: set[DataPath] = set()
        for mark, what, path in _uses(one):
            place, owner = first.setdefault(mark, (path, one.path))
            if owner != one.path and path not in said:
                said.add(path)
                yield Problem(
                    message=f"{what} of the {one.title} is used by another peering too, one of its own was expected",
                    path=path,
                    fix="take an address of its own",
                    related=(Related(place, note="used here"),),
                    on_key=path == one.path,
                )


def _uses(one: TunnelledPeering) -> Iterator[tuple[Hashable, str, DataPath]]:
    """What only one peering may have: a mark, its words, its place."""
    peering, ipsec = one.peering, one.ipsec
    for role, path, source in one.sources():
        router = peering.ends[role].router
        what = f"source {source}"
        yield ("customer", peering.customer.name, source), what, path
        yield ("router", router, peering.vrf, source), what, path
        if peering.domain is not Domain.PRIVATE:
            yield ("public", source), what, path
    if ipsec.gateway_path is None or ipsec.gateway is None:
        return
    for role, path, address in ours(one):
        yield ("device", ipsec.gateway_path, address), f"BGP address {address}", path
        router = peering.ends[role].router
        for at, remote in enumerate(ipsec.gateway.bgp):
            place = (*ipsec.gateway_path, "bgp", at)
            yield ("route", router, ipsec.inner_vrf, remote), f"the gateway's BGP address {remote}", place
