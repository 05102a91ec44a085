"""Peerings: which there are, and typed addresses (INV-008, INV-009, INV-013)."""

from __future__ import annotations

from tests.unit.rules.fleet import CIRCUIT, PRIVATE, WITH_MICROSOFT, found

PUBLIC = {"azure_vlan": 300, "v4": "20.30.42.0/29"}


# INV-008: two peerings of a type are duplicate YAML keys (SRC-014); what remains is a name that is none of the three.


def test_a_peering_of_an_unknown_type() -> None:
    assert found("INV-008", C__peerings__AzurePrivatePeering={"azure_vlan": 7, "v4": "172.31.9.0/29"}) == [
        (
            "INV-008",
            "error",
            f"{CIRCUIT}.peerings.AzurePrivatePeering",
            "peering 'AzurePrivatePeering' of circuit alpha-ams is not known, expected private, microsoft or public",
        )
    ]
    assert found("INV-008", WITH_MICROSOFT) == []


def test_public_peering_is_for_legacy_inventories() -> None:
    message = "public peering of circuit alpha-ams is retired since 31 March 2024, expected Microsoft peering"
    assert found("INV-009", C__peerings__public=PUBLIC) == [("INV-009", "error", f"{CIRCUIT}.peerings.public", message)]
    assert found("INV-009", C__peerings__public=PUBLIC, meta__legacy=True) == []


def test_typed_addresses_the_wrong_way_round() -> None:
    links = {"primary": {"own": "172.31.0.2", "msee": "172.31.0.1"}, "secondary": {"own": "172.31.0.5"}}
    place = f"{PRIVATE}.links.primary"
    assert found("INV-013", P__links=links) == [
        (
            "INV-013",
            "error",
            f"{place}.own",
            "own 172.31.0.2 is not the first address of 172.31.0.0/30, expected 172.31.0.1",
        ),
        (
            "INV-013",
            "error",
            f"{place}.msee",
            "msee 172.31.0.1 is not the second address of 172.31.0.0/30, expected 172.31.0.2",
        ),
    ]


def test_typed_addresses_that_are_right() -> None:
    links = {
        "primary": {"own": "172.31.0.1", "msee": "172.31.0.2"},
        "secondary": {"own": "172.31.0.5", "msee": "172.31.0.6"},
    }
    assert found("INV-013", P__links=links) == []


def test_typed_ipv6_addresses_and_those_of_no_block() -> None:
    links = {"secondary": {"own_v6": "fd12:76::1", "msee_v6": "fd12:76::6"}}
    assert found("INV-013", P__v6="fd12:76::/125", P__links=links) == [
        (
            "INV-013",
            "error",
            f"{PRIVATE}.links.secondary.own_v6",
            "own_v6 fd12:76::1 is not the first address of fd12:76::4/126, expected fd12:76::5",
        )
    ]
    assert [one[3] for one in found("INV-013", P__links=links)] == [
        "own_v6 fd12:76::1 belongs to no link block, expected v6 beside it",
        "msee_v6 fd12:76::6 belongs to no link block, expected v6 beside it",
    ]
