"""Audit: tunnels over ExpressRoute: algorithms, the mesh, the way to the gateway."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.crypto import CryptoPolicy, Tunnel
from generator.model.finding import Severity
from generator.model.secret import Secret
from generator.readback.audited import AuditedCouple, AuditedRouter
from generator.rules.base import Problem, rule

_WEAK: Final = {
    "DES3": "3DES",
    "DES": "DES",
    "MD5": "MD5",
    "SHA1": "SHA-1",
    "DHGroup2": "Diffie-Hellman group 2",
    "DHGroup1": "Diffie-Hellman group 1",
    "DHGroup24": "Diffie-Hellman group 24",
    "group5": "Diffie-Hellman group 5",
    "PFS1": "Diffie-Hellman group 1 for PFS",
    "PFS2": "Diffie-Hellman group 2 for PFS",
    "PFS24": "Diffie-Hellman group 24 for PFS",
    "None": "none at all",
}
_ALGORITHMS: Final = ("ike_encryption", "ike_integrity", "dh_group", "ipsec_encryption", "ipsec_integrity", "pfs_group")


@rule("AUD-020", Severity.WARNING, source="IPS-PROP-01, IPS-PROP-02, IPS-TUN-01, SMP-E16, SMP-E19")
def crypto_is_strong(router: AuditedRouter) -> Iterator[Problem]:
    """Tunnels use IKEv2, tunnel mode, and algorithms that still count as strong.

    Why:
        Azure's default set has 3DES, SHA-1 and group 2 in it, and takes them; IKEv1 drops the tunnel at each rekey,
        and transport mode does not come up with a route-based gateway.
    Fix:
        IKEv2, tunnel mode, AES-256-GCM, SHA-384, group 20 or 19, with PFS; the same as a custom policy in Azure.
    Bad:
        crypto ikev2 proposal AZURE
         encryption 3des
         group 2
    Good:
        crypto ikev2 proposal AZURE
         encryption aes-gcm-256
         prf sha384
         group 20
    """
    told: set[tuple[str, int]] = set()
    for mark in router.marks("weak-crypto", "old-crypto", "transport-mode"):
        told.add((mark.file, mark.line))
        hard = mark.kind != "weak-crypto"
        detail = "ESP is in transport mode, expected tunnel mode" if mark.kind == "transport-mode" else mark.detail
        yield Problem(
            message=f"{detail}{', expected IKEv2' if mark.kind == 'old-crypto' else '' if hard else ' is weak'}",
            device=router.name,
            place=(mark.file, mark.line),
            severity=Severity.ERROR if hard else Severity.WARNING,
        )
    for name, tunnel in router.facts.tunnels.items():
        if tunnel.crypto is None:
            message = f"tunnel {name} has no complete policy: a name on the way leads nowhere, so it does not come up"
            yield _tunnel(router, tunnel, message, Severity.ERROR)
            continue
        if not told:
            for message, severity in _faults(tunnel.crypto):
                yield _tunnel(router, tunnel, f"tunnel {name} has {message}", severity)
        if tunnel.crypto.pfs_group == "None":
            yield _tunnel(router, tunnel, f"tunnel {name} renews its keys without PFS", Severity.WARNING)


def _faults(crypto: CryptoPolicy) -> Iterator[tuple[str, Severity]]:
    if crypto.ike_version != 2:
        yield f"IKEv{crypto.ike_version or '1 or 2'}, expected IKEv2", Severity.ERROR
    if crypto.mode != "tunnel":
        yield f"{crypto.mode} mode, expected tunnel mode", Severity.ERROR
    for field in _ALGORITHMS[:-1]:
        for word in str(getattr(crypto, field)).split(","):
            if word in _WEAK:
                yield f"{_WEAK[word]} ({field.replace('_', ' ')}), which is weak", Severity.WARNING


@rule("AUD-020", Severity.ERROR, source="ER-MACS-02, SMP-E09")
def ports_as_in_inventory(router: AuditedRouter) -> Iterator[Problem]:
    """A port is encrypted (MACsec) with what the inventory says, which is what Azure has.

    Why:
        The two ends do not agree on a cipher: with another one, or another key, the port stays down.
    Fix:
        The cipher suite and the key of the inventory on the router, or the other one in Azure and the inventory.
    Bad:
        cipher-suite gcm-aes-xpn-128;
    Good:
        cipher-suite gcm-aes-256;
    """
    if router.plan is None:
        return
    for port, planned in router.plan.facts.macsec.items():
        found = router.facts.macsec.get(port)
        if found is None:
            yield Problem(
                message=f"port {port} is not encrypted (MACsec), expected {planned.cipher}",
                device=router.name,
                fact=("interfaces", port),
                path=router.plan.origins.get(("macsec", port), ()),
            )
            continue
        wrong = [f"cipher {found.cipher}, expected {planned.cipher}"] if found.cipher != planned.cipher else []
        wrong += [f"key name {found.ckn}, expected {planned.ckn}"] if found.ckn != planned.ckn else []
        wrong += ["another key than the inventory"] if _differ(found.cak, planned.cak) else []
        if wrong:
            message = f"MACsec on port {port} has {'; '.join(wrong)}"
            yield Problem(message=message, device=router.name, fact=("macsec", port))


def _differ(one: Secret | None, other: Secret | None) -> bool:
    return one is not None and other is not None and one.known and other.known and one != other


@rule("AUD-021", Severity.ERROR, source="IPS-POL-13")
def same_crypto(couple: AuditedCouple) -> Iterator[Problem]:
    """Tunnels to one gateway have the same PFS, algorithms and lifetimes on both routers.

    Why:
        The first keys come with IKE, so a wrong PFS group shows at the first rekey only: hours later one of the two
        tunnels is down.
    Fix:
        Set on both routers what the connection's policy in Azure has.
    Bad:
        ! pe1: set pfs group20; pe2: none
    Good:
        ! pe1 and pe2: set pfs group20
    """
    there = _by_gateway(couple.two)
    for key, one in _by_gateway(couple.one).items():
        two = there.get(key)
        if two is None or one.crypto is None or two.crypto is None or one.crypto == two.crypto:
            continue
        for field in one.crypto.__struct_fields__:
            here, other = getattr(one.crypto, field), getattr(two.crypto, field)
            if here != other:
                yield _tunnel(
                    couple.two,
                    two,
                    f"tunnel {two.name} to {two.remote}: {field.replace('_', ' ')} is {other}, on {couple.one.name} {here}",
                    Severity.WARNING if field.endswith(("seconds", "kilobytes")) else Severity.ERROR,
                )


@rule("AUD-022", Severity.ERROR, source="IPS-BGP-01")
def mesh_is_complete(couple: AuditedCouple) -> Iterator[Problem]:
    """Each router of a pair has a tunnel to every gateway that the pair has one to.

    Why:
        An active-active gateway has two instances, and two routers make four tunnels.  With one missing, the failure
        of the wrong router and the wrong instance together cuts the customer off.
    Fix:
        Add the missing tunnel.
    Bad:
        ! pe1: tunnels to 203.0.113.10 and .11; pe2: to .10 only
    Good:
        ! pe1 and pe2: tunnels to 203.0.113.10 and .11
    """
    here, there = _by_gateway(couple.one), _by_gateway(couple.two)
    if not here or not there:
        return
    shared = {vrf for vrf, _ in here} & {vrf for vrf, _ in there}
    for lacking, has, other in ((couple.two, here, there), (couple.one, there, here)):
        for key, tunnel in has.items():
            if key[0] in shared and key not in other:
                where = f" in VRF {tunnel.vrf}" if tunnel.vrf else ""
                owner = couple.one if lacking is couple.two else couple.two
                yield Problem(
                    message=f"{lacking.name} has no tunnel to {tunnel.remote}{where}, {owner.name} has one",
                    device=owner.name,
                    fact=("tunnels", tunnel.name),
                )


@rule("AUD-022", Severity.ERROR, source="IPS-BGP-01")
def tunnels_are_up(router: AuditedRouter) -> Iterator[Problem]:
    """No tunnel is shut down.

    Why:
        A tunnel that was shut for a test and forgotten is a mesh with a hole.
    Fix:
        Switch it on, or remove it with all that is its.
    Bad:
        interface Tunnel1
         shutdown
    Good:
        interface Tunnel1
         no shutdown
    """
    for name, tunnel in router.facts.tunnels.items():
        found = router.facts.interfaces.get(name)
        if found is not None and not found.enabled:
            yield _tunnel(router, tunnel, f"tunnel {name} to {tunnel.remote} is shut down", Severity.ERROR)


@rule("AUD-023", Severity.ERROR, source="IPS-BGP-06")
def gateways_through_tunnels(router: AuditedRouter) -> Iterator[Problem]:
    """The gateway's BGP address is reached through a tunnel, by a host route.

    Why:
        The address lies inside the VNet, whose prefix also comes over ExpressRoute in clear: without a host route
        the session runs around its own tunnel, or flaps as routes come and go.
    Fix:
        A static host route for each BGP address of the gateway, through its own tunnel.
    Bad:
        neighbor 10.20.255.14 remote-as 65515
    Good:
        ip route vrf ALPHA 10.20.255.14 255.255.255.255 Tunnel1
    """
    tunnels = router.facts.tunnels
    vrfs = {one.vrf for one in tunnels.values()}
    routes = {(vrf, str(prefix)): hop for vrf, prefix, hop in router.facts.static_routes}
    for one in router.facts.neighbors.values():
        if one.remote_as == one.local_as or one.vrf not in vrfs or not one.multihop or not one.enabled:
            continue
        hop = routes.get((one.vrf, f"{one.address}/{one.address.max_prefixlen}"))
        interface, _ = router.connected(one)
        if hop is None and not (interface is not None and interface.name in tunnels):
            what = "has no host route through a tunnel"
        elif hop is not None and hop not in tunnels:
            what = f"has a host route to {hop}, which is no tunnel"
        else:
            continue
        where = f" in VRF {one.vrf}" if one.vrf else ""
        yield Problem(
            message=f"neighbor {one.address}{where} (AS {one.remote_as}) {what}",
            device=router.name,
            fact=("neighbors", one.key),
        )


def _by_gateway(router: AuditedRouter) -> dict[tuple[str, object], Tunnel]:
    return {(one.vrf, one.remote): one for one in router.facts.tunnels.values()}


def _tunnel(router: AuditedRouter, tunnel: Tunnel, message: str, severity: Severity) -> Problem:
    return Problem(message=message, device=router.name, fact=("tunnels", tunnel.name), severity=severity)
