"""The mesh of tunnels: every instance of the gateway, and what lies where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.model.address import Address, parse_prefix
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.platforms.base import Feature
from generator.rules.base import Problem, rule
from generator.rules.places import registered
from generator.rules.platform import platforms_of
from generator.rules.prefix_space import is_documentation_space, kind_of_space, reserved_space
from generator.rules.tunnelled import TunnelledPeering, all_tunnelled, gateway_title, inside

INSTANCES: Final = 2
"""Of an active-active VPN gateway (IPS-BGP-01)."""


@rule("INV-062", Severity.ERROR, source="IPS-BGP-01 IPS-BGP-17")
def complete_mesh(one: TunnelledPeering) -> Iterator[Problem]:
    """There is a tunnel from each router to each instance of the gateway, with a BGP session in it.

    Why:
        An active-active gateway has two instances, each with an address for the tunnel and one for BGP.  Without a
        tunnel to each, Azure's maintenance of one instance is an outage.
    Fix:
        Make the gateway active-active, and write both of its addresses and both of its BGP addresses in the same order.
    Bad:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [10.60.255.14, 10.60.255.15], bgp: [169.254.21.2]}]
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [10.60.255.14, 10.60.255.15], bgp: [169.254.21.2, 169.254.22.2]}]
    """
    gateway, path = one.ipsec.gateway, one.ipsec.gateway_path
    if gateway is None or path is None or not gateway.addresses:
        return  # SCH-004 and INV-071 say so
    name, count = gateway_title(gateway), len(gateway.addresses)
    seen: set[Address] = set()
    for at, address in enumerate(gateway.addresses):
        if address in seen:
            yield Problem(
                message=f"address {address} of {name} is there twice, one of its own for each instance was expected",
                path=(*path, "addresses", at),
                fix="read the addresses from Azure again",
            )
        seen.add(address)
    if gateway.kind == "vpn" and count != INSTANCES:
        yield Problem(
            message=f"{name} has {count} {'address' if count == 1 else 'addresses'}, "
            f"the {INSTANCES} of an active-active gateway were expected",
            path=(*path, "addresses"),
            fix="make it active-active in Azure, and write the address of each instance",
            severity=Severity.WARNING if count < INSTANCES else Severity.ERROR,
        )
    if len(gateway.bgp) != count and (gateway.bgp or not one.ipsec.spec.selectors):
        yield Problem(
            message=f"{name} has {len(gateway.bgp) or 'no'} BGP addresses and {count} addresses, one for each was expected",
            path=(*path, "bgp") if gateway.bgp else path,
            fix="read them from Azure, and write bgp: [...] in the order of addresses",
            on_key=not gateway.bgp,
        )


@rule("ER-V6-02", Severity.ERROR, source="ER-V6-02 IPS-BGP-01")
def ipv6_tunnel(one: TunnelledPeering) -> Iterator[Problem]:
    """Tunnels run over IPv4, and both ends of each are of one family.

    Why:
        A VPN gateway beside ExpressRoute is documented for IPv4 only.  A tunnel from an IPv4 to an IPv6 address
        cannot be.
    Fix:
        Use IPv4 addresses for the sources and for the gateway.
    Bad:
        ipsec: {source: {primary: "fd00:20::1", secondary: "fd00:20::2"}}
    Good:
        ipsec: {source: {primary: 172.20.0.1, secondary: 172.20.0.2}}
    """
    gateway = one.ipsec.gateway
    families = {address.version for address in (() if gateway is None else gateway.addresses)}
    for _, path, source in one.sources():
        if families and source.version not in families:
            yield Problem(
                message=f"source {source} is IPv{source.version}, and the gateway's addresses are "
                f"IPv{min(families)}, one family was expected",
                path=path,
                fix=f"write an IPv{min(families)} address",
            )
        elif source.version != 4:
            yield Problem(
                message=f"source {source} is IPv6, IPv4 was expected beside ExpressRoute",
                path=path,
                fix="write an IPv4 address",
            )
    if len(families) > 1:
        assert gateway is not None
        assert one.ipsec.gateway_path is not None
        yield Problem(
            message=f"addresses of {gateway_title(gateway)} are of both families, one was expected",
            path=(*one.ipsec.gateway_path, "addresses"),
            fix="write the IPv4 ones",
            severity=Severity.ERROR,
        )


@rule("IPS-TR-01", Severity.ERROR, source="IPS-TR-01 ER-RTE-09")
def public_transport(one: TunnelledPeering) -> Iterator[Problem]:
    """Over Microsoft peering both ends of a tunnel have public addresses, ours out of registered prefixes.

    Why:
        Microsoft drops packets from private addresses and from prefixes that are not registered for the peering, and
        the gateway answers on its public addresses there.
    Fix:
        Take the sources out of advertised_public_prefixes, and write the gateway's public addresses.
    Bad:
        peerings:
          private: {ipsec: null}
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/24]
            ipsec: {source: {primary: 172.20.0.1, secondary: 172.20.0.2}, key: "env:KEY"}
    Good:
        vnets:
          - prefixes: [10.60.0.0/16]
            gateways: [{kind: vpn, addresses: [20.50.1.4, 20.50.1.5], bgp: [169.254.21.2, 169.254.22.2]}]
        peerings:
          private: {ipsec: null}
          microsoft:
            azure_vlan: 200
            v4: 198.41.0.0/29
            advertised_public_prefixes: [198.41.1.0/24]
            ipsec: {source: {primary: 198.41.1.1, secondary: 198.41.1.2}, key: "env:KEY"}
    """
    if one.peering.domain is Domain.PRIVATE:
        return
    known = [prefix for _, prefix in registered(one.peering)]
    for role, path, source in one.sources():
        yield from _not_public(f"source {source} of the {role.value} router", source, path)
        if not any(inside(source, prefix) for prefix in known):
            yield Problem(
                message=f"source {source} of the {role.value} router is in none of advertised_public_prefixes, "
                f"expected one of {', '.join(map(str, known)) or 'them'}",
                path=path,
                fix="take an address out of a registered prefix",
            )
    gateway, place = one.ipsec.gateway, one.ipsec.gateway_path
    for at, address in enumerate(gateway.addresses if gateway is not None else ()):
        assert place is not None
        yield from _not_public(f"gateway address {address}", address, (*place, "addresses", at))


def _not_public(what: str, address: Address, path: DataPath) -> Iterator[Problem]:
    prefix = parse_prefix(f"{address}/{address.max_prefixlen}")
    space = reserved_space(prefix)
    if space is not None:
        yield Problem(
            message=f"{what} is in {kind_of_space(space)} {space}, a public address was expected on Microsoft peering",
            path=path,
            fix="write the public address",
            lab=is_documentation_space(prefix),
        )


@rule("IPS-TR-04", Severity.ERROR, source="IPS-TR-04 IPS-TR-05")
def front_vrf(one: TunnelledPeering) -> Iterator[Problem]:
    """The tunnels are in another VRF than the peering that carries them.

    Why:
        The gateway announces the whole VNet, its own address in it, inside the tunnel: in one VRF the route to the
        tunnel's end leads into the tunnel, and the VNet is reached in clear beside it.
    Fix:
        Leave vrf out of the peering or of ipsec; the peering gets a front VRF of its own.
    Bad:
        vrf: CORP
        peerings:
          private: {vrf: CORP}
    Good:
        vrf: CORP
        peerings:
          private: {vrf: TRANSPORT}
    """
    if one.peering.vrf == one.ipsec.inner_vrf:
        written = one.ipsec.spec.vrf is not None
        yield Problem(
            message=f"VRF {one.peering.vrf} is that of the peering and of the tunnels in it, two were expected",
            path=(*one.path, "vrf") if written else (*one.peering.path, "vrf") if one.peering.spec.vrf else one.path,
            fix="leave vrf of the peering out, or choose another name",
            on_key=not written and not one.peering.spec.vrf,
        )


@rule("INV-083", Severity.ERROR, source="FW-PLACE-05")
def encrypting_firewall(one: TunnelledPeering) -> Iterator[Problem]:
    """Where firewalls encrypt, the pair has some.

    Why:
        With at: firewall the tunnels are written for the appliances behind the routers; without any there are no
        tunnels at all.
    Fix:
        Name the appliances in the pair (firewalls), or let the routers encrypt.
    Bad:
        ipsec: {at: firewall}
    Good:
        ipsec: {at: router}
    """
    circuit = one.peering.circuit
    if one.ipsec.spec.at == "firewall" and not circuit.pair.firewalls:
        yield Problem(
            message=f"{one.title} is at the firewall, and pair {circuit.pair_name} has no firewalls",
            path=(*one.path, "at"),
            fix="add firewalls to the pair, or write at: router",
            related=(Related(("pairs", circuit.pair_name), note="the pair"),),
        )


@rule("INV-085", Severity.ERROR, source="PLT-LNX-09 IPS-BGP-02")
def one_source_for_two_vrfs(intent: Intent) -> Iterator[Problem]:
    """On routers with one IKE daemon for all VRFs, every front VRF has a tunnel source of its own.

    Why:
        The daemon tells its connections apart by addresses alone, and packets from one source can only be led
        into one VRF: the second customer's tunnels stay down, or go out through the first one's circuit.
    Fix:
        Give each customer on such a router other sources.
    Bad:
        routers:
          pe1: {platform: linux_frr, azure_port: eth1, customer_port: eth2}
        customers:
          bravo:
            ce: {asn: 64702, vlan: 702, v4: 192.168.255.0/29}
            vnets:
              - prefixes: [10.60.0.0/16]
                gateways: [{kind: vpn, addresses: [10.60.255.4, 10.60.255.5], bgp: [169.254.21.2, 169.254.22.2]}]
            circuits:
              bravo-ams:
                s_tag: 102
                peerings:
                  private:
                    azure_vlan: 100
                    v4: 172.31.0.8/29
                    ipsec: {source: {primary: 172.20.0.1, secondary: 172.20.0.4}, key: "env:BRAVO"}
    Good:
        routers:
          pe1: {platform: linux_frr, azure_port: eth1, customer_port: eth2}
        customers:
          bravo:
            ce: {asn: 64702, vlan: 702, v4: 192.168.255.0/29}
            vnets:
              - prefixes: [10.60.0.0/16]
                gateways: [{kind: vpn, addresses: [10.60.255.4, 10.60.255.5], bgp: [169.254.21.2, 169.254.22.2]}]
            circuits:
              bravo-ams:
                s_tag: 102
                peerings:
                  private:
                    azure_vlan: 100
                    v4: 172.31.0.8/29
                    ipsec: {source: {primary: 172.20.0.3, secondary: 172.20.0.4}, key: "env:BRAVO"}
    """
    first: dict[tuple[str, Address], tuple[str, DataPath]] = {}
    platforms = platforms_of(intent)
    for one in all_tunnelled(intent):
        for role, path, source in one.sources():
            name = one.peering.ends[role].router
            platform = platforms.get(name)
            if platform is None or Feature.SOURCE_PER_VRF in platform.can(intent.routers[name].model or ""):
                continue
            vrf, place = first.setdefault((name, source), (one.peering.vrf, path))
            if vrf != one.peering.vrf:
                yield Problem(
                    message=f"source {source} of the {one.title} is that of VRF {vrf} too on router {name}, "
                    f"{platform.title} needs one for each VRF",
                    path=path,
                    related=(Related(place, note=f"the same in VRF {vrf}"),),
                )
