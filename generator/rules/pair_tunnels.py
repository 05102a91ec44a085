"""IPsec tunnels: the agreed cryptography, the full mesh, keys, sources and sizes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.crypto import CryptoPolicy
from generator.model.facts import Tunnel
from generator.model.finding import Severity
from generator.model.plan import Peer
from generator.readback.evidence import DeviceEvidence
from generator.readback.tunnel_evidence import TunnelEvidence
from generator.rules.base import Problem, rule

LARGEST_MTU: Final = 1400
LARGEST_MSS: Final = 1350


def about_tunnel(device: DeviceEvidence, name: str, message: str, severity: Severity | None = None) -> Problem:
    """A problem with one tunnel: its config line, and its place in the inventory."""
    fact = ("tunnels", name)
    return Problem(
        message=message,
        path=device.plan.origins.get(fact, ()),
        device=device.name,
        fact=fact,
        severity=severity,
    )


@rule("PAIR-024", Severity.ERROR, source="IPS-TUN-03, IPS-TUN-05")
def size_of_the_tunnel(device: DeviceEvidence) -> Iterator[Problem]:
    """A tunnel clamps the MSS at 1350 at most, or has an MTU of 1400 at most.

    Why:
        Encryption adds about 60 bytes, and the gateway drops fragments: what does not fit is lost, and
        only large transfers notice.
    Fix:
        Clamp the MSS on the tunnel, and set its MTU to 1400.
    Bad:
        interface Tunnel308
         ip mtu 1500
    Good:
        interface Tunnel308
         ip mtu 1400
         ip tcp adjust-mss 1350
    """
    for tunnel in device.tunnels:
        interface = device.facts.interfaces.get(tunnel.name)
        if interface is None:
            continue
        if not interface.mss and interface.mtu > LARGEST_MTU:
            message = f"tunnel {tunnel.name} has IP MTU {interface.mtu} and does not clamp the MSS"
            yield about_tunnel(device, tunnel.name, f"{message}, expected an MSS of {LARGEST_MSS} at most")
        elif interface.mss > LARGEST_MSS:
            message = f"tunnel {tunnel.name} clamps the MSS at {interface.mss}, expected {LARGEST_MSS} at most"
            yield about_tunnel(device, tunnel.name, message, Severity.WARNING)


@rule("PAIR-029", Severity.ERROR, source="IPS-POL-13, IPS-TUN-01, IPS-PROP-01, PLT-XE-11")
def cryptography_as_agreed(device: DeviceEvidence) -> Iterator[Problem]:
    """Each tunnel has IKEv2, tunnel mode, and exactly the policy that its connection has in Azure.

    Why:
        The gateway offers and takes nothing but its policy.  A PFS group that differs shows only at the
        first rekey: the first child SA takes its keys from the IKE SA.
    Fix:
        Give the tunnel the values of the connection's policy in Azure, the PFS group by name.
    Bad:
        crypto ipsec profile FJELL
         set pfs group14
    Good:
        crypto ipsec profile FJELL
         set pfs group20
    """
    planned = device.plan.facts.tunnels
    for tunnel in device.tunnels:
        wanted, have = planned[tunnel.name].crypto, tunnel.crypto
        if have is None:
            message = f"tunnel {tunnel.name}: the text does not lead to a complete policy, expected one"
            yield about_tunnel(device, tunnel.name, message)
        elif have != wanted and wanted is not None:
            for field, value, other in _unlike(have, wanted):
                message = f"tunnel {tunnel.name}: {field} is {value}, expected {other} as in Azure's policy"
                yield about_tunnel(device, tunnel.name, message)


@rule("PAIR-029", Severity.ERROR, source="IPS-POL-13, IPS-POL-01")
def cryptography_alike(tunnels: TunnelEvidence) -> Iterator[Problem]:
    """The tunnels of both routers have the same policy.

    Why:
        Both connections end on one gateway and stand for each other: with another policy on one of them
        it is the weaker one that protects.
    Fix:
        Give both connections one policy, in Azure and on the routers.
    Bad:
        ! r1: PFS ECP384, r2: PFS2048
    Good:
        ! r1 and r2: PFS ECP384
    """
    first: tuple[DeviceEvidence, Tunnel] | None = None
    for device, _, found in tunnels.sides:
        planned = device.plan.facts.tunnels
        for tunnel in found:
            if tunnel.crypto is None or tunnel.crypto != planned[tunnel.name].crypto:
                continue  # said of the router already
            if first is None:
                first = (device, tunnel)
            elif (other := first[1].crypto) is not None and tunnel.crypto != other:
                fields = ", ".join(
                    f"{field} {value} and {there}" for field, value, there in _unlike(tunnel.crypto, other)
                )
                message = (
                    f"tunnel {tunnel.name} of {device.name} and {first[1].name} of {first[0].name} differ ({fields})"
                )
                yield about_tunnel(device, tunnel.name, f"{message}, expected one policy")


def _unlike(one: CryptoPolicy, two: CryptoPolicy) -> Iterator[tuple[str, object, object]]:
    for field in one.__struct_fields__:
        here, there = getattr(one, field), getattr(two, field)
        if here != there:
            word = field.replace("_", " ").replace("ike", "IKE").replace("ipsec", "ESP").replace("pfs", "PFS")
            yield word, "not named" if here == "" else here, there


@rule("PAIR-030", Severity.ERROR, source="IPS-BGP-01, IPS-BGP-13, IPS-BGP-02")
def full_mesh(tunnels: TunnelEvidence) -> Iterator[Problem]:
    """Each router has one tunnel to each instance of the gateway, each from a source of its own.

    Why:
        Azure sends through every tunnel of an active-active gateway.  A router that points twice to one
        instance has lost its way back when that instance is updated.
    Fix:
        One tunnel from each router to each instance: two routers and two instances make four.
    Bad:
        ! r2: Tunnel308 to 10.60.255.14, Tunnel309 to 10.60.255.14
    Good:
        ! r2: Tunnel308 to 10.60.255.14, Tunnel309 to 10.60.255.15
    """
    sources: dict[object, str] = {}
    for device, names, found in tunnels.sides:
        for name in names:
            if name not in device.facts.tunnels:
                message = f"{tunnels.title}: tunnel {name} is missing on {device.name}, expected one to each instance"
                yield about_tunnel(device, name, message)
        seen: dict[object, str] = {}
        for tunnel in found:
            if tunnel.remote not in tunnels.plan.gateways:
                message = f"tunnel {tunnel.name} leads to {tunnel.remote}, which is no instance of the gateway"
                yield about_tunnel(device, tunnel.name, f"{message}, expected {_or(tunnels.plan.gateways)}")
            elif tunnel.remote in seen:
                message = f"tunnels {seen[tunnel.remote]} and {tunnel.name} both lead to {tunnel.remote}"
                lacking = [one for one in tunnels.plan.gateways if one not in {each.remote for each in found}]
                yield about_tunnel(device, tunnel.name, f"{message}, expected one of them to lead to {_or(lacking)}")
            seen.setdefault(tunnel.remote, tunnel.name)
        for source in {one.local for one in found}:
            if source in sources:
                message = f"{device.name} and {sources[source]} both have the tunnel source {source}"
                yield about_tunnel(device, found[0].name, f"{message}, expected one of its own for each")
            sources[source] = device.name


def _or(things: object) -> str:
    return " or ".join(map(str, things)) if isinstance(things, list | tuple) and things else "another instance"


@rule("PAIR-030", Severity.ERROR, source="IPS-PSK-05, IPS-BGP-02")
def identities_and_keys(device: DeviceEvidence) -> Iterator[Problem]:
    """Tunnels of one connection have one key and its identities, tunnels of two customers have two keys.

    Why:
        Both instances share the connection and its key.  With another key or identity on one tunnel that
        tunnel stays down; with one key for two customers each can pass for the other.
    Fix:
        Take the key of the router's connection for all its tunnels, and the outer addresses as identities.
    Bad:
        ! Tunnel308 and Tunnel309 with keys of two connections
    Good:
        ! Tunnel308 and Tunnel309 with the key of this router's connection
    """
    planned = device.plan.facts.tunnels
    customers = {one.tunnel: one.customer for one in device.plan.sessions if one.tunnel}
    first: dict[object, Tunnel] = {}
    whose: dict[object, str] = {}
    for tunnel in device.tunnels:
        wanted, name = planned[tunnel.name], tunnel.name
        for word, have, should in (
            ("own", tunnel.local_identity, wanted.local_identity),
            ("other", tunnel.remote_identity, wanted.remote_identity),
        ):
            if have != should:
                yield about_tunnel(
                    device, name, f"tunnel {name}: the {word} identity is {have or 'not set'}, expected {should}"
                )
        key, customer = tunnel.key, customers.get(name, "")
        if key is None:
            yield about_tunnel(device, name, f"tunnel {name} has no key, expected that of its connection")
            continue
        if not key.known:
            continue
        same = first.setdefault((wanted.vrf, wanted.local), tunnel)
        if same.key is not None and same.key != key:
            message = f"the key of tunnel {name} differs from that of {same.name}"
            yield about_tunnel(device, name, f"{message}, expected the key of one connection")
        other = whose.setdefault(key, customer)
        if other != customer:
            message = f"tunnel {name} of {customer} has the key of {other}"
            yield about_tunnel(device, name, f"{message}, expected a key of its own for each customer")


@rule("PAIR-031", Severity.ERROR, source="PLT-XE-12, IPS-TR-02")
def source_in_the_front_vrf(device: DeviceEvidence) -> Iterator[Problem]:
    """The front VRF of a tunnel is that of the interface that owns its source, and the source is announced to Microsoft.

    Why:
        The encrypted packets travel in the front VRF.  Without it the router looks for the gateway in
        the wrong table, and a source that is not announced gets no answer.
    Fix:
        Set the tunnel's VRF to that of the source, and announce the source's prefix over the peering.
    Bad:
        interface Tunnel308
         tunnel source Loopback309
         ! Loopback309 is in VRF TRANSPORT
    Good:
        interface Tunnel308
         tunnel source Loopback309
         tunnel vrf TRANSPORT
    """
    owners: dict[object, set[str]] = {}
    for interface in device.facts.interfaces.values() if device.tunnels else ():
        for address in interface.addresses:
            owners.setdefault(address.ip, set()).add(interface.vrf)
    for tunnel in device.tunnels:
        vrfs = owners.get(tunnel.local)
        if not vrfs:
            message = f"tunnel {tunnel.name} has source {tunnel.local}, which no interface has"
            yield about_tunnel(device, tunnel.name, f"{message}, expected a loopback with it")
        elif tunnel.front_vrf not in vrfs:
            message = f"tunnel {tunnel.name} has front VRF {tunnel.front_vrf or '(none)'}"
            where = ", ".join(one or "(none)" for one in sorted(vrfs))
            yield about_tunnel(
                device, tunnel.name, f"{message}, its source {tunnel.local} is in {where}; expected the same"
            )
        elif not _announced(device, tunnel):
            message = (
                f"tunnel {tunnel.name}: source {tunnel.local} is not announced to Microsoft in VRF {tunnel.front_vrf}"
            )
            yield about_tunnel(device, tunnel.name, f"{message}, expected it to be")


def _announced(device: DeviceEvidence, tunnel: Tunnel) -> bool:
    """Whether the source leaves: to Microsoft in the front VRF, or behind a router to that router."""
    number, width = int(tunnel.local), tunnel.local.max_prefixlen
    for link in device.links_in.get((tunnel.front_vrf, tunnel.local.version), ()):
        for address, length, _, _ in device.announced(link).regions:
            if number >> (width - length) == address >> (width - length):
                return True
    return any(
        session.peer is Peer.FIREWALL
        and session.neighbor[0] == tunnel.front_vrf
        and any(tunnel.local in one for one in session.announce)
        for session in device.plan.sessions
    )
