"""The other end as data: the worked examples of the domain rules (G), and what each switch of an inventory changes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from generator import api
from generator.handover import HandoverDocument, handover_of, terms_of
from generator.handover.circuit_sheets import CircuitSheet, PeeringSheet
from generator.inventory.intent import Intent
from generator.report.handover import handover_json
from tests.inventories import BASE, CIRCUIT, MICROSOFT, PRIVATE, intent_of, microsoft, with_values
from tests.unit.handover.fjellmark import FJELLMARK, SECRETS, write

INVENTORIES = Path(__file__).parents[3] / "inventories"


def shipped(inventory: str, customer: str) -> HandoverDocument:
    document, result = api.handover(INVENTORIES / inventory, customer)
    assert document is not None, result.findings
    return document


def made(text: str = BASE, changes: dict[str, Any] | None = None, circuit: str | None = None) -> HandoverDocument:
    intent: Intent = intent_of(with_values(text, changes or {}))
    return handover_of(intent, intent.customers[0], circuit)


def only_circuit(document: HandoverDocument) -> CircuitSheet:
    (circuit,) = document.circuits
    return circuit


def peering(document: HandoverDocument, domain: str) -> PeeringSheet:
    return next(one for one in only_circuit(document).peerings if one.domain == domain)


def links(sheet: PeeringSheet) -> list[tuple[str, str, int, str, str]]:
    return [(one.link, one.router, one.family, one.ours, one.microsofts) for one in sheet.addresses]


# G.1, Northlake.


@pytest.mark.parametrize(
    ("customer", "s_tag", "sku", "base"),
    [("alpha", 101, "Standard_MeteredData", 0), ("bravo", 102, "Standard_UnlimitedData", 8)],
)
def test_a_customer_of_northlake(customer: str, s_tag: int, sku: str, base: int) -> None:
    circuit = only_circuit(shipped("northlake", customer))
    assert (circuit.port_type, circuit.location, circuit.sku) == ("Provider", "Amsterdam", sku)
    assert [(one.link, one.router, one.port, one.outer, one.inner) for one in circuit.order] == [
        ("primary", "pe1", "TenGigabitEthernet0/1/0", s_tag, 100),
        ("secondary", "pe2", "TenGigabitEthernet0/1/0", s_tag, 100),
    ]
    (private,) = circuit.peerings
    assert (private.peer_asn, private.microsoft_asn, private.vlan_id) == (64600, 12076, 100)
    assert private.shared_key == f"file:secrets/{customer}"
    assert private.v4 is not None
    assert (private.v4.primary, private.v4.secondary, private.v4.block) == (
        f"172.31.0.{base}/30",
        f"172.31.0.{base + 4}/30",
        f"172.31.0.{base}/29",
    )
    assert private.v6 is None
    assert links(private) == [
        ("primary", "pe1", 4, f"172.31.0.{base + 1}", f"172.31.0.{base + 2}"),
        ("secondary", "pe2", 4, f"172.31.0.{base + 5}", f"172.31.0.{base + 6}"),
    ]
    assert private.accepted == ("10.100.0.0/16",)


def test_the_passive_link_of_bravo_is_prepended() -> None:
    private = peering(shipped("northlake", "bravo"), "private")
    assert (private.mode, private.preferred) == ("active_passive", "primary")
    assert [(one.link, one.prefix, one.next_hop, one.path) for one in private.routes] == [
        ("primary", "10.0.0.0/16", "172.31.0.9", "64600"),
        ("secondary", "10.0.0.0/16", "172.31.0.13", "64600 64600 64600 64600"),
    ]


def test_charlies_microsoft_peering() -> None:
    sheet = peering(shipped("northlake", "charlie"), "microsoft")
    assert (sheet.azure_type, sheet.vlan_id, sheet.shared_key) == (
        "MicrosoftPeering",
        200,
        "file:secrets/charlie-microsoft",
    )
    assert links(sheet) == [
        ("primary", "pe1", 4, "203.0.113.1", "203.0.113.2"),
        ("secondary", "pe2", 4, "203.0.113.5", "203.0.113.6"),
    ]
    public = sheet.microsoft
    assert public is not None
    assert [(one.prefix, one.registry, one.loa) for one in public.advertised_public_prefixes] == [
        ("203.0.113.64/28", "RIPENCC", False),
        ("203.0.113.80/28", "RIPENCC", False),
    ]
    assert (public.customer_asn, public.expected_state, public.manual_validation) == (None, "Configured", True)
    assert [(one.value, one.name) for one in public.route_filter] == [
        ("12076:5060", "Microsoft Entra ID"),
        ("12076:51002", "West Europe"),
        ("12076:52002", "Storage West Europe"),
    ]
    assert [(one.link, one.prefix) for one in sheet.routes] == [
        ("primary", "203.0.113.64/28"),
        ("secondary", "203.0.113.80/28"),
    ]
    assert sheet.nat is not None
    assert (sheet.nat.design, sheet.nat.pool_primary, sheet.nat.pool_secondary) == (
        "per_router",
        "203.0.113.64/28",
        "203.0.113.80/28",
    )


# G.2, Hollins.


def test_hollins_is_dual_stack_on_both_peerings() -> None:
    document = shipped("hollins", "hollins")
    circuit = only_circuit(document)
    assert [(one.router, one.peering, one.outer, one.inner) for one in circuit.order] == [
        ("ce1", "private", 45, 310),
        ("ce1", "microsoft", 45, 320),
        ("ce2", "private", 45, 310),
        ("ce2", "microsoft", 45, 320),
    ]
    private, public = peering(document, "private"), peering(document, "microsoft")
    for sheet, v4, v6 in (
        (private, ("172.16.255.240/30", "172.16.255.244/30"), ("fd12:76::/126", "fd12:76::4/126")),
        (public, ("198.51.100.0/30", "198.51.100.4/30"), ("2001:db8:100:ff::/126", "2001:db8:100:ff::4/126")),
    ):
        assert sheet.v4 is not None
        assert sheet.v6 is not None
        assert (sheet.v4.primary, sheet.v4.secondary) == v4
        assert (sheet.v6.primary, sheet.v6.secondary) == v6
    assert links(private)[:2] == [
        ("primary", "ce1", 4, "172.16.255.241", "172.16.255.242"),
        ("primary", "ce1", 6, "fd12:76::1", "fd12:76::2"),
    ]
    assert {(one.prefix, one.next_hop) for one in private.routes if one.link == "secondary"} == {
        ("10.8.0.0/14", "172.16.255.245"),
        ("192.168.32.0/19", "172.16.255.245"),
        ("fd12:1000:1::/48", "fd12:76::5"),
    }
    assert [(one.family, one.announced, one.to_microsoft, one.from_azure) for one in private.limits] == [
        (4, 2, 10000, 1000),
        (6, 1, 100, 100),
    ]
    assert [(one.family, one.to_microsoft) for one in public.limits] == [(4, 200), (6, 200)]
    assert public.microsoft is not None
    assert [one.value for one in public.microsoft.route_filter] == [
        "12076:5060",
        "12076:5070",
        "12076:51002",
        "12076:51003",
    ]


def test_a_subnet_of_each_family_has_its_default_route() -> None:
    shops, office = shipped("hollins", "hollins").vnets
    assert [(one.subnets, one.family, one.next_hop) for one in shops.default_routes] == [
        ("workload", 4, "Internet"),
        ("workload", 6, "Internet"),
    ]
    assert [one.family for one in office.default_routes] == [4]


# G.3, Fjellmark.


@pytest.fixture(scope="module")
def fjellmark(tmp_path_factory: pytest.TempPathFactory) -> HandoverDocument:
    document, result = api.handover(write(tmp_path_factory.mktemp("net") / "fjellmark"), "fjellmark")
    assert document is not None, result.findings
    return document


def test_the_vpn_gateway_of_fjellmark(fjellmark: HandoverDocument) -> None:
    (vpn,) = fjellmark.vpns
    gateway = vpn.gateway
    assert gateway is not None
    assert (gateway.name, gateway.sku, gateway.vnet, gateway.region) == ("vpn-hub", "VpnGw2AZ", "hub", "Norway East")
    assert (gateway.asn, gateway.active_active, gateway.private_ip, gateway.apipa) == (65515, True, True, True)
    assert [(one.instance, one.address, one.bgp_address) for one in gateway.instances] == [
        (0, "10.60.255.14", "169.254.21.2"),
        (1, "10.60.255.15", "169.254.22.2"),
    ]


def test_a_local_network_gateway_for_each_router_without_address_space(fjellmark: HandoverDocument) -> None:
    rows = fjellmark.vpns[0].local_network_gateways
    assert [(one.name, one.ip_address, one.asn, one.bgp_peer_address, one.address_space) for one in rows] == [
        ("lng-fjellmark-r1", "172.20.0.1", 64610, "169.254.100.1", ()),
        ("lng-fjellmark-r2", "172.20.0.2", 64610, "169.254.100.2", ()),
    ]


def test_a_connection_for_each_with_the_whole_policy(fjellmark: HandoverDocument) -> None:
    one, two = fjellmark.vpns[0].connections
    assert (one.shared_key, two.shared_key) == ("file:secrets/r1", "file:secrets/r2")
    assert (one.use_azure_private_ip, one.enable_bgp, one.dpd_timeout_seconds) == (True, True, 45)
    assert (one.custom_bgp_primary, one.custom_bgp_secondary) == ("169.254.21.2", "169.254.22.2")
    assert (one.use_policy_based_traffic_selectors, one.selectors) == (False, ())
    assert msgspec.to_builtins(two.policy) == {
        "ike_encryption": "GCMAES256",
        "ike_integrity": "SHA384",
        "dh_group": "ECP384",
        "ipsec_encryption": "GCMAES256",
        "ipsec_integrity": "GCMAES256",
        "pfs_group": "ECP384",
        "sa_lifetime_kilobytes": 102_400_000,
        "sa_lifetime_seconds": 27_000,
        "ike_lifetime_seconds": 28_800,
        "ike_version": 2,
        "mode": "tunnel",
    }


def test_the_full_mesh_of_tunnels(fjellmark: HandoverDocument) -> None:
    assert [
        (one.name, one.local, one.remote, one.bgp_local, one.bgp_remote, one.shared_key)
        for one in fjellmark.vpns[0].tunnels
    ] == [
        ("T11", "172.20.0.1", "10.60.255.14", "169.254.100.1", "169.254.21.2", "file:secrets/r1"),
        ("T12", "172.20.0.1", "10.60.255.15", "169.254.100.1", "169.254.22.2", "file:secrets/r1"),
        ("T21", "172.20.0.2", "10.60.255.14", "169.254.100.2", "169.254.21.2", "file:secrets/r2"),
        ("T22", "172.20.0.2", "10.60.255.15", "169.254.100.2", "169.254.22.2", "file:secrets/r2"),
    ]
    assert all(
        (one.local_identity, one.remote_identity) == (one.local, one.remote) for one in fjellmark.vpns[0].tunnels
    )


def test_only_the_tunnel_sources_are_announced_in_clear(fjellmark: HandoverDocument) -> None:
    private = peering(fjellmark, "private")
    assert [(one.link, one.prefix) for one in private.routes] == [
        ("primary", "172.20.0.1/32"),
        ("primary", "172.20.0.2/32"),
        ("secondary", "172.20.0.1/32"),
        ("secondary", "172.20.0.2/32"),
    ]
    assert fjellmark.vpns[0].announced == ("10.20.0.0/16",)


def test_the_order_of_the_work(fjellmark: HandoverDocument) -> None:
    rules = [one.rule for one in fjellmark.steps]
    wanted = ["ER-CKT-04", "ER-CKT-15", "ER-PEER-09", "IPS-BGP-17", "IPS-TR-02", "IPS-BGP-01"]
    assert [rules.index(one) for one in wanted] == sorted(rules.index(one) for one in wanted)
    assert [one.rule for one in shipped("northlake", "charlie").steps][3:9] == [
        "ER-CKT-15",  # private
        "ER-CKT-15",  # Microsoft
        "ER-ASN-06, ER-RTE-11",
        "ER-PEER-08",
        "ER-RF-01",
        "ER-PEER-09",
    ]


# Other kinds of gateways.

HUB = "customers.fjellmark.vnets"
VPN = {
    "kind": "vpn",
    "name": "vpn-hub",
    "sku": "VpnGw2AZ",
    "subnet": "10.60.255.0/27",
    "addresses": ["10.60.255.14"],
}


def hub(**gateway: Any) -> dict[str, Any]:
    return {HUB: [{"name": "hub", "prefixes": ["10.60.0.0/16"], "gateways": [VPN | gateway]}]}


def test_a_gateway_that_nobody_has_read_yet() -> None:
    (vpn,) = made(FJELLMARK, hub()).vpns
    assert vpn.gateway is not None
    assert (vpn.gateway.active_active, vpn.gateway.apipa) == (False, False)
    assert [one.bgp_remote for one in vpn.tunnels] == [None, None]
    assert [one.custom_bgp_primary for one in vpn.connections] == [None, None]


def test_addresses_of_the_gateway_subnet_are_no_custom_addresses() -> None:
    (vpn,) = made(FJELLMARK, hub(bgp=["10.60.255.14"])).vpns
    assert [one.bgp_remote for one in vpn.tunnels] == ["10.60.255.14", "10.60.255.14"]
    assert {one.custom_bgp_primary for one in vpn.connections} == {None}


def test_policy_based_selectors_are_seen_from_azure() -> None:
    selector = {"local": "10.20.0.0/16", "remote": "10.60.0.0/16"}
    path = "customers.fjellmark.circuits.fjellmark-osl.peerings.private.ipsec.selectors"
    (vpn,) = made(FJELLMARK, {path: [selector]}).vpns
    assert all(one.use_policy_based_traffic_selectors for one in vpn.connections)
    assert [(one.azure, one.on_premises) for one in vpn.connections[0].selectors] == [("10.60.0.0/16", "10.20.0.0/16")]


def test_tunnels_of_the_firewalls_carry_their_names() -> None:
    ipsec = "customers.fjellmark.circuits.fjellmark-osl.peerings.private.ipsec"
    document = made(FJELLMARK, {f"{ipsec}.at": "firewall", "pairs.oslo.firewalls": ["fw1", "fw2"]})
    assert [one.device for one in document.vpns[0].local_network_gateways] == ["fw1", "fw2"]
    nameless = made(FJELLMARK, {f"{ipsec}.at": "firewall"})
    assert [one.device for one in nameless.vpns[0].local_network_gateways] == [
        "fjellmark-osl-primary",
        "fjellmark-osl-secondary",
    ]


def test_an_appliance_is_no_gateway_of_azures() -> None:
    document = made(FJELLMARK, hub(kind="appliance", sku=None, name="nva", addresses=["10.60.1.4"]))
    assert document.vpns[0].gateway is not None
    assert document.vpns[0].gateway.kind == "appliance"
    assert "FW-PLACE-05, FW-PLACE-06" in [one.rule for one in document.steps]
    assert "IPS-TR-02" not in [one.rule for one in document.steps]


# Circuits.


def test_direct_with_macsec_is_ordered_from_nobody() -> None:
    macsec = {"cipher": "GcmAesXpn256", "ckn": "1000", "cak": "env:PEERWRIGHT_TEST_CAK", "sci": True}
    document = made(BASE, {f"{CIRCUIT}.kind": "direct", f"{CIRCUIT}.macsec": macsec})
    circuit = only_circuit(document)
    assert circuit.port_type == "Direct"
    assert msgspec.to_builtins(circuit.macsec) == {
        "cipher": "GcmAesXpn256",
        "ckn": "1000",
        "cak": "env:PEERWRIGHT_TEST_CAK",
        "sci": True,
    }
    rules = [one.rule for one in document.steps]
    assert "ER-MACS-04" in rules
    assert "ER-CKT-01" not in rules


def test_a_tag_that_the_exchange_translates() -> None:
    changes = {
        f"{CIRCUIT}.handoff": "provider_translated",
        f"{CIRCUIT}.s_tag": None,
        f"{PRIVATE}.links": {"primary": {"wire_vlan": 301}, "secondary": {"wire_vlan": 302}},
    }
    circuit = only_circuit(made(BASE, changes))
    assert [(one.azure_vlan, one.outer, one.inner) for one in circuit.order] == [(100, None, 301), (100, None, 302)]


def test_an_s_tag_for_each_link() -> None:
    circuit = only_circuit(made(BASE, {f"{CIRCUIT}.s_tag": {"primary": 12, "secondary": 10}}))
    assert [(one.link, one.outer, one.inner) for one in circuit.order] == [("primary", 12, 100), ("secondary", 10, 100)]
    assert (circuit.s_tag_primary, circuit.s_tag_secondary) == (12, 10)


def test_two_blocks_have_no_common_one() -> None:
    blocks = {"primary": "172.31.0.0/30", "secondary": "172.31.9.0/30"}
    subnets = peering(made(BASE, {f"{PRIVATE}.v4": blocks}), "private").v4
    assert subnets is not None
    assert (subnets.primary, subnets.secondary, subnets.block) == ("172.31.0.0/30", "172.31.9.0/30", None)


def test_one_circuit_of_several() -> None:
    other = {"s_tag": 102, "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29"}}}
    changes = {
        "customers.alpha.circuits.alpha-2": other,
        "customers.alpha.vnets": [
            {"name": "one", "prefixes": ["10.100.0.0/16"], "circuits": ["alpha-ams"]},
            {"name": "both", "prefixes": ["10.101.0.0/16"]},
        ],
    }
    assert [one.name for one in made(BASE, changes).circuits] == ["alpha-ams", "alpha-2"]
    document = made(BASE, changes, "alpha-2")
    assert [one.name for one in document.circuits] == ["alpha-2"]
    assert [(one.name, one.vnet_links) for one in document.vnets] == [("both", ("alpha-2",))]


# Microsoft peering.


def test_office_needs_authorisation_and_unknown_names_are_not_lost() -> None:
    names = ["Exchange Online", "Norway East", "12076:59999", "Atlantis"]
    sheet = peering(made(BASE, {MICROSOFT: microsoft(route_filter=names)}), "microsoft").microsoft
    assert sheet is not None
    assert [(one.value, one.name, one.needs_authorisation) for one in sheet.route_filter] == [
        ("12076:5010", "Exchange Online", True),
        ("12076:51042", "Norway East", False),
        ("12076:59999", "", False),
        ("", "Atlantis", False),
    ]


def test_a_public_as_without_a_letter_needs_no_manual_validation() -> None:
    prefixes = [{"prefix": "198.41.1.0/28", "loa": True, "registry": "ARIN"}]
    plain = peering(made(BASE, {MICROSOFT: microsoft()}), "microsoft").microsoft
    letter = peering(made(BASE, {MICROSOFT: microsoft(advertised_public_prefixes=prefixes)}), "microsoft").microsoft
    assert plain is not None
    assert letter is not None
    assert (plain.manual_validation, letter.manual_validation) == (False, True)
    assert [(one.registry, one.loa) for one in letter.advertised_public_prefixes] == [("ARIN", True)]


# The effective default route (AZ-DEF-01).


def default_of(changes: dict[str, Any], text: str = BASE) -> dict[str, str]:
    (vnet,) = made(text, changes).vnets
    return {one.subnets: one.next_hop for one in vnet.default_routes if one.family == 4}


def with_udr(next_hop: str, **more: Any) -> dict[str, Any]:
    return {
        "customers.alpha.vnets": [
            {"prefixes": ["10.100.0.0/16"], "udrs": [{"prefix": "0.0.0.0/0", "next_hop": next_hop}], **more}
        ]
    }


def test_the_default_route_follows_udr_then_bgp_then_azure() -> None:
    forced = {f"{PRIVATE}.forced_tunnelling": True}
    assert default_of({}) == {"workload": "Internet"}
    assert default_of(forced) == {"workload": "ExpressRoute"}
    for next_hop, word in (
        ("10.100.1.4", "appliance"),
        ("VirtualNetworkGateway", "VPN"),
        ("Internet", "Internet"),
        ("None", "None"),
    ):
        assert default_of(forced | with_udr(next_hop)) == {"workload": word}


def test_the_gateway_subnet_has_no_route_table() -> None:
    changes = with_udr("10.100.1.4", gateways=[{"kind": "expressroute", "name": "er"}])
    assert default_of(changes) == {"workload": "appliance", "GatewaySubnet": "Internet"}


def test_a_default_inside_the_tunnels_leads_to_the_vpn() -> None:
    path = "customers.fjellmark.circuits.fjellmark-osl.peerings.private.ipsec.advertise"
    assert default_of({path: ["0.0.0.0/0"]}, FJELLMARK)["workload"] == "VPN"


def test_forced_tunnelling_brings_the_note_on_windows_activation() -> None:
    (vnet,) = made(BASE, {f"{PRIVATE}.forced_tunnelling": True, f"{PRIVATE}.kms_noted": True}).vnets
    assert (vnet.forced_tunnelling, vnet.kms_noted) == (True, True)
    assert "ER-DEF-03" in [one.rule for one in made(BASE, {f"{PRIVATE}.forced_tunnelling": True}).steps]
    assert "ER-DEF-03" not in [one.rule for one in made().steps]


# Keys, and the format.


def test_no_key_is_in_the_document(fjellmark: HandoverDocument) -> None:
    text = handover_json(fjellmark) + repr(fjellmark)
    assert not [key for key in SECRETS.values() if key in text]
    charlie = handover_json(shipped("northlake", "charlie"))
    for file in (INVENTORIES / "northlake" / "secrets").iterdir():
        assert file.read_text().strip() not in charlie


def test_a_key_in_clear_text_is_a_mask() -> None:
    document = made(BASE, {f"{PRIVATE}.md5": "InTheClear1"})
    assert peering(document, "private").shared_key == "••••"
    assert "InTheClear1" not in handover_json(document) + repr(document)


@pytest.mark.parametrize(("inventory", "customer"), [("northlake", "charlie"), ("hollins", "hollins")])
def test_json_round_trips_and_is_the_same_every_time(inventory: str, customer: str) -> None:
    document = shipped(inventory, customer)
    text = handover_json(document)
    assert text == handover_json(shipped(inventory, customer))
    assert text.isascii()
    assert msgspec.json.decode(text, type=HandoverDocument, strict=True) == document


def test_the_keys_of_the_format_are_those_of_version_1(fjellmark: HandoverDocument) -> None:
    data = msgspec.to_builtins(fjellmark)
    assert data["version"] == 1
    assert list(data) == [
        *("version", "inventory", "lab", "customer", "name", "model", "circuits", "vnets", "vpns", "steps")
    ]
    assert list(data["circuits"][0]["peerings"][0]) == [
        *("domain", "azure_type", "peer_asn", "microsoft_asn", "v4", "v6", "vlan_id", "shared_key", "microsoft"),
        *("addresses", "mode", "preferred", "keepalive", "hold", "bfd", "routes", "accepted", "limits"),
        *("global_reach", "nat"),
    ]
    assert list(data["vpns"][0]) == [
        *("circuit", "peering", "gateway", "local_network_gateways", "connections", "tunnels", "announced", "accepted"),
        *("mtu", "mss"),
    ]


def test_every_shipped_customer_has_a_sheet() -> None:
    for inventory, customers in (("saltmarsh", 20), ("northlake", 3), ("hollins", 1)):
        intent = _intent(inventory)
        assert len(intent.customers) == customers
        for customer in intent.customers:
            document = handover_of(intent, customer)
            assert document.circuits
            assert document.steps


def _intent(name: str) -> Intent:
    from generator.pipeline import read_inventory

    intent = read_inventory(INVENTORIES / name).intent
    assert intent is not None
    return intent


def test_terms_leave_out_what_is_an_error_already() -> None:
    """A circuit without S-tag has no tags to agree on; nothing fails, the error is another rule's."""
    assert terms_of(intent_of(with_values(BASE, {f"{CIRCUIT}.s_tag": None})).customers) == {}


def test_the_inventory_has_no_errors_or_there_is_no_sheet(tmp_path: Path) -> None:
    text = FJELLMARK.replace("azure_vlan: 410", "azure_vlan: 4095")
    document, result = api.handover(write(tmp_path / "net", text), "fjellmark")
    assert document is None
    assert [one.rule for one in result.findings if one.severity == 2] == ["INV-020"]


def test_an_accepted_error_does_not_stop_it(tmp_path: Path) -> None:
    text = FJELLMARK.replace("azure_vlan: 410", "azure_vlan: 4095  # peerwright: accept INV-020 ticket 12")
    document, _ = api.handover(write(tmp_path / "net", text), "fjellmark")
    assert document is not None


def test_the_environment_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = handover_json(shipped("northlake", "charlie"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(os.sep)
    assert handover_json(shipped("northlake", "charlie")) == before
