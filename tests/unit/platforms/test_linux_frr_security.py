"""Tunnels, firewall, NAT and queues of a Linux router, written and read back.

tests/security_plans.py: r1 ── view ── swanctl.conf, nftables.conf, interfaces ── reader ── facts == the plan's
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from msgspec.structs import replace

from generator.model.address import parse_link, parse_prefix
from generator.model.crypto import CryptoPolicy, Selector
from generator.model.facts import FACT_TABLES, Facts, Filter, FilterRule, NatRule, ReadResult, ZonePolicy
from generator.model.filters import ANY, GRE, ICMP, SELF, TCP, UDP, IcmpType, Ports, Shaper
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms import load
from generator.platforms.base import Feature
from generator.platforms.linux_frr.crypto_view import connections
from generator.platforms.linux_frr.proposals import esp_proposal, ike_proposal
from generator.readback.ciscoconf import parse_device
from generator.readback.indent import parse_indent
from generator.readback.read import read_device, read_rendered
from generator.render.engine import Renderer
from tests.security_plans import COMPATIBLE, KEY, r1, rules

PLATFORM = load("linux_frr")
RENDERER = Renderer(PLATFORM)
PORTS = ("eth1", "eth2", "eth3")
SELECTORS = tuple(
    Selector(parse_prefix(local), parse_prefix("10.60.0.0/16")) for local in ("10.20.0.0/16", "10.21.0.0/16")
)
PLANS: dict[str, DevicePlan] = {
    "stateless": r1(PLATFORM, PORTS),
    "stateful": r1(PLATFORM, PORTS, stateful=True),
    "compatible": r1(PLATFORM, PORTS, crypto=COMPATIBLE),
    "selectors": r1(PLATFORM, PORTS, selectors=SELECTORS),
}
PLAN = PLANS["stateful"]
Reader = Callable[..., ReadResult]


def files(plan: DevicePlan) -> dict[str, str]:
    return {artifact.file.name: artifact.text for artifact in RENDERER.render(plan)}


TEXTS = files(PLAN)


def with_facts(plan: DevicePlan = PLAN, **tables: object) -> DevicePlan:
    return replace(plan, facts=replace(plan.facts, **tables))


def assert_reads_back(plan: DevicePlan, read: Reader = read_rendered, texts: Mapping[str, str] | None = None) -> None:
    result = read(PLATFORM, texts or files(plan))
    assert result.unrecognised == ()
    wanted = PLATFORM.observable(plan.facts)
    for table in Facts.__struct_fields__:
        assert getattr(result.facts, table) == getattr(wanted, table), table


@pytest.mark.parametrize("read", [read_rendered, read_device])
@pytest.mark.parametrize("name", PLANS)
def test_what_was_written_reads_back_as_what_was_meant(name: str, read: Reader) -> None:
    assert_reads_back(PLANS[name], read)


def test_the_plan_has_everything_that_the_platform_can_do() -> None:
    for table in FACT_TABLES:
        assert getattr(PLAN.facts, table) or table in ("community_lists", "macsec", "state_sync"), table
    assert Feature.MACSEC not in PLATFORM.features


@pytest.mark.parametrize("name", PLANS)
def test_both_parsers_give_the_same_trees(name: str) -> None:
    for file, text in files(PLANS[name]).items():
        config = next(one for one in PLATFORM.files if one.name == file)
        assert parse_device(text, config.syntax, config.comment) == parse_indent(text, config.comment)


def test_every_object_has_a_place_in_the_text() -> None:
    places = read_rendered(PLATFORM, TEXTS).places
    for table in ("tunnels", "zones", "zone_policies", "filters", "control_plane", "nat_rules", "shapers", "remarks"):
        for key in getattr(PLAN.facts, table):
            file, line = places[(table, key)]
            assert 0 < line <= TEXTS[file].count("\n"), (table, key)
    file, line = places[("filters", ("CORP-IN-TUN", 4))]
    assert TEXTS[file].splitlines()[line - 1].strip() == "chain filter/CORP-IN-TUN/4 {"


def test_braces_count_and_not_indentation() -> None:
    """Both languages are free of it; both parsers nest by it."""
    for file in ("nftables.conf", "swanctl.conf"):
        flat = "\n".join(line.strip() for line in TEXTS[file].splitlines())
        for read in (read_rendered, read_device):
            assert_reads_back(PLAN, read, {**TEXTS, file: flat})


# Tunnels


def test_a_tunnel_finds_its_two_vrfs() -> None:
    """ESP by the device of the XFRM interface, IKE by the rule for its source."""
    text = TEXTS["interfaces"]
    assert "iface xfrm308\n    xfrm-id 308\n    xfrm-physdev TRANSPORT\n    vrf CORP\n" in text
    assert "    post-up ip -4 rule add from 172.20.0.1 table 1309 pref 1100 || true\n" in text
    assert "net.ipv4.udp_l3mdev_accept = 1\n" in TEXTS["sysctl.conf"]
    front = read_rendered(PLATFORM, {**TEXTS, "interfaces": text.replace("physdev TRANSPORT", "physdev DMZ-MS")})
    assert front.facts.tunnels["xfrm308"].front_vrf == "DMZ-MS"
    assert {one.reason for one in front.unrecognised} == {"no rule sends what comes from 172.20.0.1 into DMZ-MS"}


def test_a_tunnel_in_the_global_table_needs_no_rule() -> None:
    tunnels = {name: replace(one, front_vrf="") for name, one in PLAN.facts.tunnels.items()}
    plan = with_facts(tunnels=tunnels)
    texts = files(plan)
    assert "xfrm-physdev lo\n" in texts["interfaces"]
    assert "rule add" not in texts["interfaces"]
    assert "udp_l3mdev_accept" not in texts["sysctl.conf"]
    assert_reads_back(plan)


def test_a_borrowed_address_is_there_as_a_host() -> None:
    """Linux has no other way to borrow one; the reader finds the lender by it."""
    assert TEXTS["interfaces"].count("    address 169.254.100.1/32\n") == 3
    own = replace(PLAN.facts.interfaces["xfrm308"], unnumbered="", addresses=(parse_link("169.254.7.1/30"),))
    assert_reads_back(with_facts(interfaces={**PLAN.facts.interfaces, "xfrm308": own}))


@pytest.mark.parametrize(
    ("crypto", "ike", "esp"),
    [
        (CryptoPolicy(), "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384"),
        (COMPATIBLE, "aes256-sha256-modp2048", "aes256-sha256-modp2048"),
        (
            CryptoPolicy("GCMAES128", "SHA256", "DHGroup24", "GCMAES192", "GCMAES192", "None"),
            "aes128gcm16-prfsha256-modp2048s256",
            "aes192gcm16",
        ),
        (
            CryptoPolicy("AES192", "SHA1", "DHGroup2", "DES3", "MD5", "PFS1"),
            "aes192-sha1-modp1024",
            "3des-md5-modp768",
        ),
        (
            CryptoPolicy("AES128", "MD5", "ECP256", "None", "SHA256", "PFS24"),
            "aes128-md5-ecp256",
            "null-sha256-modp2048s256",
        ),
    ],
)
def test_azures_words_are_strongswans_and_back(crypto: CryptoPolicy, ike: str, esp: str) -> None:
    """IPS-POL-11."""
    plan = r1(PLATFORM, PORTS, crypto=crypto)
    (one, _) = connections(plan.facts)
    assert (one.proposal, one.children[0].proposal) == (ike, esp)
    assert_reads_back(plan)


def test_the_lifetimes_end_when_the_plan_says() -> None:
    """IPS-PROP-03: no IKE SA lives longer than Azure's 28,800 s; keys are renewed before."""
    lines = [line.strip() for line in TEXTS["swanctl.conf"].splitlines()]
    for line in (
        "rekey_time = 25920s",
        "over_time = 2880s",
        "life_time = 27000s",
        "rekey_time = 24300s",
        "life_bytes = 104857600000",
        "dpd_delay = 10s",
        "mobike = no",
    ):
        assert line in lines


@pytest.mark.parametrize(
    "key",
    ['quo"te', "back\\slash", "hash#brace{};", "0xdeadbeef", "0sQUJD", "0Xno-hex", " blanks ", KEY],
)
def test_a_key_is_the_same_key_whatever_is_in_it(key: str) -> None:
    """IPS-PSK-03, IPS-PSK-04."""
    tunnels = {name: replace(one, key=Secret(key, "env:K")) for name, one in PLAN.facts.tunnels.items()}
    plan = with_facts(tunnels=tunnels)
    for read in (read_rendered, read_device):
        found = read(PLATFORM, files(plan)).facts.tunnels["xfrm309"].key
        assert found is not None
        assert found.reveal() == key


def test_a_key_is_in_no_message() -> None:
    for old, new in (
        ("secret =", "sekret ="),
        ('secret = "', 'secret = "0s'),
        ("secrets {", "secrets {{"),
        ("ike-xfrm308 {", "ike-xfrm308 { secret ="),
        ("    secret", "    }\nsecret"),
        ("secrets {", "secretes {"),
        ('secret = "Lab', "secret = {Lab"),
        ("secret = ", "{ "),
    ):
        text = TEXTS["swanctl.conf"].replace(old, new)
        assert text != TEXTS["swanctl.conf"]
        result = read_device(PLATFORM, {**TEXTS, "swanctl.conf": text})
        assert KEY[3:] not in "".join(one.text + one.reason for one in result.unrecognised)


SWANCTL_CHANGES = [
    ("version = 2", "version = 1", "tunnels"),
    ("aes256gcm16-prfsha384-ecp384", "aes256gcm16-prfsha384-ecp256", "tunnels"),
    ("esp_proposals = aes256gcm16-ecp384", "esp_proposals = aes256gcm16", "tunnels"),
    ("over_time = 2880s", "over_time = 48m", ""),
    ("over_time = 2880s", "over_time = 1h", "tunnels"),
    ("        over_time = 2880s\n", "", "tunnels"),
    ("life_time = 27000s", "life_time = 8h", "tunnels"),
    ("life_bytes = 104857600000", "life_bytes = 1G", "tunnels"),
    ("mode = tunnel", "mode = transport", "tunnels"),
    ("remote_addrs = 10.60.255.14", "remote_addrs = 10.60.255.13", "tunnels"),
    ("local_ts = 0.0.0.0/0", "local_ts = 10.0.0.0/8", "tunnels"),
    ("local_ts = 0.0.0.0/0", "local_ts = 0.0.0.0/0, ::/0", ""),
    ("start_action = start", "start_action = trap", "tunnels"),
    ("dpd_delay = 10s", "dpd_delay = 20s", "tunnels"),
    ("            id = 10.60.255.14", "            id = gateway", "tunnels"),
    (KEY, KEY[1:], "tunnels"),
]


@pytest.mark.parametrize(("old", "new", "table"), SWANCTL_CHANGES)
def test_a_change_of_a_connection_is_a_change_of_the_tunnel(old: str, new: str, table: str) -> None:
    """What means the same (``48m``) is no change."""
    text = TEXTS["swanctl.conf"].replace(old, new, 1)
    assert text != TEXTS["swanctl.conf"]
    facts = read_rendered(PLATFORM, {**TEXTS, "swanctl.conf": text}).facts
    assert (facts.tunnels != PLATFORM.observable(PLAN.facts).tunnels) == bool(table)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("mobike = no", "mobike = yes", "mobike is on unless told otherwise"),
        ("keyingtries = 0", "keyingtries = 1", "once lost, nobody opens it again"),
        ("dpd_action = restart", "dpd_action = clear", "once lost, nobody opens it again"),
        ("if_id_out = 308", "if_id_out = 307", "no XFRM interface has the number of its child SAs in both directions"),
        ("auth = psk", "auth = pubkey", "both ends identify themselves by the shared key"),
        ("gcm16-ecp384", "gcm16-ecp384,aes256-sha256", "it is not exactly one suite that is known"),
        ("mobike = no", "mobike = no\n        vips = 0.0.0.0", ""),
        ("local_addrs = 172.20.0.1", "local_addrs = %any", "a connection needs one local and one remote address"),
    ],
)
def test_a_connection_that_would_not_do_is_named(old: str, new: str, reason: str) -> None:
    text = TEXTS["swanctl.conf"].replace(old, new, 1)
    result = read_rendered(PLATFORM, {**TEXTS, "swanctl.conf": text})
    assert [one.reason for one in result.unrecognised] == [reason]


def test_an_algorithm_that_azure_does_not_have_keeps_its_word() -> None:
    assert ike_proposal("chacha20poly1305-sha512-curve25519") == ("chacha20poly1305", "sha512", "curve25519")
    assert esp_proposal("aes256-sha512-modp4096") == ("AES256", "sha512", "modp4096")
    for text in ("", "default", "aes256", "aes256-sha256-sha1-ecp384", "aes256gcm16-ecp384"):
        with pytest.raises(ValueError, match=r".*"):
            ike_proposal(text)


# Filters


def test_values_of_one_condition_are_joined_as_nftables_joins_them() -> None:
    """So that what ``nft`` prints is what is expected: it keeps intervals, in order."""
    rule = {
        "protocol": TCP,
        "sources": tuple(map(parse_prefix, ("10.0.1.0/24", "10.0.0.0/24", "10.0.0.8/32"))),
        "destination_ports": (Ports(8000, 8099), Ports(443, 443), Ports(8100, 8100), Ports(444, 444)),
    }
    filters = {("F", 4): Filter("F", 4, rules(rule))}
    plan = with_facts(filters={**PLAN.facts.filters, **filters})
    assert (
        'ip saddr 10.0.0.0/23 tcp dport { 443-444, 8000-8100 } counter accept comment "10"'
        in files(plan)["nftables.conf"]
    )
    assert_reads_back(plan)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (FilterRule("7", True), 'counter accept comment "7"'),
        (FilterRule("7", True, GRE), 'meta l4proto gre counter accept comment "7"'),
        (FilterRule("7", False, 112, log=True), 'meta l4proto 112 log prefix "F 7 " counter drop comment "7"'),
        (FilterRule("7", True, TCP, established=True), 'tcp flags rst,ack counter accept comment "7"'),
        (FilterRule("7", True, UDP, source_ports=(Ports(53, 53),)), 'udp sport 53 counter accept comment "7"'),
        (
            FilterRule("7", True, ICMP, icmp=(IcmpType(8), IcmpType(3, 4))),
            'icmp type . icmp code { 3 . 4, 8 . 0-255 } counter accept comment "7"',
        ),
        (
            FilterRule("7", True, ANY, (parse_prefix("0.0.0.0/0"),)),
            'ip saddr 0.0.0.0/0 counter accept comment "7"',
        ),
    ],
)
def test_one_rule_is_one_rule(rule: FilterRule, text: str) -> None:
    plan = with_facts(filters={**PLAN.facts.filters, ("F", 4): Filter("F", 4, (rule,))})
    assert f"    chain filter/F/4 {{\n        {text}\n    }}\n" in files(plan)["nftables.conf"]
    assert_reads_back(plan)


def test_other_words_for_the_same_rule() -> None:
    rows = """
        ip protocol tcp tcp dport { ssh-not, 22 } accept
        tcp flags & (ack | rst) != 0 ip saddr 10.0.0.0-10.0.1.255 accept
        icmp type echo-request limit rate 5/second accept
        icmp type . icmp code { destination-unreachable . frag-needed } counter packets 5 bytes 9 accept
        tcp dport != 22 drop
        ip saddr @others drop
    """
    text = f"table inet peerwright {{\nchain filter/F/4 {{{rows}}}\n}}\ntable ip other {{\n chain x {{\n }}\n}}\n"
    result = read_device(PLATFORM, {"nftables.conf": text})
    first, second, fourth, *others = result.facts.filters[("F", 4)].rules
    assert first.unknown == ("tcp dport ssh-not, 22",)
    assert second == FilterRule("20", True, TCP, (parse_prefix("10.0.0.0/23"),), established=True)
    assert fourth == FilterRule("40", True, ICMP, icmp=(IcmpType(3, 4),))
    assert [one.unknown for one in others] == [("tcp dport != 22",), ("ip saddr @others",)]
    assert [one.line for one in result.unrecognised] == [3, 5, 7, 8]


# Zones


def test_a_zone_pair_is_a_chain() -> None:
    text = TEXTS["nftables.conf"]
    assert (
        "    chain zone/CORP-TUN/CORP-IN {\n"
        "        ct state established,related accept\n"
        "        meta nfproto ipv4 jump filter/CORP-TUN-IN/4\n"
        "        meta nfproto ipv6 jump filter/CORP-TUN-IN/6\n"
        "        counter drop\n"
        "    }\n"
    ) in text
    assert "ct state" not in files(PLANS["stateless"])["nftables.conf"]
    assert text.startswith(
        "# r1: primary router of pair fjellmark\n"
        "# Loaded as a whole or not at all; other tables stay as they are.\n"
        "table inet peerwright\n"
        "delete table inet peerwright\n"
        "table inet peerwright {\n"
    )


def test_answers_come_back_though_their_direction_has_no_policy_or_a_stateless_one() -> None:
    """Only answers: what the other direction begins is judged by its own policy, packet by packet."""
    policies = dict(PLAN.facts.zone_policies)
    del policies[("CORP-TUN", "CORP-IN")]
    policies[("DMZ-MS-AZ", "DMZ-MS-IN")] = ZonePolicy("DMZ-MS-AZ", "DMZ-MS-IN", "DMZ-MS-AZ-IN")
    policies[(SELF, "CORP-TUN")] = ZonePolicy(SELF, "CORP-TUN", "CORP-TUN-SELF", stateful=True)
    plan = with_facts(zone_policies=policies)
    text = files(plan)["nftables.conf"]
    for chain, words in (
        ("CORP-IN/CORP-TUN", " ct direction original"),
        ("CORP-TUN/CORP-IN", " ct direction reply"),
        ("DMZ-MS-AZ/DMZ-MS-IN", " ct direction reply"),
        ("CORP-TUN/self", " ct direction reply"),
    ):
        assert f"    chain zone/{chain} {{\n        ct state established,related{words} accept\n" in text
    assert_reads_back(plan)


NFT_CHANGES = [
    ("oifname @zoned counter drop", "oifname @zoned counter accept", "it does not lead into the zones"),
    ("        meta sdifname vmap @zone-from\n", "", "it does not lead into the zones"),
    ('elements = { "eth1.77.410", ', "elements = { ", "it has not the interfaces of all zones"),
    ('"eth2.20" : goto zone/CORP-TUN/CORP-IN', '"eth2.20" : accept', "within the zone not everything passes"),
    ("jump filter/CORP-TUN-IN/6", "jump filter/CORP-IN-TUN/6", "it does not go through one filter"),
    ("        meta nfproto ipv6 jump filter/CORP-TUN-IN/6\n", "", "it does not go through one filter"),
    (
        "jump filter/CORP-TUN-IN/6\n        counter drop",
        "jump filter/CORP-TUN-IN/6\n        counter accept",
        "its chain does not end in drop",
    ),
    (
        "hook input priority filter + 10; policy drop",
        "hook input priority filter + 10; policy accept",
        "with priority 10",
    ),
    ("hook forward priority filter", "hook forward priority 20", "with priority 0"),
    ("ct state established,related accept", "ct state new accept", ""),
    ("zone/self/TRANSPORT-AZ }", "zone/CORP-TUN/self }", "is no chain of a zone"),
    ('"eth2.20" : 1312', '"eth2.20" : 1309', "a zone of connections is not one VRF"),
    ('        iifname "lo" accept\n', "", "the router cannot talk to itself"),
    ("133-137 limit rate over 64000", "133-137 limit rate over 6400", "both families need the same limit"),
    ('        iifname { "xfrm308", "xfrm309" } tcp flags', '        iifname "xfrm308" tcp flags', "not clamped alike"),
    ("dnat ip to 10.20.5.10", "dnat ip to 10.20.5.11", "it is not the way back"),
    ("class", "class", "has a class"),
]


@pytest.mark.parametrize(("old", "new", "reason"), NFT_CHANGES)
def test_a_firewall_that_would_not_hold_is_named(old: str, new: str, reason: str) -> None:
    texts = dict(TEXTS)
    if old == "class":
        texts["interfaces"] = texts["interfaces"].replace("classid 1:11 ", "classid 1:12 ")
    else:
        texts["nftables.conf"] = texts["nftables.conf"].replace(old, new, 1)
    assert texts != TEXTS
    result = read_rendered(PLATFORM, texts)
    assert any(reason in one.reason for one in result.unrecognised), result.unrecognised


def test_customers_do_not_share_connections() -> None:
    """Each VRF tracks its own; without anything stateful nothing is tracked."""
    stateless = with_facts(PLANS["stateless"], nat_rules={})
    assert "ct zone" not in files(stateless)["nftables.conf"]
    assert_reads_back(stateless)
    lines = [line for line in TEXTS["nftables.conf"].splitlines() if "ct zone" not in line]
    result = read_rendered(PLATFORM, {**TEXTS, "nftables.conf": "\n".join(lines)})
    assert [one.reason for one in result.unrecognised] == ["VRFs share one table of connections"]


def test_a_filter_on_an_interface() -> None:
    interfaces = dict(PLAN.facts.interfaces)
    interfaces["eth2.30"] = replace(interfaces["eth2.30"], filter_in="CORP-IN-TUN", filter_out="DMZ-MS-AZ-IN")
    plan = with_facts(interfaces=interfaces)
    text = files(plan)["nftables.conf"]
    assert "        iifname vmap @filtered-in\n" in text
    assert_reads_back(plan)
    broken = text.replace("        meta nfproto ipv6 counter drop\n", "")
    result = read_rendered(PLATFORM, {**files(plan), "nftables.conf": broken})
    assert [one.reason for one in result.unrecognised] == ["a family does not go through its filter and end in drop"]


# Translations and queues


def test_prefixes_stand_for_prefixes_in_both_directions() -> None:
    rule = NatRule(
        "LAB",
        "static",
        "DMZ-MS",
        (parse_prefix("10.20.6.0/28"),),
        parse_prefix("203.0.113.96/28"),
        ("eth2.30",),
        ("eth1.77.420",),
        overload=False,
    )
    plan = with_facts(nat_rules={**PLAN.facts.nat_rules, "LAB": rule})
    text = files(plan)["nftables.conf"]
    assert "snat ip prefix to ip saddr map { 10.20.6.0/28 : 203.0.113.96/28 }" in text
    assert "dnat ip prefix to ip daddr map { 203.0.113.96/28 : 10.20.6.0/28 }" in text
    assert text.index("10.20.6.0/28 : ") < text.index("snat ip to 203.0.113.64/28"), "the first match decides"
    assert_reads_back(plan)


def test_the_s_tags_device_carries_the_shaper_of_all_its_peerings() -> None:
    """ER-CKT-10; the voice queue has its share (ER-QOS-02)."""
    text = TEXTS["interfaces"]
    start = text.index("iface eth1.77\n")
    stanza = text[start : text.index("\n\n", start)]
    assert "classid 1:1 htb rate 1000000kbit ceil 1000000kbit" in stanza
    assert "classid 1:11 htb rate 100000kbit ceil 100000kbit prio 0" in stanza
    slower = text.replace("rate 1000000kbit ceil 1000000kbit", "rate 500mbit ceil 500mbit").replace(
        "rate 900000kbit ceil 1000000kbit", "rate 400mbit ceil 500mbit"
    )
    facts = read_rendered(PLATFORM, {**TEXTS, "interfaces": slower}).facts
    assert facts.shapers["HOLLINS-LON"].rate_mbps == 500
    assert facts.remarks["MS-DSCP"].priority_percent == 20


def test_shapers_of_single_interfaces_and_remarks_without_one() -> None:
    shaper = replace(PLAN.facts.shapers["HOLLINS-LON"], interfaces=("eth1.77.410",), rate_mbps=50)
    plan = with_facts(shapers={"HOLLINS-LON": shaper})
    text = files(plan)["interfaces"]
    assert "tc class add dev eth1.77.410 parent 1: classid 1:1 htb rate 50000kbit" in text
    assert PLATFORM.observable(plan.facts).remarks["MS-DSCP"].priority == ()
    assert_reads_back(plan)


def test_shapers_on_a_port_and_on_several() -> None:
    """Subinterfaces of one tag share on the port; across ports each port has the whole rate, which nothing can share."""
    shapers = {
        "CORE": Shaper("CORE", 300, ("eth2.20", "eth2.30")),
        "BOTH": Shaper("BOTH", 80, ("eth1.77.410", "eth2.20")),
    }
    plan = with_facts(shapers=shapers)
    text = files(plan)["interfaces"]
    for device in ("eth2 parent 1: classid 1:1", "eth1.77 parent 1: classid 1:2", "eth2 parent 1: classid 1:2"):
        assert f"tc class add dev {device} htb" in text
    assert text.count("tc qdisc add dev eth2 root") == 1
    assert_reads_back(plan)


def test_what_we_do_not_write_is_not_offered() -> None:
    """So that a plan that needs it is refused, and does not lack it silently."""
    assert frozenset(Feature) - PLATFORM.features == {Feature.MACSEC, Feature.STATE_SYNC, Feature.SOURCE_PER_VRF}


def test_a_router_without_any_of_it_has_an_empty_table() -> None:
    """So that what an earlier plan had is taken away."""
    gone = ("tunnels", "zones", "zone_policies", "filters", "control_plane", "nat_rules", "shapers", "remarks")
    empty: dict[str, object] = {table: {} for table in gone}
    interfaces = {name: one for name, one in PLAN.facts.interfaces.items() if not name.startswith("xfrm")}
    plan = with_facts(**empty, interfaces=interfaces, static_routes={})
    texts = files(plan)
    assert texts["nftables.conf"].endswith(
        "table inet peerwright\ndelete table inet peerwright\ntable inet peerwright {\n}\n"
    )
    assert texts["swanctl.conf"] == "# r1: primary router of pair fjellmark\n"
    assert_reads_back(plan)


@pytest.mark.parametrize("file", ["nftables.conf", "swanctl.conf", "interfaces"])
def test_no_text_is_too_odd(file: str) -> None:
    """Every line missing, cut in half, and twice: read without an error, and the key is never said."""
    lines = TEXTS[file].splitlines()
    for number, line in enumerate(lines):
        for changed in ([], [line[: len(line) // 2]], [line, line]):
            text = "\n".join([*lines[:number], *changed, *lines[number + 1 :]])
            result = read_rendered(PLATFORM, {**TEXTS, file: text})
            assert all(KEY not in one.text + one.reason for one in result.unrecognised)


def test_odd_fragments_are_named_and_not_fatal() -> None:
    text = """
table inet peerwright {
  chain filter/F/4 { ip saddr { } accept
  ip saddr { 10.0.0.0/8, ::1 } accept
  }
  chain nat-source { type nat hook postrouting priority srcnat; policy accept; snat ip to
  }
  set zoned { elements = { }
  }
  map zone-from { elements = 5
  }
  chain qos { type filter hook postrouting priority mangle; oifname { } meta priority set 1:10 comment "x"
  }
  chain odd { accept
  }
  }
}
flush ruleset
"""
    for read in (read_rendered, read_device):
        result = read(
            PLATFORM, {"nftables.conf": text, "swanctl.conf": "connections {\n{\n}\na = {\n", "interfaces": "x"}
        )
        assert {"flush ruleset", "chain odd", "snat ip to"} <= {one.text for one in result.unrecognised}
