"""`Inventory` → `Intent`: references followed, defaults filled in, addresses and tags worked out."""

from __future__ import annotations

from typing import Any

from generator.inventory import defaults, passing
from generator.inventory.addressing import link_of, with_explicit
from generator.inventory.flows import flows_of
from generator.inventory.intent import (
    AttachmentIntent,
    CircuitIntent,
    CustomerIntent,
    EndIntent,
    FirewallIntent,
    Intent,
    PeeringIntent,
    SessionSettings,
)
from generator.inventory.models import Attachment, BothInts, Circuit, Customer, Inventory, Pair, Peering
from generator.inventory.secrets import SecretStore
from generator.inventory.tunnels import gateways, ipsec_of
from generator.model.finding import DataPath, Finding, Severity
from generator.model.naming import object_name
from generator.model.plan import Domain, Role
from generator.model.vlan import Dot1q, QinQ, Tags

ROLES = (Role.PRIMARY, Role.SECONDARY)
DOMAINS = frozenset(domain.value for domain in Domain)


def by_role(both: BothInts | None, role: Role) -> int | None:
    if both is None:
        return None
    return both.primary if role is Role.PRIMARY else both.secondary


def resolve(inventory: Inventory, secrets: SecretStore) -> tuple[Intent, list[Finding]]:
    """The intent, and what refers to nothing.  A circuit whose routers are not known is left out of it."""
    resolver = _Resolver(inventory, secrets)
    resolver.check_references()
    customers = [resolver.customer(name, spec) for name, spec in inventory.customers.items()]
    return Intent(inventory, customers), resolver.findings + secrets.findings


class _Resolver:
    """Carries the inventory, the findings and a cache of session settings through one resolution."""

    def __init__(self, inventory: Inventory, secrets: SecretStore) -> None:
        self.inventory = inventory
        self.secrets = secrets
        self.findings: list[Finding] = []
        self._settings: dict[tuple[str, Domain | None, str, int], SessionSettings] = {}

    def dangling(self, path: DataPath, what: str, name: str, known: Any) -> None:
        names = ", ".join(sorted(known)[:8]) or "none"
        self.findings.append(
            Finding(
                rule="SCH-004",
                severity=Severity.ERROR,
                message=f"{what} {name!r} is not defined; there are: {names}",
                path=path,
                fix=f"define the {what} or correct the name",
            )
        )

    def missing(self, path: DataPath, message: str, fix: str) -> None:
        self.findings.append(Finding(rule="SCH-005", severity=Severity.ERROR, message=message, path=path, fix=fix))

    # references ---------------------------------------------------------------------------------

    def check_references(self) -> None:
        inventory = self.inventory
        for name, router in inventory.routers.items():
            if router.provider is not None and router.provider not in inventory.providers:
                self.dangling(("routers", name, "provider"), "provider", router.provider, inventory.providers)
        for name, pair in inventory.pairs.items():
            for index, router_name in enumerate(pair.routers):
                if router_name not in inventory.routers:
                    self.dangling(("pairs", name, "routers", index), "router", router_name, inventory.routers)
            for index, firewall in enumerate(pair.firewalls):
                if firewall not in inventory.routers:
                    self.dangling(("pairs", name, "firewalls", index), "router", firewall, inventory.routers)
            if pair.provider is not None and pair.provider not in inventory.providers:
                self.dangling(("pairs", name, "provider"), "provider", pair.provider, inventory.providers)

    def provider_of(self, pair: Pair) -> str:
        """The provider that runs a pair: its own word, its routers', or the only one there is."""
        if pair.provider is not None:
            return pair.provider
        for name in pair.routers:
            router = self.inventory.routers.get(name)
            if router is not None and router.provider is not None:
                return router.provider
        return ""

    def pair_of(self, spec: Customer, circuit: Circuit, path: DataPath) -> tuple[str, Pair] | None:
        pairs = self.inventory.pairs
        name = circuit.pair or spec.pair
        if name is None:
            if len(pairs) == 1:
                return next(iter(pairs.items()))
            self.missing(
                path,
                "the circuit does not say which pair of routers it ends on",
                f"add pair: one of {', '.join(pairs)}",
            )
            return None
        if name not in pairs:
            self.dangling((*path, "pair") if circuit.pair else (*path[:2], "pair"), "pair", name, pairs)
            return None
        return name, pairs[name]

    # customers ----------------------------------------------------------------------------------

    def customer(self, name: str, spec: Customer) -> CustomerIntent:
        path: DataPath = ("customers", name)
        customer = CustomerIntent(name, spec, path, "")
        for circuit_name, circuit in spec.circuits.items():
            found = self.circuit(customer, circuit_name, circuit)
            if found is not None:
                customer.circuits.append(found)
        customer.model = spec.model or self._model(customer)
        customer.firewall = self._firewall(customer)
        customer.flows, customer.broken_flows = flows_of(spec, path, self.inventory.services)
        for circuit_intent in customer.circuits:
            for domain_name, peering in circuit_intent.spec.peerings.items():
                if domain_name in DOMAINS:
                    circuit_intent.peerings.append(self.peering(circuit_intent, Domain(domain_name), peering))
        customer.attachments = self.attachments(customer)
        return customer

    def _firewall(self, customer: CustomerIntent) -> FirewallIntent:
        """The customer's own word, the provider's or the inventory's default, or on."""
        pair = customer.circuits[0].pair if customer.circuits else None
        provider = None if pair is None else self.inventory.providers.get(self.provider_of(pair))
        said = [customer.spec.firewall]
        said += [owner.defaults.firewall for owner in (provider, self.inventory) if owner and owner.defaults]
        for one in said:
            if one is not None:
                return FirewallIntent(one.enabled, one.state or "", one.urpf or "loose")
        return FirewallIntent()

    def _model(self, customer: CustomerIntent) -> str:
        through = any(self.provider_of(circuit.pair) for circuit in customer.circuits) and customer.spec.asn is None
        return "connect_through" if through else "connect_to"

    def circuit(self, customer: CustomerIntent, name: str, spec: Circuit) -> CircuitIntent | None:
        path: DataPath = (*customer.path, "circuits", name)
        found = self.pair_of(customer.spec, spec, path)
        if found is None:
            return None
        pair_name, pair = found
        links = self.links(spec, pair, path)
        if not links:
            return None
        provider = self.inventory.providers.get(self.provider_of(pair))
        values = {field: self._circuit_value(spec, provider, field) for field in defaults.CIRCUIT}
        if not values["location"]:
            values["location"] = pair.location or ""
        return CircuitIntent(
            customer=customer,
            name=name,
            spec=spec,
            path=path,
            pair_name=pair_name,
            pair=pair,
            links=links,
            cak=None
            if spec.macsec is None or spec.macsec.cak is None
            else self.secrets.get(spec.macsec.cak, (*path, "macsec", "cak")),
            **values,
        )

    def _circuit_value(self, spec: Circuit, provider: Any, field: str) -> Any:
        value = getattr(spec, field)
        if value is not None:
            return value
        for owner in (provider, self.inventory):
            if owner is not None and owner.defaults is not None and owner.defaults.circuit is not None:
                value = getattr(owner.defaults.circuit, field)
                if value is not None:
                    return value
        return defaults.CIRCUIT[field].value

    def links(self, spec: Circuit, pair: Pair, path: DataPath) -> dict[Role, tuple[str, str]]:
        """Role → router and Azure-facing port; without a router that can be found the role is left out."""
        found: dict[Role, tuple[str, str]] = {}
        for index, role in enumerate(ROLES):
            link = None if spec.links is None else getattr(spec.links, role.value)
            if spec.links is not None and link is None:
                continue
            name = (
                link.router
                if link is not None and link.router
                else pair.routers[index]
                if index < len(pair.routers)
                else None
            )
            if name is None:
                continue
            router = self.inventory.routers.get(name)
            if router is None:
                if link is not None and link.router:
                    self.dangling((*path, "links", role.value, "router"), "router", name, self.inventory.routers)
                continue
            port = link.port if link is not None and link.port else router.azure_port
            if port is None:
                self.missing(
                    ("routers", name),
                    f"router {name} has no azure_port, and circuit {path[-1]} names none",
                    "add azure_port",
                )
                continue
            found[role] = (name, port)
        return found

    # peerings -----------------------------------------------------------------------------------

    def asn_of(self, customer: CustomerIntent, pair: Pair) -> int:
        if pair.asn is not None:
            return pair.asn
        provider = self.inventory.providers.get(self.provider_of(pair))
        if customer.model == "connect_through" and provider is not None:
            return provider.asn
        return customer.spec.asn or (provider.asn if provider is not None else 0)

    def peering(self, circuit: CircuitIntent, domain: Domain, spec: Peering) -> PeeringIntent:
        customer = circuit.customer
        path: DataPath = (*circuit.path, "peerings", domain.value)
        asn = spec.asn or self.asn_of(customer, circuit.pair)
        provider = self.provider_of(circuit.pair)
        if not asn and (not provider or provider in self.inventory.providers):
            self.missing(
                path, "no AS number is known for this peering", "add asn to the customer, the pair or the provider"
            )
        values, unknown = passing.route_filter(self.inventory.communities, spec.route_filter)
        accepted, _ = passing.route_filter(self.inventory.communities, spec.router_accepts)
        mode = spec.mode or self._peering_value(circuit, domain, "mode")
        home = spec.vrf or self.vrf_of(customer, domain)
        front = domain is Domain.PRIVATE and spec.ipsec is not None
        peering = PeeringIntent(
            circuit=circuit,
            domain=domain,
            spec=spec,
            path=path,
            asn=asn,
            vrf=object_name(home, "FRONT") if front and spec.vrf is None else home,
            mode=mode,
            preferred=Role(passing.preferred(spec)),
            ends={role: self.end(circuit, domain, spec, role, path) for role in circuit.links},
            local_preference=passing.local_preference(spec, mode),
            prepend=passing.prepend(spec, mode),
            announce={role: passing.announce(customer, domain, spec, role) for role in circuit.links},
            accept=passing.accept(customer, circuit, domain, spec),
            communities=tuple(sorted({*values, *accepted})),
            route_filter=values,
            unknown_communities=unknown,
            registry=spec.registry or self._peering_value(circuit, domain, "registry"),
            loa=self._peering_value(circuit, domain, "loa") if spec.loa is None else spec.loa,
            password=None if spec.md5 is None else self.secrets.get(spec.md5, (*path, "md5")),
            v4=spec.v4 is not None,
            v6=spec.v6 is not None,
            nat_at=self._nat_at(customer, domain, spec),
        )
        if spec.ipsec is not None:
            inner = spec.ipsec.vrf or self.vrf_of(customer, Domain.PRIVATE)
            peering.ipsec = ipsec_of(peering, inner, self.secrets)
            self._check_gateway(peering)
        return peering

    def _nat_at(self, customer: CustomerIntent, domain: Domain, spec: Peering) -> str:
        """Which device translates: the one that is named, the firewall on which the domain's session ends, or the router."""
        if spec.nat is None:
            return ""
        sessions = (*customer.spec.sessions.values(), *((customer.spec.ce,) if customer.spec.ce else ()))
        on_firewall = any(one.firewall is not None and one.domain == domain.value for one in sessions)
        return spec.nat.at or ("firewall" if on_firewall else "router")

    def _check_gateway(self, peering: PeeringIntent) -> None:
        ipsec = peering.ipsec
        if ipsec is None or ipsec.gateway is not None:
            return
        names = [one.name for _, one in gateways(peering.customer) if one.name]
        if ipsec.spec.gateway is not None:
            self.dangling((*ipsec.path, "gateway"), "VPN gateway", ipsec.spec.gateway, names)
            return
        self.missing(
            ipsec.path,
            f"customer {peering.customer.name} has {'several VPN gateways' if names else 'no VPN gateway'}",
            f"add gateway: one of {', '.join(names)}"
            if names
            else "describe it under vnets: gateways: [{kind: vpn, ...}]",
        )

    def _peering_value(self, circuit: CircuitIntent, domain: Domain, field: str) -> Any:
        provider = self.inventory.providers.get(self.provider_of(circuit.pair))
        for owner in (provider, self.inventory):
            if owner is None or owner.defaults is None:
                continue
            for group in (getattr(owner.defaults, domain.value), owner.defaults.peering):
                value = None if group is None else getattr(group, field)
                if value is not None:
                    return value
        return defaults.PEERING[field].value

    def vrf_of(self, customer: CustomerIntent, domain: Domain) -> str:
        spec = customer.spec
        if domain is Domain.PRIVATE:
            return spec.vrf or object_name(customer.name)
        if domain is Domain.MICROSOFT:
            return spec.vrf_dmz or object_name(spec.vrf or customer.name, "MS")
        return object_name(spec.vrf or customer.name, "PUB")

    def end(self, circuit: CircuitIntent, domain: Domain, spec: Peering, role: Role, path: DataPath) -> EndIntent:
        router, port = circuit.links[role]
        link = None if spec.links is None else getattr(spec.links, role.value)
        v4, v6 = link_of(spec.v4, role, 4), link_of(spec.v6, role, 6)
        if link is not None:
            v4 = with_explicit(v4, link.own, link.msee)
            v6 = with_explicit(v6, link.own_v6, link.msee_v6)
        wire = spec.azure_vlan if link is None or link.wire_vlan is None else link.wire_vlan
        extra = sum(len(reach.prefixes) for reach in spec.global_reach)
        return EndIntent(
            role,
            router,
            port,
            self._tags(circuit, role, wire, path),
            None if link is None else link.unit,
            v4,
            v6,
            self.settings(router, domain, spec, path, self.provider_of(circuit.pair), extra),
        )

    def _tags(self, circuit: CircuitIntent, role: Role, wire: int, path: DataPath) -> Tags | None:
        if circuit.handoff != "qinq":
            return Dot1q(wire)
        outer = by_role(circuit.spec.s_tag, role)
        if outer is None:
            if role is Role.PRIMARY and path[-1] == next(iter(circuit.spec.peerings)):
                self.missing(
                    circuit.path,
                    f"circuit {circuit.name} has no s_tag, and its hand-off is qinq",
                    "add s_tag, or set handoff",
                )
            return None
        return QinQ(outer, wire)

    def settings(
        self, router: str, domain: Domain | None, spec: Peering | Attachment, path: DataPath, provider: str, extra: int
    ) -> SessionSettings:
        key = (router, domain, provider, extra)
        cacheable = defaults.says_nothing(spec)
        if cacheable and key in self._settings:
            return self._settings[key]
        found = list(defaults.levels(self.inventory, router, domain, spec, path, provider))
        settings = defaults.session_settings(found, domain, extra)
        if cacheable:
            self._settings[key] = settings
        return settings

    # sessions beside Azure's --------------------------------------------------------------------

    def attachments(self, customer: CustomerIntent) -> list[AttachmentIntent]:
        found: list[AttachmentIntent] = []
        if customer.spec.ce is not None:
            found.append(self.attachment(customer, "ce", customer.spec.ce, (*customer.path, "ce")))
        for name, spec in customer.spec.sessions.items():
            found.append(self.attachment(customer, name, spec, (*customer.path, "sessions", name)))
        return found

    def attachment(self, customer: CustomerIntent, name: str, spec: Attachment, path: DataPath) -> AttachmentIntent:
        accept = passing.attachment_accept(customer, spec)
        ends: dict[Role, EndIntent] = {}
        circuit = self._attachment_circuit(customer, spec, path)
        for role in () if circuit is None else circuit.links:
            assert circuit is not None
            end = self._attachment_end(circuit, spec, role, path, len(accept))
            if end is not None:
                ends[role] = end
        return AttachmentIntent(
            name,
            spec,
            path,
            Domain(spec.domain),
            "" if circuit is None else circuit.pair_name,
            ends,
            accept,
            passing.attachment_advertise(spec),
            None if spec.md5 is None else self.secrets.get(spec.md5, (*path, "md5")),
            None
            if spec.firewall is None or spec.firewall.md5 is None
            else self.secrets.get(spec.firewall.md5, (*path, "firewall", "md5")),
        )

    def _attachment_circuit(self, customer: CustomerIntent, spec: Attachment, path: DataPath) -> CircuitIntent | None:
        if spec.circuit is None:
            return customer.circuits[0] if customer.circuits else None
        for circuit in customer.circuits:
            if circuit.name == spec.circuit:
                return circuit
        if spec.circuit not in customer.spec.circuits:
            self.dangling((*path, "circuit"), "circuit", spec.circuit, customer.spec.circuits)
        return None

    def _attachment_end(
        self, circuit: CircuitIntent, spec: Attachment, role: Role, path: DataPath, count: int
    ) -> EndIntent | None:
        v4, v6 = link_of(spec.v4, role, 4), link_of(spec.v6, role, 6)
        if v4 is None and v6 is None:
            return None
        name = circuit.links[role][0]
        own_port = None if spec.port is None else getattr(spec.port, role.value)
        port = own_port or self.inventory.routers[name].customer_port
        if port is None:
            self.missing(
                path,
                f"router {name} has no customer_port, and the session names no port",
                "add customer_port to the router",
            )
            return None
        vlan, outer = by_role(spec.vlan, role), by_role(spec.s_tag, role)
        tags: Tags | None = None
        if vlan is not None:
            tags = Dot1q(vlan) if outer is None else QinQ(outer, vlan)
        else:
            self.missing(path, "the session says no vlan", "add vlan: the tag on the port towards the customer")
        settings = self.settings(name, None, spec, path, self.provider_of(circuit.pair), count)
        return EndIntent(role, name, port, tags, None, v4, v6, settings)
