"""What the platforms of the routers can do."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from generator.inventory.intent import Intent
from generator.inventory.models import BothInts
from generator.model.finding import DataPath, Severity
from generator.platforms import known, load
from generator.platforms.base import Platform
from generator.rules.base import Problem, rule


def platform_of(name: str) -> Platform | None:
    try:
        return load(name)
    except KeyError:
        return None


def platforms_of(intent: Intent) -> dict[str, Platform]:
    """The platform of each router, where it is known."""
    found = {name: platform_of(router.platform) for name, router in intent.routers.items()}
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
        if platform_of(router.platform) is not None:
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
    platforms = platforms_of(intent)
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
        for key in ("outside_port", "inside_port", "sync_port"):
            yield name, getattr(router, key), (*path, key)
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
    advised = {name: one for name, one in platforms_of(intent).items() if one.limits.outer_vlan_advised < 4094}
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
