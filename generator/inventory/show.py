"""For any value of an inventory: what it is, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from generator.inventory import defaults, show_security
from generator.inventory.intent import AttachmentIntent, CircuitIntent, CustomerIntent, EndIntent, Intent, PeeringIntent
from generator.inventory.secrets import is_reference
from generator.inventory.shown import Origin, Value, default_of, words
from generator.model.finding import DataPath, path_text
from generator.model.secret import MASK

SECRET_KEYS = frozenset({"md5", "psk", "cak", "key", "password", "secret"})


def values_at(intent: Intent, data: dict[str, object], path: str) -> list[Value]:
    """Everything at or below ``path``: what is written, what a default gives, and what follows from both."""
    found = {one.path: one for one in _written(data, ())}
    for customer in intent.customers:
        for one in _customer(intent, customer):
            found.setdefault(one.path, one)
    wanted = path.strip()
    return [one for name, one in found.items() if name == wanted or name.startswith((f"{wanted}.", f"{wanted}["))]


def _written(value: object, path: DataPath) -> Iterator[Value]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _written(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _written(inner, (*path, index))
    else:
        yield Value(path_text(path), _masked(path, value), "written", path)


def _masked(path: DataPath, value: object) -> str:
    text = words(value)
    hidden = not SECRET_KEYS.isdisjoint(map(str, path)) and not is_reference(text)
    return MASK if hidden else text


def _customer(intent: Intent, customer: CustomerIntent) -> Iterator[Value]:
    base = path_text(customer.path)
    yield Value(f"{base}.model", customer.model, "follows from the pair's provider")
    provider = _provider(intent, customer.circuits[0]) if customer.circuits else ""
    yield from show_security.firewall(intent, customer, provider)
    for circuit in customer.circuits:
        yield from _circuit(intent, circuit)
        for peering in circuit.peerings:
            yield from _peering(intent, peering)
            yield from show_security.tunnels(peering)
            yield from show_security.services(peering)
    for attachment in customer.attachments:
        yield from _attachment(attachment)


def _circuit(intent: Intent, circuit: CircuitIntent) -> Iterator[Value]:
    base = path_text(circuit.path)
    provider = _provider(intent, circuit)
    for field, built_in in defaults.CIRCUIT.items():
        value = getattr(circuit, field)
        origin = "built-in default"
        place: DataPath | None = None
        for where, owner in (
            (
                ("providers", provider, "defaults", "circuit", field),
                intent.inventory.providers.get(provider),
            ),
            (("defaults", "circuit", field), intent.inventory),
        ):
            group = getattr(getattr(owner, "defaults", None), "circuit", None)
            if group is not None and getattr(group, field) is not None:
                origin, place = default_of(where), where
                break
        if place is None and field == "location" and circuit.pair.location:
            origin, place = "location of the pair", ("pairs", circuit.pair_name, "location")
        yield Value(f"{base}.{field}", words(value), origin, place, built_in.source if place is None else "")
    spec = circuit.customer.spec
    of_customer = ("pair of the customer", (*circuit.customer.path, "pair"))
    origin, place = of_customer if spec.pair else ("the only pair there is", ("pairs", circuit.pair_name))
    yield Value(f"{base}.pair", circuit.pair_name, origin, place)
    for role, (router, port) in circuit.links.items():
        yield Value(
            f"{base}.links.{role.value}.router", router, "position in the pair", ("pairs", circuit.pair_name, "routers")
        )
        yield Value(
            f"{base}.links.{role.value}.port", port, "azure_port of the router", ("routers", router, "azure_port")
        )


def _peering(intent: Intent, peering: PeeringIntent) -> Iterator[Value]:
    base = path_text(peering.path)
    yield from _settings(intent, peering, base)
    yield Value(f"{base}.asn", str(peering.asn), *_asn_origin(intent, peering))
    yield Value(f"{base}.vrf", peering.vrf, *_vrf_origin(peering))
    yield Value(f"{base}.mode", peering.mode, *_group_origin(intent, peering, "mode"))
    if peering.domain.value != "private":
        yield Value(f"{base}.registry", words(peering.registry or None), *_group_origin(intent, peering, "registry"))
        yield Value(f"{base}.loa", words(peering.loa), *_group_origin(intent, peering, "loa"))
    yield Value(
        f"{base}.accept", words(peering.accept), "the VNets it is linked to" if peering.accept else "nothing by prefix"
    )
    if peering.communities:
        yield Value(f"{base}.communities", words(peering.communities), "values of route_filter and router_accepts")
    for role, end in peering.ends.items():
        link = f"{base}.links.{role.value}"
        yield from _end(end, link)
        yield Value(f"{link}.local_pref", str(peering.local_preference[role]), *_preference_origin(peering))
        yield Value(f"{link}.announce", words(peering.announce[role]), *_announce_origin(peering))


def _provider(intent: Intent, circuit: CircuitIntent) -> str:
    names = (intent.routers[name].provider for name in circuit.pair.routers if name in intent.routers)
    return circuit.pair.provider or next((name for name in names if name), "")


def _asn_origin(intent: Intent, peering: PeeringIntent) -> Origin:
    circuit, customer = peering.circuit, peering.customer
    if circuit.pair.asn is not None:
        return "AS of the pair", ("pairs", circuit.pair_name, "asn"), ""
    if customer.model == "connect_through":
        return "AS of the provider", ("providers", _provider(intent, circuit), "asn"), ""
    return "AS of the customer", (*customer.path, "asn"), ""


def _vrf_origin(peering: PeeringIntent) -> Origin:
    customer = peering.customer
    if peering.ipsec is not None and peering.domain.value == "private":
        return "front VRF of the tunnels", None, "IPS-TR-04"
    key = "vrf" if peering.domain.value == "private" else "vrf_dmz"
    if getattr(customer.spec, key) is not None:
        return f"{key} of the customer", (*customer.path, key), ""
    return "made of the customer's name", customer.path, "PLT-NAME-01"


def _group_origin(intent: Intent, peering: PeeringIntent, field: str) -> Origin:
    """A value of the peering as a whole: the provider's default, the inventory's, or built in."""
    provider = _provider(intent, peering.circuit)
    owners = ((("providers", provider), intent.inventory.providers.get(provider)), ((), intent.inventory))
    for path, owner in owners:
        for group in (peering.domain.value, "peering"):
            found = getattr(getattr(owner, "defaults", None), group, None)
            if found is not None and getattr(found, field) is not None:
                where = (*path, "defaults", group, field)
                return default_of(where), where, ""
    return "built-in default", None, defaults.PEERING[field].source


def _preference_origin(peering: PeeringIntent) -> Origin:
    if peering.spec.local_pref is not None:
        return "written", (*peering.path, "local_pref"), ""
    passive = peering.mode == "active_passive"
    source = defaults.PASSIVE_LOCAL_PREFERENCE if passive else defaults.LOCAL_PREFERENCE
    return "built-in default", None, source.source


def _announce_origin(peering: PeeringIntent) -> Origin:
    if peering.spec.advertise is not None:
        return "written", (*peering.path, "advertise"), ""
    if peering.domain.value == "private" and peering.ipsec is not None:
        return "sources of the tunnels, and clear", (*peering.ipsec.path, "source"), "IPS-TR-03"
    if peering.domain.value == "private":
        return "onprem of the customer", (*peering.customer.path, "onprem"), ""
    return "registered prefixes and pools", (*peering.path, "advertised_public_prefixes"), "ER-RTE-09"


def _end(end: EndIntent, link: str) -> Iterator[Value]:
    if end.tags is not None:
        yield Value(f"{link}.tags", str(end.tags), "hand-off, s_tag and azure_vlan", None, "ER-VLAN-02")
    for name, pair in (("", end.v4), ("_v6", end.v6)):
        if pair is not None:
            yield Value(f"{link}.own{name}", str(pair.own), "first usable address of the link", None, "ER-ADDR-03")
            yield Value(
                f"{link}.msee{name}", str(pair.peer.ip), "second usable address of the link", None, "ER-ADDR-03"
            )


def _settings(intent: Intent, peering: PeeringIntent, base: str) -> Iterator[Value]:
    """The session settings; where the two routers differ, one value for each link."""
    rows: dict[str, list[Value]] = {}
    for end in peering.ends.values():
        provider = _provider(intent, peering.circuit)
        found = list(
            defaults.levels(intent.inventory, end.router, peering.domain, peering.spec, peering.path, provider)
        )
        for name, value, field, source in _setting_values(end, peering):
            where = _chosen(found, field, name)
            own = where[: len(peering.path)] == peering.path
            origin = "written" if own else default_of(where) if where else "built-in default"
            one = Value(f"{base}.{name}", words(value), origin, where or None, "" if where else source)
            rows.setdefault(name, []).append(one)
            rows[name][-1].path = f"{base}.{name}"
            if len(rows[name]) == 2 and rows[name][0].value != rows[name][1].value:
                for link, row in zip(("primary", "secondary"), rows[name], strict=True):
                    row.path = f"{base}.links.{link}.{name}"
    for values in rows.values():
        yield from values


def _chosen(found: list[defaults.Level], field: str, name: str) -> DataPath:
    """Where a setting stands; the limits of the two families may stand at different levels."""
    if field != "max_prefix":
        return defaults.chosen(found, field)[0]
    family = name.split(".")[1]
    for path, settings in found:
        if settings.max_prefix is not None and getattr(settings.max_prefix, family) is not None:
            return (*path, field, family)
    return ()


def _setting_values(end: EndIntent, peering: PeeringIntent) -> Iterator[tuple[str, Any, str, str]]:
    settings = end.settings
    yield "timers.keepalive", settings.keepalive, "timers", "ER-BGP-04"
    yield "timers.hold", settings.hold, "timers", "ER-BGP-04"
    yield "bfd.enabled", settings.bfd is not None, "bfd", defaults.BFD[peering.domain].source
    if settings.bfd is not None:
        for name, value in (
            ("tx", settings.bfd.transmit_ms),
            ("rx", settings.bfd.receive_ms),
            ("mult", settings.bfd.multiplier),
            ("echo", settings.bfd.echo),
        ):
            yield f"bfd.{name}", value, "bfd", "ER-BGP-05"
    yield "mtu", settings.mtu, "mtu", "ER-MTU-01"
    yield "tpid", f"0x{settings.tpid:04x}", "tpid", "ER-VLAN-08"
    yield "max_prefix.v4.limit", settings.max_prefix_v4.limit, "max_prefix", "ER-BGP-11"
    yield "max_prefix.v6.limit", settings.max_prefix_v6.limit, "max_prefix", "ER-BGP-11"


def _attachment(attachment: AttachmentIntent) -> Iterator[Value]:
    base = path_text(attachment.path)
    yield Value(f"{base}.accept", words(attachment.accept), "onprem of the customer")
    yield Value(f"{base}.advertise", words(attachment.advertise or ("what came from Azure",)), "what came from Azure")
    for role, end in attachment.ends.items():
        yield from _end(end, f"{base}.links.{role.value}")
