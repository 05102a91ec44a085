"""Who is wired to whom: every device, wire and address of a lab follows from the inventory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from generator.inventory.intent import Intent
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.lab.access import Access
from generator.lab.model import DeviceRole, Interface
from generator.lab.recast import recast
from generator.lab.sites import EdgeSite, Fitting, GatewaySite, OnpremSite, ServicesSite, VnetSite
from generator.lab.topology import Built, build
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.render.engine import renderer_of

INVENTORIES = Path(__file__).resolve().parents[3] / "inventories"
KEYS = Access("client", "ssh-ed25519 CLIENT", "host", "ssh-ed25519 HOST")


def intent_of(name: str) -> Intent:
    loaded = read_inventory(INVENTORIES / name)
    assert loaded.intent is not None
    recast_one, findings = resolve(recast(loaded.intent.inventory, "linux_frr"), SecretStore(loaded.source.root))
    assert not findings
    return recast_one


def built(name: str) -> Built:
    intent = intent_of(name)
    return build(name, intent, plan(intent).plan, fit=lambda _: Fitting(), access=KEYS)


@pytest.fixture(scope="module")
def fjellmark() -> Built:
    return built("fjellmark")


@pytest.fixture(scope="module")
def northlake() -> Built:
    return built("northlake")


def test_the_devices_around_an_encrypted_pair(fjellmark: Built) -> None:
    assert {name: one.role.value for name, one in fjellmark.topology.devices.items()} == {
        "r1": "router",
        "r2": "router",
        "edge-fjellmark-osl-1": "edge",
        "edge-fjellmark-osl-2": "edge",
        "xp-fjellmark": "exchange",
        "vnet-fjellmark-core": "vnet",
        "gw-fjellmark-hub-0": "gateway",
        "gw-fjellmark-hub-1": "gateway",
        "onprem-fjellmark": "onprem",
    }


@pytest.mark.parametrize("name", ["fjellmark", "fjellmark-linux", "northlake", "hollins"])
def test_every_wire_has_two_ports_and_every_port_one_wire(name: str) -> None:
    topology = built(name).topology
    ends = Counter(end for link in topology.links for end in (link.a, link.b))
    ports = {
        (device.name, one.name)
        for device in topology.devices.values()
        for one in device.interfaces
        if one.kind == "port"
    }
    assert {(end.device, end.port) for end in ends} == ports
    assert set(ends.values()) == {1}


@pytest.mark.parametrize("name", ["fjellmark", "northlake", "hollins"])
def test_names_fit_into_the_kernel_and_parents_come_first(name: str) -> None:
    for device in built(name).topology.devices.values():
        seen: set[str] = set()
        for one in device.interfaces:
            assert len(one.name) <= 15
            assert one.name not in seen
            assert {one.parent, one.master} - {""} <= seen
            seen.add(one.name)


def test_an_edge_stands_on_two_tags_with_room_for_both(fjellmark: Built) -> None:
    edge = {one.name: one for one in fjellmark.topology.devices["edge-fjellmark-osl-2"].interfaces}
    assert edge["wan0.77"] == Interface(name="wan0.77", kind="vlan", parent="wan0", vlan=77, mtu=1504)
    assert edge["wan0.77.410"] == Interface(
        name="wan0.77.410", kind="vlan", parent="wan0.77", vlan=410, addresses=("172.19.254.6/30",)
    )
    assert edge["wan0"].mtu >= 1504


def test_each_circuit_has_its_own_pair_of_edges_behind_one_exchange(northlake: Built) -> None:
    edges = [one.name for one in northlake.topology.of_role(DeviceRole.EDGE)]
    assert edges == [f"edge-{name}-ams-{number}" for name in ("alpha", "bravo", "charlie") for number in (1, 2)]
    exchange = northlake.topology.devices["xp-amsterdam"]
    masters = {
        link.b.device if link.a.device == exchange.name else link.a.device: next(
            one.master
            for one in exchange.interfaces
            if one.name == (link.a.port if link.a.device == exchange.name else link.b.port)
        )
        for link in northlake.topology.links_of(exchange.name)
    }
    assert {masters["pe1"], masters["edge-alpha-ams-1"], masters["edge-charlie-ams-1"]} == {"br0"}
    assert {masters["pe2"], masters["edge-alpha-ams-2"], masters["edge-bravo-ams-2"]} == {"br1"}


def test_a_port_that_customers_share_has_a_switch_and_one_that_is_not_shared_has_none(northlake: Built) -> None:
    switch = northlake.topology.links_of("sw-pe1-eth2")
    neighbours = {end.device for link in switch for end in (link.a, link.b)} - {"sw-pe1-eth2"}
    assert neighbours == {
        "pe1",
        *(f"{kind}-{name}" for kind in ("onprem", "shared") for name in ("alpha", "bravo", "charlie")),
    }
    assert [(str(one.a), str(one.b)) for one in northlake.topology.links_of("pe1", "eth3")] == [
        ("pe1:eth3", "pe2:eth3")
    ]


def test_customers_may_have_the_same_addresses(northlake: Built) -> None:
    hosts = {
        name: site.hosts for name, site in northlake.sites.items() if isinstance(site, OnpremSite) and "onprem" in name
    }
    assert len(hosts) == 3
    assert {str(one) for found in hosts.values() for one in found} == {"10.0.0.10/32"}


def test_sites_see_links_from_their_own_side(northlake: Built) -> None:
    edge = northlake.sites["edge-charlie-ams-1"]
    assert isinstance(edge, EdgeSite)
    private, microsoft = edge.peerings
    assert (str(private.v4.own), str(private.v4.peer.ip)) == ("172.31.0.18/30", "172.31.0.17")  # type: ignore[union-attr]
    assert (microsoft.interface, microsoft.router) == ("wan0.103.200", "pe1")
    services = northlake.sites["services-charlie-ams"]
    assert isinstance(services, ServicesSite)
    assert edge.services is not None
    assert (edge.services.peer_device, edge.services.peer) == (
        services.name,
        tuple(one.ip for one in services.edges[0].own),
    )
    onprem = northlake.sites["onprem-charlie"]
    assert isinstance(onprem, OnpremSite)
    assert {(one.router, one.asn, one.router_asn) for one in onprem.sessions} == {
        ("pe1", 64703, 64600),
        ("pe2", 64703, 64600),
    }


def test_a_gateway_instance_has_the_tunnels_of_both_routers(fjellmark: Built) -> None:
    instance = fjellmark.sites["gw-fjellmark-hub-1"]
    assert isinstance(instance, GatewaySite)
    assert (str(instance.address), str(instance.bgp)) == ("10.60.255.15", "169.254.22.2")
    assert [str(tunnel.local) for _, tunnel in instance.tunnels] == ["172.20.0.1", "172.20.0.2"]
    vnet = fjellmark.sites["vnet-fjellmark-core"]
    assert isinstance(vnet, VnetSite)
    assert [one.peer_device for one in vnet.edges] == ["edge-fjellmark-osl-1", "edge-fjellmark-osl-2"]


def test_a_session_that_ends_on_a_firewall_leads_through_it() -> None:
    hollins = built("hollins")
    site = hollins.sites["onprem-hollins"]
    assert isinstance(site, OnpremSite)
    assert [(one.router, one.asn, one.router_asn) for one in site.sessions] == [
        ("ce1", 64512, 64496),
        ("ce2", 64512, 64496),
        ("fw1", 64513, 64512),
        ("fw2", 64513, 64512),
    ]
    assert any({one.a.device, one.b.device} == {"fw1", "fw2"} for one in hollins.topology.links)


def test_a_router_is_booted_from_exactly_what_is_rendered(fjellmark: Built) -> None:
    router = fjellmark.topology.devices["r1"]
    device = fjellmark.plan.devices["r1"]
    texts = {one.file.name: one.text for one in renderer_of("linux_frr").render(device)}
    for name, text in texts.items():
        assert text in router.files.values(), name
    assert router.interfaces == tuple(Interface(name=f"eth{number}") for number in (1, 2, 3))
    assert "HOST" in router.files["/etc/ssh/ssh_host_ed25519_key.pub"]


def test_the_same_inventory_gives_the_same_lab() -> None:
    assert built("northlake").topology == built("northlake").topology
