"""What must fit together in one circuit: layers, families, whose AS is prepended, the size of a Direct port."""

from __future__ import annotations

from tests.unit.rules.fleet import CIRCUIT, MICROSOFT, PRIVATE, WITH_MICROSOFT, found

PORT = "routers.pe1.ports.TenGigabitEthernet0/1/0.speed_mbps"


def test_the_customers_own_routers_on_a_layer_3_circuit() -> None:
    own = {"A__model": "connect_to", "A__asn": 65010}
    assert found("ER-CKT-17", C__layer="l3", **own) == [
        (
            "ER-CKT-17",
            "error",
            f"{CIRCUIT}.layer",
            "circuit alpha-ams is of layer l3, and its routers are the customer's own, layer l2 was expected",
        )
    ]
    assert found("ER-CKT-17", C__layer="l2", **own) == []
    assert found("ER-CKT-17", C__layer="l3") == []


def test_a_direct_port_of_a_size_that_is_not_sold() -> None:
    speed = {"routers__pe1__ports": {"TenGigabitEthernet0/1/0": {"speed_mbps": 40000}}}
    assert found("ER-CKT-07", C__kind="direct", **speed) == [
        (
            "ER-CKT-07",
            "warning",
            PORT,
            "port TenGigabitEthernet0/1/0 of pe1 has 40000 Mb/s, 10000 or 100000 was expected under a Direct circuit",
        )
    ]
    assert found("ER-CKT-07", C__kind="direct") == []
    assert found("ER-CKT-07", C__kind="provider", **speed) == []


def test_a_session_of_a_family_without_prefixes() -> None:
    assert found("ER-RTE-10", WITH_MICROSOFT, M__v6="2a01:1::/125") == [
        (
            "ER-RTE-10",
            "error",
            f"{MICROSOFT}.v6",
            "the microsoft peering of circuit alpha-ams has an IPv6 session and announces no IPv6 prefix, one was expected",
        )
    ]
    both = ["20.30.41.0/28", "2a01:2::/56"]
    assert found("ER-RTE-10", WITH_MICROSOFT, M__v6="2a01:1::/125", M__advertised_public_prefixes=both) == []
    assert found("ER-RTE-10", WITH_MICROSOFT) == []


def test_another_as_in_front_of_the_own_one() -> None:
    assert found("ER-PATH-09", P__prepend=2, P__prepend_asn=12076) == [
        (
            "ER-PATH-09",
            "error",
            f"{PRIVATE}.prepend_asn",
            "prepend_asn 12076 is not the own AS 64600 of the private peering of circuit alpha-ams, the own one was expected",
        )
    ]
    assert found("ER-PATH-09", P__prepend=2, P__prepend_asn=64600) == []


def test_the_block_between_the_routers() -> None:
    path = "pairs.ams.interlink.v4"
    assert found("ER-PATH-12", pairs__ams__interlink={"v4": "10.0.0.0/8"}) == [
        (
            "ER-PATH-12",
            "error",
            path,
            "interlink v4 10.0.0.0/8 of pair ams is not a block of two addresses, a /30 or /31 without host bits was expected",
        )
    ]
    assert [one[2] for one in found("ER-PATH-12", pairs__ams__interlink={"v4": "10.0.0.2/30"})] == [path]
    assert [one[2] for one in found("ER-PATH-12", pairs__ams__interlink={"v4": "fd00::/126"})] == [path]
    for good in ({"v4": "10.0.0.0/30"}, {"v4": "10.0.0.0/31", "v6": "fd00::/127"}, False):
        assert found("ER-PATH-12", pairs__ams__interlink=good) == []
