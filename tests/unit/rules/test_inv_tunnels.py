"""IPsec over a peering: proposals, keys, the mesh, BGP inside, and what passes where."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import (
    ALPHA,
    BASE,
    CIRCUIT,
    GATEWAY,
    IPSEC,
    MICROSOFT,
    PRIVATE,
    TUNNELS,
    Found,
    findings,
    hub,
    microsoft,
    with_values,
)
from tests.inventories import found_by as found_in

TITLE = "ipsec of the private peering of circuit alpha-ams"
AT = f"{ALPHA}.vnets[0].gateways[0]"
STRONG = {"encryption": "GCMAES256", "integrity": "GCMAES256", "pfs_group": "ECP384"}
Rows = list[tuple[str, str, str]]


def found_by(rule: str, values: dict[str, Any]) -> Rows:
    return found_in(rule, values, TUNNELS)


def gateway(**values: Any) -> dict[str, Any]:
    return {f"{ALPHA}.vnets": hub(**values)}


def in_ipsec(**values: Any) -> dict[str, Any]:
    return {f"{IPSEC}.{key}": value for key, value in values.items()}


def every(values: dict[str, Any], text: str = TUNNELS) -> list[Found]:
    """Everything that is found, but for the open control plane of the base inventory."""
    return [one for one in findings(with_values(text, values)) if one[0] != "FW-CP-01"]


def test_the_tunnels_of_the_domain_rules_have_no_finding() -> None:
    assert every({}) == []


# Proposals and lifetimes


def test_a_word_that_azure_does_not_have() -> None:
    ike = {"encryption": "GCMAES256", "integrity": "SHA512", "dh_group": "ECP384"}
    assert found_by("INV-057", in_ipsec(ike=ike)) == [
        (
            "error",
            f"{IPSEC}.ike.integrity",
            "ike integrity 'SHA512' is not one that both ends can use, expected one of SHA384, SHA256, SHA1, MD5",
        )
    ]
    assert found_by("INV-057", in_ipsec(ike={**ike, "integrity": "SHA384"})) == []


def test_a_policy_of_ones_own_is_complete() -> None:
    assert found_by("INV-057", in_ipsec(esp={"encryption": "AES256", "integrity": "SHA256"})) == [
        (
            "error",
            f"{IPSEC}.esp",
            f"esp of the {TITLE} lacks pfs_group, all of encryption, integrity, pfs_group or none was expected",
        )
    ]
    assert found_by("INV-057", in_ipsec(esp={"lifetime_seconds": 3600})) == []


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("ike", "integrity", "SHA1"),
        ("ike", "dh_group", "DHGroup2"),
        ("esp", "encryption", "DES3"),
        ("esp", "integrity", "MD5"),
        ("esp", "pfs_group", "None"),
    ],
)
def test_weak_words_are_warned_of(part: str, field: str, value: str) -> None:
    strong = STRONG if part == "esp" else {"encryption": "AES256", "integrity": "SHA384", "dh_group": "ECP384"}
    assert ("warning", f"{IPSEC}.{part}.{field}", f"{part} {field} {value} is weak, a strong one was expected") in (
        found_by("INV-058", in_ipsec(**{part: {**strong, field: value}}))
    )
    assert found_by("INV-058", in_ipsec(**{part: strong})) == []


def test_the_compatible_profile_is_mentioned() -> None:
    ((severity, path, _),) = found_by("INV-058", in_ipsec(profile="compatibility"))
    assert (severity, path) == ("info", f"{IPSEC}.profile")


def test_gcm_words_are_equal() -> None:
    assert found_by("INV-059", in_ipsec(esp={**STRONG, "integrity": "GCMAES128"})) == [
        (
            "error",
            f"{IPSEC}.esp.integrity",
            "esp integrity GCMAES128 does not go with encryption GCMAES256, the same word was expected with GCM",
        )
    ]
    mixed = {"encryption": "AES256", "integrity": "GCMAES256", "pfs_group": "ECP384"}
    assert len(found_by("INV-059", in_ipsec(esp=mixed))) == 1
    assert found_by("INV-059", in_ipsec(esp={**mixed, "integrity": "SHA256"})) == []


@pytest.mark.parametrize(
    ("dpd", "severity"), [(8, "error"), (9, "warning"), (29, "warning"), (46, "warning"), (3601, "error"), (0, "error")]
)
def test_dead_peer_timeouts(dpd: int, severity: str) -> None:
    assert [one[:2] for one in found_by("INV-060", in_ipsec(dpd_seconds=dpd))] == [(severity, f"{IPSEC}.dpd_seconds")]


def test_good_timeouts_and_short_lifetimes() -> None:
    assert found_by("INV-060", in_ipsec(dpd_seconds=30)) == found_by("INV-060", in_ipsec(dpd_seconds=45)) == []
    assert found_by("INV-060", in_ipsec(esp={"lifetime_seconds": 299, "lifetime_kilobytes": 1023})) == [
        (
            "error",
            f"{IPSEC}.esp.lifetime_seconds",
            "esp lifetime_seconds 299 is below Azure's minimum, at least 300 s was expected",
        ),
        (
            "error",
            f"{IPSEC}.esp.lifetime_kilobytes",
            "esp lifetime_kilobytes 1023 is below Azure's minimum, at least 1024 KB was expected",
        ),
    ]


# Keys

GOOD_KEYS = {"primary": "Lab.Only_7qT4mXz2Rk9s", "secondary": "Lab.Only_Wb3eHn8uYc5d"}


@pytest.mark.parametrize(
    ("key", "severities"),
    [
        ("Lab.Only-7qT4mXz2Rk9s", ["error"]),
        ("Lab Only 7qT4mXz2Rk9s", ["error"]),
        ("Lab~Only~7qT4mXz2Rk9s", ["error"]),
        ("Schlüssel_7qT4mXz2Rk9s", ["error"]),
        ("tooShort", ["error"]),
        ("0sLab.Only7qT4mXz2Rk9s", ["error"]),
        ("0X1234567890abcdef1234", ["error"]),
        ("A" * 129, ["warning"]),
        ('Lab"Only;7qT4mXz2Rk9s', ["warning"]),
        ("A" * 20, []),
        ("A" * 128, []),
    ],
)
def test_forms_of_keys(key: str, severities: list[str]) -> None:
    found = found_by("INV-061", in_ipsec(key={**GOOD_KEYS, "secondary": key}))
    assert [(severity, path) for severity, path, _ in found] == [(one, f"{IPSEC}.key.secondary") for one in severities]
    assert not any(key in message for _, _, message in found)


def test_one_key_for_both_connections() -> None:
    said = ("warning", f"{IPSEC}.key", f"both connections of the {TITLE} have the same key, one for each was expected")
    assert found_by("INV-061", in_ipsec(key=GOOD_KEYS["primary"])) == [said]
    assert found_by("INV-061", in_ipsec(key="env:PEERWRIGHT_UNSET")) == [said]
    assert found_by("INV-061", in_ipsec(key=GOOD_KEYS)) == []


def bravo(**ipsec: Any) -> dict[str, Any]:
    """A second customer with tunnels of its own, in VRFs of its own."""
    given = {
        "source": {"primary": "172.20.0.1", "secondary": "172.20.0.2"},
        "key": GOOD_KEYS,
        "path_mtu": 1400,
        **ipsec,
    }
    return {
        "customers.bravo": {
            "ce": {"asn": 64702, "vlan": 702, "v4": "192.168.255.0/29"},
            "onprem": ["10.0.0.0/16"],
            "vnets": hub(),
            "circuits": {
                "bravo-ams": {
                    "service_key": "22222222-2222-4222-8222-222222222222",
                    "bandwidth_mbps": 200,
                    "s_tag": 102,
                    "peerings": {"private": {"azure_vlan": 100, "v4": "172.31.0.8/29", "ipsec": given}},
                }
            },
        }
    }


def test_a_key_of_another_customer() -> None:
    values = {**in_ipsec(key=GOOD_KEYS), **bravo(key={**GOOD_KEYS, "primary": "Other.Key_Wb3eHn8uYc5"})}
    ((severity, path, message),) = found_by("INV-061", values)
    assert (severity, path) == (
        "error",
        "customers.bravo.circuits.bravo-ams.peerings.private.ipsec.key.secondary",
    )
    assert message.startswith("pre-shared key of customer bravo is also a key of customer alpha")


def test_customers_in_vrfs_of_their_own_may_have_the_same_addresses() -> None:
    assert found_by("INV-063", bravo()) == []
    shared = {f"{PRIVATE}.vrf": "FRONT", **bravo()}
    shared["customers.bravo"]["circuits"]["bravo-ams"]["peerings"]["private"]["vrf"] = "FRONT"
    paths = [path for _, path, _ in found_by("INV-063", shared)]
    assert paths == [
        f"customers.bravo.circuits.bravo-ams.peerings.private.ipsec.source.{role}" for role in ("primary", "secondary")
    ]


def test_keys_in_clear_text() -> None:
    assert [path for _, path, _ in found_by("INV-068", in_ipsec(key=GOOD_KEYS))] == [
        f"{IPSEC}.key.primary",
        f"{IPSEC}.key.secondary",
    ]
    assert [path for _, path, _ in found_by("INV-068", in_ipsec(key=GOOD_KEYS["primary"]))] == [f"{IPSEC}.key"]


# The mesh


def test_an_instance_without_a_bgp_address() -> None:
    assert found_by("INV-062", gateway(bgp=["169.254.21.2"])) == [
        ("error", f"{AT}.bgp", "VPN gateway has 1 BGP addresses and 2 addresses, one for each was expected")
    ]
    assert found_by("INV-062", gateway(bgp=None)) == [
        ("error", AT, "VPN gateway has no BGP addresses and 2 addresses, one for each was expected")
    ]


def test_instances_of_a_gateway() -> None:
    single = gateway(addresses=["10.60.255.14"], bgp=["169.254.21.2"])
    assert found_by("INV-062", single) == [
        (
            "warning",
            f"{AT}.addresses",
            "VPN gateway has 1 address, the 2 of an active-active gateway were expected",
        )
    ]
    appliance = gateway(kind="appliance", sku=None, subnet=None, addresses=["10.60.255.14"], bgp=["10.60.255.14"])
    assert found_by("INV-062", appliance) == []
    three = gateway(addresses=["10.60.255.14", "10.60.255.15", "10.60.255.16"], bgp=["169.254.21.2"] * 3)
    assert [severity for severity, _, _ in found_by("INV-062", three)] == ["error"]
    twice = gateway(addresses=["10.60.255.14", "10.60.255.14"])
    assert [path for _, path, _ in found_by("INV-062", twice)] == [f"{AT}.addresses[1]"]


def test_a_gateway_that_carries_tunnels_has_addresses_in_its_vnet() -> None:
    assert found_by("INV-071", gateway(addresses=None, bgp=None)) == [
        ("error", AT, f"VPN gateway of the {TITLE} has no addresses, those of its instances were expected")
    ]
    outside = gateway(subnet=None, addresses=["10.61.255.14", "10.60.255.15"])
    assert found_by("INV-071", outside) == [
        ("error", f"{AT}.addresses[0]", "gateway address 10.61.255.14 is outside the VNet, 10.60.0.0/16 was expected")
    ]
    reported = {f"{CIRCUIT}.azure": {"gateway_addresses": ["10.60.255.4", "10.60.255.15"]}}
    assert [path for _, path, _ in found_by("INV-071", reported)] == [f"{AT}.addresses[0]"]


def test_skus_of_gateways_that_carry_tunnels() -> None:
    ((severity, path, message),) = found_by("INV-065", gateway(sku="VpnGw2"))
    assert (severity, path) == ("error", f"{AT}.sku")
    assert message.startswith("sku VpnGw2 has no private address for tunnels")
    assert found_by("INV-065", gateway(kind="appliance", sku="Standard_D4s_v5")) == []
    assert [severity for severity, _, _ in found_by("INV-065", gateway(transport="microsoft"))] == ["warning"]
    assert [path for _, path, _ in found_by("IPS-TR-07", gateway(sku="Basic", subnet="10.60.255.0/28"))] == [
        f"{AT}.sku",
        f"{AT}.subnet",
    ]
    assert found_by("IPS-TR-07", {}) == []


# BGP addresses


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        (in_ipsec(bgp={"primary": "169.254.21.9", "secondary": "169.254.100.2"}), f"{IPSEC}.bgp.primary", "Azure's"),
        (in_ipsec(bgp={"primary": "10.60.1.1", "secondary": "10.9.0.2"}), f"{IPSEC}.bgp.primary", "in VNet prefix"),
        (in_ipsec(bgp={"primary": "172.20.0.1", "secondary": "10.9.0.2"}), f"{IPSEC}.bgp.primary", "tunnel's source"),
        (in_ipsec(bgp={"primary": "169.254.9.9", "secondary": "169.254.9.9"}), f"{IPSEC}.bgp.secondary", "of both"),
        (in_ipsec(source={"primary": "172.20.0.1", "secondary": "172.20.0.1"}), f"{IPSEC}.source.secondary", "of both"),
        (gateway(bgp=["169.254.23.2", "169.254.22.2"]), f"{AT}.bgp[0]", "outside Azure's window"),
        (gateway(bgp=["169.254.21.2", "169.254.21.2"]), f"{AT}.bgp[1]", "there twice"),
        (gateway(bgp=["10.60.255.14", "10.60.255.15"]), IPSEC, "is link-local, and 10.60.255.14"),
        (in_ipsec(bgp={"primary": "10.9.0.1", "secondary": "10.9.0.2"}), f"{IPSEC}.bgp.primary", "is not link-local"),
        (in_ipsec(bgp={"primary": "fd00::1", "secondary": "fd00::2"}), f"{IPSEC}.bgp.primary", "one family"),
    ],
)
def test_bgp_addresses(values: dict[str, Any], path: str, words: str) -> None:
    found = found_by("INV-063", values)
    assert [place for _, place, message in found if words in message] == [path], found


def test_bgp_addresses_that_are_right() -> None:
    assert found_by("INV-063", in_ipsec(bgp={"primary": "169.254.9.1", "secondary": "169.254.9.2"})) == []
    numbered = {
        **gateway(bgp=["10.60.255.14", "10.60.255.15"]),
        **in_ipsec(bgp={"primary": "10.9.0.1", "secondary": "10.9.0.2"}),
    }
    assert found_by("INV-063", numbered) == []


def test_our_as_number_in_the_tunnels() -> None:
    assert found_by("INV-064", gateway(asn=64600)) == [
        ("error", AT, "on-premises AS 64600 is also the VPN gateway's, different ones were expected")
    ]
    assert found_by("INV-064", gateway(onprem_asn=8075)) == [
        (
            "error",
            f"{AT}.onprem_asn",
            "onprem_asn 8075 is refused by a VPN gateway, expected 64512 to 65514, 65521 to 65534 or a public number of yours",
        )
    ]
    assert [path for _, path, _ in found_by("INV-064", {f"{PRIVATE}.asn": 8074})] == [AT]
    assert found_by("INV-064", gateway(kind="appliance", sku=None, onprem_asn=64500, asn=65001)) == []
    assert len(found_by("INV-064", gateway(kind="appliance", sku=None, onprem_asn=65001, asn=65001))) == 1


# Transport


def over_microsoft(source: str = "198.41.1", **values: Any) -> dict[str, Any]:
    """Tunnels over Microsoft peering instead of private peering."""
    ipsec = {"source": {"primary": f"{source}.1", "secondary": f"{source}.2"}, "key": GOOD_KEYS}
    public = hub(addresses=["20.50.1.4", "20.50.1.5"], **values)
    return {
        PRIVATE: None,
        MICROSOFT: microsoft(nat=None, ipsec=ipsec),
        f"{ALPHA}.vnets": [{**public[0], "region": "West Europe"}],
        f"{ALPHA}.vrf": "CORP",
    }


def test_tunnels_over_microsoft_peering() -> None:
    found = {one[0] for one in every(over_microsoft())}
    assert found <= {"INV-068"}, found
    assert [(path, message) for _, path, message in found_by("IPS-TR-01", over_microsoft("172.20.0"))] == [
        (
            f"{MICROSOFT}.ipsec.source.{role}",
            f"source 172.20.0.{number} of the {role} router is in {why}",
        )
        for number, role in ((1, "primary"), (2, "secondary"))
        for why in (
            "private (RFC 1918) 172.16.0.0/12, a public address was expected on Microsoft peering",
            "none of advertised_public_prefixes, expected one of 198.41.1.0/28",
        )
    ]
    private = {**over_microsoft(), f"{ALPHA}.vnets": hub()}
    assert [path for _, path, _ in found_by("IPS-TR-01", private)] == [f"{AT}.addresses[0]", f"{AT}.addresses[1]"]


def test_the_route_filter_lets_the_gateway_through() -> None:
    values = over_microsoft()
    values[f"{ALPHA}.vnets"][0]["region"] = "West US 2"
    assert [path for _, path, _ in found_by("INV-050", values)] == [f"{MICROSOFT}.route_filter"]
    assert found_by("INV-050", over_microsoft()) == []


def test_ipv6_ends() -> None:
    six = {"primary": "fd00:20::1", "secondary": "fd00:20::2"}
    assert [severity for severity, _, _ in found_by("ER-V6-02", in_ipsec(source=six))] == ["error", "error"]
    both = {**in_ipsec(source=six), **gateway(subnet=None, addresses=["fd00:60::4", "fd00:60::5"])}
    assert [severity for severity, _, _ in found_by("ER-V6-02", both)] == ["error", "error"]
    assert [path for _, path, _ in found_by("ER-V6-02", gateway(addresses=["10.60.255.4", "fd00:60::5"]))] == [
        f"{AT}.addresses"
    ]


def test_two_vrfs() -> None:
    assert found_by("IPS-TR-04", {f"{PRIVATE}.vrf": "ALPHA"}) == [
        ("error", f"{PRIVATE}.vrf", "VRF ALPHA is that of the peering and of the tunnels in it, two were expected")
    ]
    assert [path for _, path, _ in found_by("IPS-TR-04", in_ipsec(vrf="ALPHA-FRONT"))] == [f"{IPSEC}.vrf"]


def test_sources_overlap_nothing_in_the_front_vrf() -> None:
    source = {"primary": "10.60.9.1", "secondary": "172.31.0.3"}
    assert found_by("INV-018", in_ipsec(source=source)) == [
        (
            "error",
            f"{IPSEC}.source.primary",
            "tunnel source 10.60.9.1/32 lies in VNet prefix 10.60.0.0/16 in VRF ALPHA-FRONT, expected no overlap",
        ),
        (
            "error",
            f"{IPSEC}.source.secondary",
            "tunnel source 172.31.0.3/32 lies in link block 172.31.0.0/29 in VRF ALPHA-FRONT, expected no overlap",
        ),
    ]
    # What is at home is in the inner VRF, where the CE is too.
    assert found_by("INV-018", in_ipsec(source={"primary": "10.0.9.1", "secondary": "10.0.9.2"})) == []
    assert [path for _, path, _ in found_by("INV-018", {f"{ALPHA}.ce.v4": "10.0.255.0/29"})] == [f"{ALPHA}.ce.v4"]


# What passes


def test_a_prefix_in_clear_and_in_the_tunnels() -> None:
    assert found_by("IPS-TR-03", in_ipsec(clear=["10.0.0.0/16"])) == [
        (
            "error",
            f"{IPSEC}.clear[0]",
            f"prefix 10.0.0.0/16 is announced in clear and in the tunnels of the {TITLE}, and would come in clear",
        )
    ]
    assert [path for _, path, _ in found_by("IPS-TR-03", {f"{PRIVATE}.advertise": ["10.0.0.0/16"]})] == [
        f"{PRIVATE}.advertise[0]"
    ]
    assert [path for _, path, _ in found_by("IPS-TR-03", in_ipsec(advertise=["172.20.0.2/32"]))] == [
        f"{IPSEC}.source.secondary"
    ]
    assert found_by("IPS-TR-03", in_ipsec(clear=["10.0.0.0/8", "10.0.4.0/24"])) == []


def test_a_vnets_prefix_in_the_tunnels() -> None:
    assert [path for _, path, _ in found_by("INV-044", in_ipsec(advertise=["10.60.0.0/16"]))] == [
        f"{IPSEC}.advertise[0]"
    ]
    assert found_by("INV-044", in_ipsec(advertise=["10.60.0.0/15"])) == []


def test_a_default_route_in_the_tunnels() -> None:
    default = in_ipsec(advertise=["0.0.0.0/0"])
    assert [path for _, path, _ in found_by("INV-038", default)] == [f"{IPSEC}.advertise[0]"]
    forced = {f"{PRIVATE}.forced_tunnelling": True, f"{PRIVATE}.internet_exit": True, f"{PRIVATE}.kms_noted": True}
    assert found_by("INV-039", forced | default) == []
    assert [message for _, _, message in found_by("INV-039", forced)] == [
        "forced_tunnelling true has no effect beside ipsec, a default route in advertise of ipsec was expected"
    ]


def test_sizes() -> None:
    assert found_by("IPS-TUN-05", in_ipsec(path_mtu=None)) == [
        (
            "warning",
            IPSEC,
            f"mss 1350 of the {TITLE} is kept, and makes outer packets of 1444 bytes, a full packet of 1400 one of 1456; "
            "at most 1400 may pass Azure's gateway",
        )
    ]
    assert [path for _, path, _ in found_by("IPS-TUN-05", in_ipsec(path_mtu=1450))] == [f"{IPSEC}.path_mtu"]
    assert found_by("IPS-TUN-03", in_ipsec(mss=1360, path_mtu=1500)) == [
        ("warning", f"{IPSEC}.mss", "mss 1360 is above Microsoft's advice, at most 1350 was expected")
    ]
    assert found_by("IPS-TUN-03", in_ipsec(mss=1350)) == [
        ("warning", f"{IPSEC}.mss", "mss 1350 does not fit into the tunnel's MTU of 1346, at most 1306 was expected")
    ]
    assert [path for _, path, _ in found_by("IPS-TUN-03", in_ipsec(path_mtu=1600))] == [f"{IPSEC}.path_mtu"]


def test_many_prefixes_and_many_selectors() -> None:
    many = [f"10.{number >> 8}.{number & 255}.0/24" for number in range(4001)]
    assert [path for _, path, _ in found_by("IPS-BGP-09", in_ipsec(advertise=many))] == [f"{IPSEC}.advertise"]
    assert found_by("IPS-BGP-09", in_ipsec(advertise=many[1:])) == []
    selectors = [{"local": one, "remote": "10.60.0.0/16"} for one in many[:101]]
    assert found_by("IPS-PROP-07", in_ipsec(selectors=selectors)) == [
        ("error", f"{IPSEC}.selectors[100]", f"{TITLE} has 101 selectors, Azure keeps 100 for a tunnel")
    ]
    assert found_by("IPS-PROP-07", in_ipsec(selectors=selectors[1:])) == []


def test_selectors() -> None:
    whole = {"local": "10.0.0.0/16", "remote": "10.60.0.0/16"}
    half = {"local": "10.0.0.0/17", "remote": "10.60.0.0/16"}
    bgp = {"local": "169.254.100.0/24", "remote": "169.254.16.0/20"}
    assert found_by("IPS-POL-10", in_ipsec(selectors=[half])) == [
        (
            "error",
            f"{IPSEC}.selectors",
            f"selectors of the {TITLE} do not cover 10.0.0.0/16 to 10.60.0.0/16, every pair was expected",
        )
    ]
    families = in_ipsec(selectors=[whole, {"local": "10.0.0.0/16", "remote": "fd00::/48"}])
    assert [path for _, path, _ in found_by("IPS-POL-10", families)] == [f"{IPSEC}.selectors[1]"]
    assert found_by("IPS-POL-10", in_ipsec(selectors=[whole])) == []
    assert found_by("IPS-BGP-13", in_ipsec(selectors=[whole])) == [
        (
            "error",
            f"{IPSEC}.selectors",
            f"selectors of the {TITLE} leave out the BGP addresses of 4 tunnels, BGP in each was expected",
        )
    ]
    assert found_by("IPS-BGP-13", in_ipsec(selectors=[whole, bgp])) == []
    alone = {f"{CIRCUIT}.sla_waiver": "one router", f"{CIRCUIT}.links": {"primary": {"router": "pe1"}}}
    single = alone | in_ipsec(selectors=[whole]) | gateway(addresses=["10.60.255.14"], bgp=["169.254.21.2"])
    assert found_by("IPS-BGP-13", single) == []
    assert [severity for severity, _, _ in found_by("IPS-TUN-02", single)] == ["warning"]


def test_two_circuits_to_one_gateway_from_one_pair() -> None:
    second = {
        "service_key": "33333333-3333-4333-8333-333333333333",
        "bandwidth_mbps": 200,
        "s_tag": 103,
        "peerings": {
            "private": {
                "azure_vlan": 100,
                "v4": "172.31.0.16/29",
                "vrf": "ALPHA-FRONT-2",
                "ipsec": {
                    "source": {"primary": "172.20.0.3", "secondary": "172.20.0.4"},
                    "bgp": {"primary": "169.254.100.3", "secondary": "169.254.100.4"},
                    "key": GOOD_KEYS,
                    "path_mtu": 1400,
                },
            }
        },
    }
    values = {f"{ALPHA}.circuits.alpha-fra": second}
    # The route to each BGP address of the gateway can lead into one of the two tunnels only.
    assert [path for _, path, _ in found_by("INV-063", values)] == [f"{AT}.bgp[0]", f"{AT}.bgp[1]"]


def test_firewalls_that_encrypt_are_there() -> None:
    assert found_by("INV-083", in_ipsec(at="firewall")) == [
        ("error", f"{IPSEC}.at", f"{TITLE} is at the firewall, and pair ams has no firewalls")
    ]


def test_no_tunnels_no_finding_about_them() -> None:
    assert {rule for rule, *_ in findings(BASE)} == {"FW-CP-01"}
    assert GATEWAY["kind"] == "vpn"
