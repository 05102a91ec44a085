"""What is asked of a router, against what its platform and model can do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.inventory.intent import AttachmentIntent, CircuitIntent, EndIntent, Intent, PeeringIntent
from generator.inventory.models import Attachment, Peering, Router
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Domain
from generator.model.vlan import Dot1q, QinQ
from generator.platforms import known
from generator.platforms.base import Feature, Platform
from generator.rules.base import Problem, rule
from generator.rules.places import title, written_firewall
from generator.rules.platform import platform_of, platforms_of

WORDS: Final = {
    Feature.VRF: "VRFs",
    Feature.DOT1Q: "VLAN tags",
    Feature.QINQ: "two VLAN tags",
    Feature.IPV6: "IPv6",
    Feature.MD5: "MD5 keys",
    Feature.BFD: "BFD",
    Feature.MAX_PREFIX_RESTART: "restarting a session after too many prefixes",
    Feature.KEEPALIVE: "a keepalive that is not a third of the hold time",
    Feature.VRF_ASN: "an AS number of its own in each VRF",
    Feature.IPSEC: "IPsec tunnels",
    Feature.SOURCE_PER_VRF: "tunnels with one outer source in two VRFs",
    Feature.SELECTORS: "traffic selectors",
    Feature.STATELESS: "a firewall without sessions",
    Feature.STATEFUL: "a firewall that keeps sessions",
    Feature.NAT: "address translation",
    Feature.SHAPER: "a shaper",
    Feature.REMARK: "rewriting DSCP values",
    Feature.MACSEC: "MACsec",
    Feature.CONTROL_PLANE: "a filter in front of the router itself",
    Feature.STATE_SYNC: "a session table that two firewalls share",
}
ONLY_WARNED: Final = frozenset({Feature.KEEPALIVE, Feature.MAX_PREFIX_RESTART, Feature.REMARK, Feature.SHAPER})
"""The config works without them, a little differently."""

Need = tuple[Feature, DataPath]
"""A feature that is needed, and what asks for it."""


@rule("INV-066", Severity.ERROR, source="PLT-XR-08 PLT-NX-06 PLT-JUN-06 PLT-JUN-18")
def capabilities(intent: Intent) -> Iterator[Problem]:
    """A router's platform and model can do what is asked of it.

    Why:
        A config that leaves out tunnels, a key or IPv6 because the platform has no words for it is not what was
        asked for.
    Fix:
        End the circuit on a router of a platform that can do it, or ask for less.
    Bad:
        routers:
          pe1: {platform: cisco_nxos}  # were it a platform here, one without two tags
        handoff: qinq
    Good:
        routers:
          pe1: {platform: cisco_xe}
        handoff: qinq
    """
    routers = _Routers(intent)
    if not any(routers.lacking.values()):
        return
    for name, router in intent.routers.items():
        if router.management is not None:
            needs: list[Need] = [(Feature.CONTROL_PLANE, ("routers", name, "management"))]
            yield from routers.lacked(f"router {name}", [name], needs)
    for name, pair in intent.inventory.pairs.items():
        if pair.state_sync:
            needs = [(Feature.STATE_SYNC, ("pairs", name, "state_sync"))]
            yield from routers.lacked(f"pair {name}", pair.firewalls, needs)
    for customer in intent.customers:
        for attachment in customer.attachments:
            yield from _lacked(attachment, f"session {attachment.name}", routers)
        for circuit in customer.circuits:
            if circuit.spec.macsec is not None:
                facing = [name for name, _ in circuit.links.values()]
                needs = [(Feature.MACSEC, (*circuit.path, "macsec"))]
                yield from routers.lacked(f"circuit {circuit.name}", facing, needs)
            for peering in circuit.peerings:
                yield from _lacked(peering, title(peering), routers)
                if peering.nat_at == "firewall" or peering.ipsec is not None:
                    yield from routers.lacked(title(peering), circuit.pair.firewalls, list(_of_firewall(peering)))
    yield from _firewall_states(intent, routers)
    yield from _one_asn(intent, routers)


class _Routers:
    """The routers with the features that each lacks; those of unknown platforms are not there."""

    def __init__(self, intent: Intent) -> None:
        self.specs: dict[str, Router] = intent.routers
        self.platforms = platforms_of(intent)
        of_kind: dict[tuple[str, str], frozenset[Feature]] = {}
        self.lacking: dict[str, frozenset[Feature]] = {}
        for name, platform in self.platforms.items():
            kind = (platform.id, self.specs[name].model or "")
            if kind not in of_kind:
                of_kind[kind] = frozenset(Feature) - platform.can(kind[1])
            self.lacking[name] = of_kind[kind]

    def title(self, name: str) -> str:
        """``Juniper MX, Junos OS, model MX204``."""
        model = self.specs[name].model
        return self.platforms[name].title + (f", model {model}," if model else "")

    def lacked(self, what: str, names: Iterable[str], needs: list[Need]) -> Iterator[Problem]:
        """What several routers need and one of them cannot do; each feature once."""
        told: set[Feature] = set()
        for name in names:
            for feature, path in needs:
                if feature in self.lacking.get(name, ()) and feature not in told:
                    told.add(feature)
                    yield self.cannot(feature, path, what, name)

    def cannot(self, feature: Feature, path: DataPath, what: str, name: str) -> Problem:
        return Problem(
            message=f"{what} needs {WORDS.get(feature, feature.value)}, which {self.title(name)} on router {name} cannot do",
            path=path,
            fix=f"platforms that can: {', '.join(_able(feature)) or 'none'}",
            severity=Severity.WARNING if feature in ONLY_WARNED else Severity.ERROR,
        )


def _able(feature: Feature) -> Iterator[str]:
    """Platforms that can do something; with the model, where only some can."""
    for name in known():
        platform = platform_of(name)
        if platform is None:
            continue
        if feature in platform.can(""):
            yield name
        else:
            yield from (f"{name} model {model}" for model in _models(platform) if feature in platform.can(model))


def _models(platform: Platform) -> tuple[str, ...]:
    return () if platform.features_of is None else platform.models


def _lacked(thing: PeeringIntent | AttachmentIntent, name: str, routers: _Routers) -> Iterator[Problem]:
    """What one peering or session needs, and one of its routers cannot do; each feature once."""
    told: set[Feature] = set()
    for end in thing.ends.values():
        missing = routers.lacking.get(end.router)
        if not missing:
            continue
        for feature, path in _needs(thing, end):
            if feature in missing and feature not in told:
                told.add(feature)
                yield routers.cannot(feature, path, name, end.router)


def _needs(thing: PeeringIntent | AttachmentIntent, end: EndIntent) -> Iterator[Need]:
    """What one end of a peering or session needs of its router."""
    spec: Peering | Attachment = thing.spec
    path, settings = thing.path, end.settings
    yield Feature.VRF, path
    if isinstance(end.tags, QinQ | Dot1q):
        yield Feature.QINQ if isinstance(end.tags, QinQ) else Feature.DOT1Q, _tags_path(thing)
    if end.v6 is not None:
        yield Feature.IPV6, (*path, "v6")
    if spec.md5 is not None:
        yield Feature.MD5, (*path, "md5")
    if settings.bfd is not None:
        yield Feature.BFD, path if spec.bfd is None else (*path, "bfd")
    if settings.keepalive * 3 != settings.hold:
        yield Feature.KEEPALIVE, path if spec.timers is None else (*path, "timers")
    for link, limit in ((end.v4, settings.max_prefix_v4), (end.v6, settings.max_prefix_v6)):
        if link is not None and limit.restart_minutes is not None:
            yield Feature.MAX_PREFIX_RESTART, path if spec.max_prefix is None else (*path, "max_prefix")
    if isinstance(thing, PeeringIntent):
        yield from _services(thing)
    elif thing.spec.nat is not None:
        yield Feature.NAT, (*path, "nat")


def _services(peering: PeeringIntent) -> Iterator[Need]:
    """What a peering needs of its routers beside BGP; QoS and shaping only where somebody asked for it."""
    spec = peering.spec
    if peering.ipsec is not None and peering.ipsec.spec.at == "router":
        yield from _encryption(peering)
    if peering.nat_at == "router":
        yield Feature.NAT, (*peering.path, "nat")
    if spec.qos is not None and spec.qos.enabled and peering.domain is Domain.MICROSOFT:
        yield Feature.REMARK, (*peering.path, "qos")
    if spec.shape_mbps is not None:
        yield Feature.SHAPER, (*peering.path, "shape_mbps")


def _of_firewall(peering: PeeringIntent) -> Iterator[Need]:
    """What a peering needs of the appliances behind its routers."""
    if peering.ipsec is not None and peering.ipsec.spec.at == "firewall":
        yield from _encryption(peering)
    if peering.nat_at == "firewall":
        yield Feature.NAT, (*peering.path, "nat")


def _encryption(peering: PeeringIntent) -> Iterator[Need]:
    assert peering.ipsec is not None
    yield Feature.IPSEC, peering.ipsec.path
    if peering.ipsec.spec.selectors:
        yield Feature.SELECTORS, (*peering.ipsec.path, "selectors")


def _tags_path(thing: PeeringIntent | AttachmentIntent) -> DataPath:
    if isinstance(thing, AttachmentIntent):
        return (*thing.path, "vlan" if thing.spec.s_tag is None else "s_tag")
    circuit = thing.circuit
    return circuit.path if circuit.spec.handoff is None else (*circuit.path, "handoff")


def _firewall_states(intent: Intent, routers: _Routers) -> Iterator[Problem]:
    """A kind of firewall that was asked for, and not the one that fits; a default that many customers share once a router."""
    told: set[tuple[DataPath, str]] = set()
    for customer in intent.customers:
        state = customer.firewall.state if customer.firewall.enabled else ""
        if not state:
            continue
        feature = Feature.STATEFUL if state == "stateful" else Feature.STATELESS
        path = (*written_firewall(intent, customer), "state")
        for name in _facing(customer.circuits):
            if (path, name) not in told:
                told.add((path, name))
                yield from routers.lacked(f"firewall of customer {customer.name}", [name], [(feature, path)])


def _facing(circuits: list[CircuitIntent]) -> list[str]:
    """The routers on which circuits end, each once."""
    return list(dict.fromkeys(name for circuit in circuits for name, _ in circuit.links.values()))


def _one_asn(intent: Intent, routers: _Routers) -> Iterator[Problem]:
    """Routers with one AS number for all VRFs on which peerings have different ones."""
    first: dict[str, tuple[int, DataPath]] = {}
    told: set[tuple[str, int]] = set()
    for peering in intent.peerings():
        for end in peering.ends.values():
            name = end.router
            if not peering.asn or Feature.VRF_ASN not in routers.lacking.get(name, ()):
                continue
            for asn, path in _asns(peering):
                first_asn, place = first.setdefault(name, (asn, peering.path))
                if asn == first_asn or (name, asn) in told:
                    continue
                told.add((name, asn))
                yield Problem(
                    message=f"AS {asn} of the {title(peering)} is the second on router {name} beside {first_asn}, "
                    f"{routers.title(name).rstrip(',')} has one for all VRFs",
                    path=path,
                    fix=f"use AS {first_asn}, or end the circuit on another router",
                    related=(Related(place, note=f"AS {first_asn}"),),
                )


def _asns(peering: PeeringIntent) -> Iterator[tuple[int, DataPath]]:
    """Our AS numbers on a peering and in its tunnels, and where each is written."""
    yield peering.asn, _asn_path(peering)
    ipsec = peering.ipsec
    if ipsec is not None and ipsec.spec.at == "router" and ipsec.gateway_path is not None:
        yield ipsec.asn, (*ipsec.gateway_path, "onprem_asn") if ipsec.asn != peering.asn else _asn_path(peering)


def _asn_path(peering: PeeringIntent) -> DataPath:
    """Where the AS number of a peering is written, or the peering."""
    if peering.spec.asn is not None:
        return (*peering.path, "asn")
    if peering.circuit.pair.asn is not None:
        return ("pairs", peering.circuit.pair_name, "asn")
    customer = peering.customer
    return (*customer.path, "asn") if customer.spec.asn == peering.asn else peering.path
