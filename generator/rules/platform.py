"""What the platforms of the routers can do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from generator.inventory.intent import AttachmentIntent, EndIntent, Intent, PeeringIntent
from generator.inventory.models import Attachment, BothInts, Peering
from generator.model.finding import DataPath, Related, Severity
from generator.model.vlan import Dot1q, QinQ
from generator.platforms import known, load
from generator.platforms.base import Feature, Platform
from generator.rules.base import Problem, rule
from generator.rules.places import title

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
}
ONLY_WARNED: Final = frozenset({Feature.KEEPALIVE, Feature.MAX_PREFIX_RESTART})
"""The config works without them, a little differently."""

Need = tuple[Feature, DataPath]
"""A feature that is needed, and what asks for it."""


def _platform(name: str) -> Platform | None:
    try:
        return load(name)
    except KeyError:
        return None


def _platforms(intent: Intent) -> dict[str, Platform]:
    """The platform of each router, where it is known."""
    found = {name: _platform(router.platform) for name, router in intent.routers.items()}
    return {name: platform for name, platform in found.items() if platform is not None}


@rule("INV-066", Severity.ERROR, source="PLT-XR-08 PLT-NX-06")
def unknown_platform(intent: Intent) -> Iterator[Problem]:
    """Every router has a platform that there is.

    Why:
        The platform decides the words of the config; without it nothing can be rendered for the router.
    Fix:
        Write one of the ids that peerwright platforms lists.
    Bad:
        routers:
          pe1: {platform: cisco_ios_xe}
    Good:
        routers:
          pe1: {platform: cisco_xe}
    """
    for name, router in intent.routers.items():
        if _platform(router.platform) is not None:
            continue
        near = get_close_matches(router.platform, known(), n=1)
        yield Problem(
            message=f"platform {router.platform!r} of router {name} is unknown, expected one of {', '.join(known())}",
            path=("routers", name, "platform"),
            fix=f"did you mean {near[0]}?" if near else "write one of these; see peerwright platforms",
        )


@rule("INV-066", Severity.ERROR, source="PLT-XR-08 PLT-NX-06")
def port_names(intent: Intent) -> Iterator[Problem]:
    """Ports have names that their platform knows.

    Why:
        A router refuses a name that it does not know, and everything on that port with it.
    Fix:
        Write the full name of the port, without a subinterface number.
    Bad:
        routers:
          pe1: {azure_port: xe-0/1/0}
    Good:
        routers:
          pe1: {azure_port: TenGigabitEthernet0/1/0}
    """
    platforms = _platforms(intent)
    seen: dict[tuple[str, str], bool] = {}
    for name, port, path in _ports(intent):
        platform = platforms.get(name)
        if port is None or platform is None:
            continue
        key = (platform.id, port)
        if key not in seen:
            seen[key] = platform.is_port(port)
        if not seen[key]:
            yield Problem(
                message=f"port {port!r} is not a name of a port on {platform.title}, "
                f"expected one such as {platform.port_example}",
                path=path,
                fix="write the full name of the port, without a subinterface number",
                on_key=path[-1] == port,
            )


def _ports(intent: Intent) -> Iterator[tuple[str, str | None, DataPath]]:
    """Every port that is written: router, name, place."""
    for name, router in intent.routers.items():
        path: DataPath = ("routers", name)
        yield name, router.azure_port, (*path, "azure_port")
        yield name, router.customer_port, (*path, "customer_port")
        yield name, router.interlink_port, (*path, "interlink_port")
        for port in router.ports:
            yield name, port, (*path, "ports", port)
    for customer in intent.customers:
        for circuit in customer.circuits:
            if circuit.spec.links is not None:
                for role, (name, _) in circuit.links.items():
                    link = getattr(circuit.spec.links, role.value)
                    if link is not None:
                        yield name, link.port, (*circuit.path, "links", role.value, "port")
        for attachment in customer.attachments:
            if attachment.spec.port is not None:
                same = attachment.spec.port.primary == attachment.spec.port.secondary
                for role, end in attachment.ends.items():
                    where = (*attachment.path, "port")
                    yield end.router, end.port, where if same else (*where, role.value)


@rule("INV-066", Severity.ERROR, source="PLT-XR-08 PLT-NX-06 PLT-JUN-06")
def capabilities(intent: Intent) -> Iterator[Problem]:
    """A router's platform can do what is asked of it.

    Why:
        A config that leaves out two tags, a key or IPv6 because the platform has no words for it is not what was
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
    platforms = _platforms(intent)
    lacking = {name: _lacking(one) for name, one in platforms.items()}
    if not any(lacking.values()):
        return
    for customer in intent.customers:
        for attachment in customer.attachments:
            yield from _lacked(attachment, f"session {attachment.name}", lacking, platforms)
        for peering in customer.peerings():
            yield from _lacked(peering, title(peering), lacking, platforms)
    yield from _one_asn(intent, lacking, platforms)


def _lacking(platform: Platform) -> frozenset[Feature]:
    return frozenset(Feature) - platform.features


def _lacked(
    thing: PeeringIntent | AttachmentIntent,
    name: str,
    lacking: dict[str, frozenset[Feature]],
    platforms: dict[str, Platform],
) -> Iterator[Problem]:
    """What one peering or session needs, and one of its routers cannot do; each feature once."""
    told: set[Feature] = set()
    for end in thing.ends.values():
        missing = lacking.get(end.router)
        if not missing:
            continue
        for feature, path in _needs(thing, end):
            if feature in missing and feature not in told:
                told.add(feature)
                yield _cannot(feature, path, name, end.router, platforms[end.router])


def _cannot(feature: Feature, path: DataPath, name: str, router: str, platform: Platform) -> Problem:
    can = [one for one in known() if (other := _platform(one)) is not None and feature in other.features]
    return Problem(
        message=f"{name} needs {WORDS.get(feature, feature.value)}, which {platform.title} on router {router} cannot do",
        path=path,
        fix=f"platforms that can: {', '.join(can) or 'none'}",
        severity=Severity.WARNING if feature in ONLY_WARNED else Severity.ERROR,
    )


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


def _tags_path(thing: PeeringIntent | AttachmentIntent) -> DataPath:
    if isinstance(thing, AttachmentIntent):
        return (*thing.path, "vlan" if thing.spec.s_tag is None else "s_tag")
    circuit = thing.circuit
    return circuit.path if circuit.spec.handoff is None else (*circuit.path, "handoff")


def _one_asn(
    intent: Intent, lacking: dict[str, frozenset[Feature]], platforms: dict[str, Platform]
) -> Iterator[Problem]:
    """Routers with one AS number for all VRFs on which peerings have different ones."""
    first: dict[str, tuple[int, DataPath]] = {}
    told: set[tuple[str, int]] = set()
    for peering in intent.peerings():
        for end in peering.ends.values():
            name = end.router
            if not peering.asn or Feature.VRF_ASN not in lacking.get(name, ()):
                continue
            asn, place = first.setdefault(name, (peering.asn, peering.path))
            if asn == peering.asn or (name, peering.asn) in told:
                continue
            told.add((name, peering.asn))
            yield Problem(
                message=f"AS {peering.asn} of the {title(peering)} is the second on router {name} beside {asn}, "
                f"{platforms[name].title} has one for all VRFs",
                path=_asn_path(peering),
                fix=f"use AS {asn}, or end the circuit on another router",
                related=(Related(place, note=f"AS {asn}"),),
            )


def _asn_path(peering: PeeringIntent) -> DataPath:
    """Where the AS number of a peering is written, or the peering."""
    if peering.spec.asn is not None:
        return (*peering.path, "asn")
    if peering.circuit.pair.asn is not None:
        return ("pairs", peering.circuit.pair_name, "asn")
    customer = peering.customer
    return (*customer.path, "asn") if customer.spec.asn == peering.asn else peering.path


@rule("PLT-JUN-02", Severity.WARNING, source="PLT-JUN-02")
def outer_tag(intent: Intent) -> Iterator[Problem]:
    """The outer tag is one that every model of the platform takes.

    Why:
        A page of Juniper's limits the outer tag to 511 on ordinary interfaces; newer line cards take any.
    Fix:
        Try it on the model; if it is refused, the circuit needs another port or another router.
    Bad:
        routers:
          pe1: {platform: juniper_junos}
        s_tag: 600
    Good:
        routers:
          pe1: {platform: juniper_junos}
        s_tag: 45
    """
    advised = {name: one for name, one in _platforms(intent).items() if one.limits.outer_vlan_advised < 4094}
    if not advised:
        return
    for customer in intent.customers:
        for circuit in customer.circuits:
            if circuit.handoff == "qinq" and circuit.spec.s_tag is not None:
                routers = {role.value: name for role, (name, _) in circuit.links.items()}
                yield from _outer(circuit.spec.s_tag, routers, (*circuit.path, "s_tag"), advised)
        for attachment in customer.attachments:
            if attachment.spec.s_tag is not None:
                routers = {role.value: end.router for role, end in attachment.ends.items()}
                yield from _outer(attachment.spec.s_tag, routers, (*attachment.path, "s_tag"), advised)


def _outer(tags: BothInts, routers: dict[str, str], path: DataPath, advised: dict[str, Platform]) -> Iterator[Problem]:
    """The outer tag on each link, once where it is the same."""
    told: set[int] = set()
    for role, name in routers.items():
        tag: int = getattr(tags, role)
        platform = advised.get(name)
        if platform is None or tag in told or not platform.limits.outer_vlan_advised < tag <= 4094:
            continue
        told.add(tag)
        yield Problem(
            message=f"s_tag {tag} is above {platform.limits.outer_vlan_advised}, which is all that some models with "
            f"{platform.title} take as outer tag",
            path=path if tags.primary == tags.secondary else (*path, role),
            fix=f"try it on the model of router {name}",
        )
