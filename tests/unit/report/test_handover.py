"""The other end on paper: the portal's forms in the portal's order, and nothing that a terminal or a ticket would obey."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from generator import api
from generator.handover import handover_of
from generator.report.handover import handover_markdown
from generator.report.markdown import bullets, plain, section, table
from tests.inventories import BASE, CIRCUIT, MICROSOFT, PRIVATE, intent_of, microsoft, with_values
from tests.unit.handover.fjellmark import FJELLMARK, SECRETS, write
from tests.unit.handover.test_document import hub

INVENTORIES = Path(__file__).parents[3] / "inventories"


@cache
def charlie() -> str:
    document, _ = api.handover(INVENTORIES / "northlake", "charlie")
    assert document is not None
    return handover_markdown(document)


def made(text: str = BASE, changes: dict[str, Any] | None = None) -> str:
    intent = intent_of(with_values(text, changes or {}))
    return handover_markdown(handover_of(intent, intent.customers[0]))


@pytest.fixture(scope="module")
def fjellmark(tmp_path_factory: pytest.TempPathFactory) -> str:
    document, _ = api.handover(write(tmp_path_factory.mktemp("net") / "fjellmark"), "fjellmark")
    assert document is not None
    return handover_markdown(document)


def part(text: str, heading: str) -> str:
    """What stands below a heading, to the next one of any level."""
    return re.split(r"\n#+ ", text.split(f"# {heading}\n", 1)[1], maxsplit=1)[0]


def form(text: str, heading: str) -> list[tuple[str, ...]]:
    """The rows of the first table below a heading."""
    rows = [line for line in part(text, heading).splitlines() if line.startswith("| ")]
    first = []
    for line in rows[1:]:
        if len(line) != len(rows[0]):
            break
        first.append(tuple(cell.strip() for cell in line.strip("|").split(" | ")))
    return first


def test_the_form_of_the_circuit() -> None:
    assert form(charlie(), "Azure: ExpressRoute circuit") == [
        ("Subscription, resource group", "(not in the inventory)"),
        ("Resiliency", "Standard: the form makes this circuit alone"),
        ("Region", "(not in the inventory)"),
        ("Circuit name", "charlie-ams"),
        ("Port type", "Provider"),
        ("Peering location", "Amsterdam"),
        ("Provider", "(not in the inventory)"),
        ("Bandwidth", "1 Gbps"),
        ("SKU", "Standard"),
        ("Billing model", "Unlimited"),
        ("SKU name (scripts)", "Standard_UnlimitedData"),
        ("Service key (compare)", "33333333-3333-4333-8333-333333333333"),
        ("S-tag, primary (compare)", "103"),
        ("S-tag, secondary (compare)", "103"),
    ]


def test_the_form_of_private_peering() -> None:
    assert form(charlie(), "Azure: private peering of charlie-ams") == [
        ("Peer ASN", "64600"),
        ("Subnets", "IPv4"),
        ("IPv4 Primary subnet", "172.31.0.16/30"),
        ("IPv4 Secondary subnet", "172.31.0.20/30"),
        ("Enable IPv4 Peering", "Enabled"),
        ("VLAN ID", "100"),
        ("Shared key", "file:secrets/charlie-private"),
    ]
    assert "- The IPv4 subnets are the halves of 172.31.0.16/29 (ER-ADDR-13).\n" in charlie()


def test_the_form_of_microsoft_peering() -> None:
    document, _ = api.handover(INVENTORIES / "hollins", "hollins")
    assert document is not None
    text = handover_markdown(document)
    assert form(text, "Azure: Microsoft peering of hollins-lon") == [
        ("Peer ASN", "64496"),
        ("Subnets", "Both"),
        ("IPv4 Primary subnet", "198.51.100.0/30"),
        ("IPv4 Secondary subnet", "198.51.100.4/30"),
        ("Enable IPv4 Peering", "Enabled"),
        ("IPv4 Advertised public prefixes", "198.51.100.64/26"),
        ("IPv6 Primary subnet", "2001:db8:100:ff::/126"),
        ("IPv6 Secondary subnet", "2001:db8:100:ff::4/126"),
        ("Enable IPv6 Peering", "Enabled"),
        ("IPv6 Advertised public prefixes", "2001:db8:100:100::/56"),
        ("VLAN ID", "320"),
        ("Customer ASN", "leave empty: the prefixes are the peer ASN's"),
        ("Routing registry name", "RIPENCC"),
        ("Shared key", "file:secrets/microsoft"),
    ]


def test_the_order_for_the_provider() -> None:
    text = part(charlie(), "Order for the exchange provider")
    assert (
        "| secondary | pe2    | TenGigabitEthernet0/1/0 | microsoft | 200        | 103       | 200       | 0x8100"
        in text
    )


def test_the_forms_of_the_vpn(fjellmark: str) -> None:
    assert form(fjellmark, "Azure: local network gateways") == [
        ("For the link (information)", "primary", "secondary"),
        ("Name (proposed)", "lng-fjellmark-r1", "lng-fjellmark-r2"),
        ("Endpoint", "IP address", "IP address"),
        ("IP address", "172.20.0.1", "172.20.0.2"),
        ("Address Space(s)", "leave empty (CONF-03)", "leave empty (CONF-03)"),
        ("Configure BGP settings", "Yes", "Yes"),
        ("Autonomous system number (ASN)", "64610", "64610"),
        ("BGP peer IP address", "169.254.100.1", "169.254.100.2"),
    ]
    gateway = dict(form(fjellmark, "Azure: virtual network gateway"))  # type: ignore[arg-type]
    assert gateway["Gateway Private IPs (Configuration)"] == "Enabled"
    assert gateway["Second Custom Azure APIPA BGP IP address"] == "169.254.22.2"
    connections = form(fjellmark, "Azure: connections")
    assert [field for field, *_ in connections] == [
        *("Connection type", "Name (proposed)", "Region", "Virtual network gateway", "Local network gateway"),
        *("Authentication Method", "Shared key (PSK)", "IKE Protocol", "Use Azure Private IP Address", "Enable BGP"),
        *("Enable Custom BGP Addresses", "Primary Custom BGP Address", "Secondary Custom BGP Address"),
        *("IPsec / IKE policy", "IKE Phase 1, Encryption", "IKE Phase 1, Integrity/PRF", "IKE Phase 1, DH Group"),
        *("IKE Phase 2 (IPsec), IPsec Encryption", "IKE Phase 2 (IPsec), IPsec Integrity"),
        *("IKE Phase 2 (IPsec), PFS Group", "IPsec SA lifetime in KiloBytes", "IPsec SA lifetime in seconds"),
        *("Use policy based traffic selector", "DPD timeout in seconds", "Connection Mode", "NAT Rules Associations"),
    ]
    assert ("Shared key (PSK)", "file:secrets/r1", "file:secrets/r2") in connections
    assert len(form(fjellmark, "4 tunnels that come up, with a BGP session in each")) == 4


def test_the_appliance_has_its_own_list() -> None:
    text = made(FJELLMARK, hub(kind="appliance", sku=None, name="nva", addresses=["10.60.1.4"], subnet=None))
    assert dict(form(text, "The appliance in the VNet"))["IP forwarding on every NIC"] == "Enabled"  # type: ignore[arg-type]
    assert "GCMAES256" in text
    assert "FW-PLACE-06" in text
    assert "virtual network gateway\n" not in text


def test_macsec_and_the_port_pair() -> None:
    macsec = {"cipher": "GcmAes256", "ckn": "1000", "cak": "env:PEERWRIGHT_TEST_CAK"}
    text = made(BASE, {f"{CIRCUIT}.kind": "direct", f"{CIRCUIT}.macsec": macsec})
    assert form(text, "Azure: MACsec of the port pair") == [
        ("Cipher", "GcmAes256"),
        ("CKN (Key Vault secret)", "1000"),
        ("CAK (Key Vault secret)", "env:PEERWRIGHT_TEST_CAK"),
        ("SCI", "Disabled"),
    ]
    assert "## Tags on the port pair\n" in text
    assert "exchange provider" not in part(text, "Tags on the port pair")


def test_udrs_and_forced_tunnelling() -> None:
    udr = {"prefix": "10.9.0.0/16", "next_hop": "10.100.1.4"}
    vnet = {"name": "prod", "prefixes": ["10.100.0.0/16"], "udrs": [udr], "custom_community": "12076:20001"}
    text = made(BASE, {"customers.alpha.vnets": [vnet], f"{PRIVATE}.forced_tunnelling": True})
    assert form(text, "Azure: route table of the workload subnets") == [
        ("10.9.0.0/16", "VirtualAppliance", "10.100.1.4")
    ]
    default = part(text, "Where the default route leads")
    assert "| workload | IPv4   | ExpressRoute |" in default
    for rule in ("ER-DEF-01", "ER-DEF-03", "ER-DEF-04", "AZ-UDR-04"):
        assert rule in default
    assert "AZ-NSG-03" in part(text, "Network security groups")
    assert "12076:20001" in part(text, "Azure: virtual network")
    assert "ER-DEF-03" not in made()


def test_office_365_and_static_translation() -> None:
    nat = {
        "pool": "198.41.1.0/28",
        "inside": ["10.0.0.0/16"],
        "static": [{"inside": "10.0.0.5/32", "outside": "198.41.1.5/32"}],
    }
    text = made(BASE, {MICROSOFT: microsoft(route_filter=["Exchange Online"], nat=nat)})
    assert "| 12076:5010 | Exchange Online   | needed first (ER-RF-04) |" in text
    assert "10.0.0.5/32 to 198.41.1.5/32" in text


def test_many_routes_are_cut_and_said_to_be() -> None:
    home = [f"10.1.{number}.0/24" for number in range(60)]
    text = made(BASE, {"customers.alpha.onprem": home})
    assert text.count("| Primary ") == 50
    assert "… and 70 more; --format json has all of them.\n" in text


# A text for terminals and tickets.


@pytest.mark.parametrize("columns", [110])
def test_only_tables_and_titles_are_wider_than_a_terminal(columns: int, fjellmark: str) -> None:
    for text in (charlie(), fjellmark):
        wide = [line for line in text.splitlines() if len(line) > columns + 10 and not line.startswith("|")]
        assert wide == []


def test_every_table_is_straight_and_every_heading_stands_alone(fjellmark: str) -> None:
    for text in (charlie(), fjellmark):
        assert text.endswith("\n")
        assert "\n\n\n" not in text
        assert not re.search(r"[^\n]\n#+ ", text), "a blank line before each heading"
        assert not re.search(r"^#+ .*\n[^\n]", text, re.MULTILINE), "and after it"
        for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            lines = block.splitlines()
            assert len({len(line) for line in lines}) == 1, block
            assert re.fullmatch(r"\|(-+\|)+", lines[1]), block


def test_the_steps_are_numbered_through() -> None:
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", charlie(), re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_key_is_printed(fjellmark: str) -> None:
    assert not [key for key in SECRETS.values() if key in fjellmark]
    text = made(BASE, {f"{PRIVATE}.md5": "InTheClear1"})
    assert "InTheClear1" not in text
    assert "| Shared key            | ••••" in text


def test_names_are_shown_and_not_obeyed() -> None:
    name = "a|b<img src=x>`c` *d* [e](f)\x1b[2J\n# g"
    text = made(
        BASE, {"customers.alpha.name": name, "customers.alpha.vnets": [{"name": name, "prefixes": "10.1.0.0/16"}]}
    )
    shown = r"a\|b\<img src=x>\`c\` \*d\* \[e](f)\\x1b\[2J\\n# g"
    assert f"# Handover: {shown}\n" in text
    assert f"## VNet {shown}\n" in text
    assert "\x1b" not in text


def test_the_pieces() -> None:
    assert table(("A",), []) == ""
    assert section("T", "", "") == ""
    assert plain("plain_name-1.2") == "plain_name-1.2"
    assert table(("Name", "Là"), [("ウェブ", True), (None, 7)]) == (
        "| Name                   | Là  |\n"
        "|------------------------|-----|\n"
        "| ウェブ                 | Yes |\n"
        "| (not in the inventory) | 7   |\n"
    )
    long = bullets(["word " * 40])
    assert max(map(len, long.splitlines())) <= 110
    assert all(line.startswith(("- ", "  ")) for line in long.splitlines())
