"""Tunnel interfaces → tunnels: from name to name, as the router goes (PLT-XE-11).

A name that leads nowhere ends the chain: the tunnel is there, but without a policy or without a key.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.model.address import Address, parse_address, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector, Tunnel
from generator.model.facts import Interface
from generator.model.secret import Secret
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.read_lists import use
from generator.platforms.cisco_xe.records import Extras, IkePolicy, IkeProfile, IpsecProfile, KeyPeer, Proposal

ANYTHING = parse_prefix("0.0.0.0/0")


def finish(found: Found) -> dict[str, Tunnel]:
    """Every protected tunnel with a source and a destination."""
    tunnels = {}
    for name, extras in found.extras.items():
        if not extras.profile or extras.node is None:
            continue
        local, remote = _address(found, extras.source, extras.destination), _parsed(extras.destination)
        if local is None or remote is None:
            if extras.source and extras.destination:
                found.reject(extras.node, "source or destination of the tunnel is not an address")
            continue
        tunnels[name] = _tunnel(found, name, extras, local, remote)
        found.place("tunnels", name, extras.node.line)
    return tunnels


def _parsed(text: str) -> Address | None:
    try:
        return parse_address(text.lower())
    except ValueError:
        return None


def _address(found: Found, text: str, destination: str) -> Address | None:
    """An address, or the first of an interface of the destination's family."""
    address = _parsed(text)
    if address is not None:
        return address
    version = 6 if ":" in destination else 4
    interface = found.interfaces.get(text)
    links = interface.addresses if interface is not None else ()
    return next((link.ip for link in links if link.version == version), None)


def _tunnel(found: Found, name: str, extras: Extras, local: Address, remote: Address) -> Tunnel:
    ipsec = found.crypto.ipsec_profiles.get(extras.profile)
    profile = _ike_profile(found, ipsec, extras.front_vrf, local)
    old = ipsec is not None and not ipsec.ike_profile
    crypto: CryptoPolicy | None = None
    key: Secret | None = None
    if ipsec is not None and extras.mode.startswith("ipsec"):
        crypto = _isakmp(found, ipsec) if old else _crypto(found, ipsec, profile, extras.front_vrf, local)
    if profile is not None:
        key = _key(found, profile, remote)
    elif old:
        key = _best([one for one in found.crypto.isakmp_keys if one.vrf == extras.front_vrf], remote)
    interval, retries = profile.dpd if profile is not None else (0, 0)
    return Tunnel(
        name=name,
        vrf=found.interfaces[name].vrf,
        front_vrf=extras.front_vrf,
        local=local,
        remote=remote,
        crypto=crypto,
        key=key,
        local_identity=(profile.local_identity if profile is not None else "") or str(local),
        remote_identity=_remote_identity(profile, remote),
        selectors=tuple(_selectors(found, extras)),
        dpd_interval=interval,
        dpd_retries=retries,
        initiate=not (ipsec is not None and ipsec.responder_only),
    )


def _ike_profile(found: Found, ipsec: IpsecProfile | None, front_vrf: str, local: Address) -> IkeProfile | None:
    """The profile, if it is for this front VRF and this address, and says whom it is for."""
    profile = found.crypto.profiles.get(ipsec.ike_profile) if ipsec is not None else None
    if profile is None or not profile.remote_identities:
        return None
    if profile.front_vrf not in (front_vrf, "any"):
        return None
    if profile.addresses and not any(_is_local(found, text, local) for text in profile.addresses):
        return None
    return profile


def _is_local(found: Found, text: str, local: Address) -> bool:
    interface: Interface | None = found.interfaces.get(text)
    if interface is not None:
        return any(link.ip == local for link in interface.addresses)
    return _parsed(text) == local


def _remote_identity(profile: IkeProfile | None, remote: Address) -> str:
    """The identity that is asked for; of several, the one that is the peer's address."""
    known = profile.remote_identities if profile is not None else []
    return str(remote) if str(remote) in known or not known else known[0]


# Algorithms


def _crypto(
    found: Found, ipsec: IpsecProfile, profile: IkeProfile | None, front_vrf: str, local: Address
) -> CryptoPolicy | None:
    proposal = _proposal(found, front_vrf, local)
    if profile is None or proposal is None:
        return None
    return _policy(
        found,
        ipsec,
        (_joined(proposal.encryption), _ike_integrity(proposal), _joined(proposal.groups)),
        profile.lifetime,
        2,
    )


def _policy(
    found: Found, ipsec: IpsecProfile, ike: tuple[str, str, str], lifetime: int, version: int
) -> CryptoPolicy | None:
    sets = [found.crypto.transform_sets[name] for name in ipsec.transform_sets if name in found.crypto.transform_sets]
    if len(sets) != len(ipsec.transform_sets) or not sets or not all(ike):
        return None
    encryption = _joined([one.encryption for one in sets])
    integrity = _joined([one.integrity or one.encryption for one in sets])
    modes = {one.mode for one in sets}
    return CryptoPolicy(
        ike_encryption=ike[0],
        ike_integrity=ike[1],
        dh_group=ike[2],
        ipsec_encryption=encryption,
        ipsec_integrity=integrity,
        pfs_group=ipsec.pfs,
        sa_seconds=found.crypto.seconds if ipsec.seconds is None else ipsec.seconds,
        sa_kilobytes=found.crypto.kilobytes if ipsec.kilobytes is None else ipsec.kilobytes,
        ike_seconds=lifetime,
        ike_version=version,
        mode="tunnel" if modes == {"tunnel"} else "transport",
    )


def _joined(words: list[str]) -> str:
    """What is offered; several choices are not one of Azure's words, and so never equal to one."""
    return ",".join(dict.fromkeys(words))


def _ike_integrity(proposal: Proposal) -> str:
    """The PRF where the encryption protects integrity itself (PLT-XE-16), and only there."""
    gcm = [word.startswith("GCM") for word in proposal.encryption]
    if all(gcm):
        return "" if proposal.integrity else _joined(proposal.prf)
    return "" if any(gcm) else _joined(proposal.integrity)


def _proposal(found: Found, front_vrf: str, local: Address) -> Proposal | None:
    """What the policy for this front VRF and address offers; one that names the address goes before one that does not."""
    fitting = [one for one in found.crypto.policies.values() if one.vrf in (front_vrf, "any")]
    named = [one for one in fitting if local in one.addresses]
    chosen: IkePolicy | None = next(iter(named or [one for one in fitting if not one.addresses]), None)
    names = chosen.proposals if chosen is not None else []
    proposals = [found.crypto.proposals[name] for name in names if name in found.crypto.proposals]
    if not proposals or len(proposals) != len(names):
        return None
    whole = Proposal()
    for one in proposals:
        whole.encryption += one.encryption
        whole.integrity += one.integrity
        whole.prf += one.prf
        whole.groups += one.groups
    return whole


def _isakmp(found: Found, ipsec: IpsecProfile) -> CryptoPolicy | None:
    """IKEv1 has its policies for all peers; the first number is the first choice."""
    if not found.crypto.isakmp:
        return None
    policy = found.crypto.isakmp[min(found.crypto.isakmp)]
    return _policy(found, ipsec, (policy.encryption, policy.integrity, policy.group), policy.lifetime, 1)


# Keys and selectors


def _key(found: Found, profile: IkeProfile, remote: Address) -> Secret | None:
    if profile.pre_shared != {"local", "remote"}:
        return None
    return profile.key if profile.key is not None else _best(found.crypto.keyrings.get(profile.keyring, []), remote)


def _best(peers: list[KeyPeer], remote: Address) -> Secret | None:
    """The key of the peer whose network has the address in it, the longest prefix first."""
    fitting = [
        (network.prefixlen, peer.key)
        for peer in peers
        for network in peer.networks
        if network.version == remote.version and remote in network
    ]
    longest = max((length for length, _ in fitting), default=0)
    return next((key for length, key in fitting if length == longest), None)


def _selectors(found: Found, extras: Extras) -> Iterator[Selector]:
    one = use(found, extras.selectors, "selectors") if extras.selectors else None
    if one is None:
        return
    for _, rule in sorted(one.rules.items()):
        if rule.permit and len(rule.sources) <= 1 and len(rule.destinations) <= 1 and not rule.unknown:
            yield Selector(*(part[0] if part else ANYTHING for part in (rule.sources, rule.destinations)))
        else:
            found.reject(one.node, "a selector is a permit of one network to one network")
