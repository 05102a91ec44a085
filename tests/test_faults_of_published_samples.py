"""The faults in published samples (domain rules D.2): our configs have none of them, and each is found in a text that has it.

The rules themselves are tested one by one in `tests/unit/rules`; here the fault is typed into what we
rendered, as a person would paste it from a sample, and the whole way is gone: file, reader, rules, finding.
Those about IPsec, firewalls, NAT and MACsec (E09, E11 to E13, E15, E16, E19, E20) come with these.
"""

from __future__ import annotations

import re
import shutil
from functools import cache
from ipaddress import ip_interface, ip_network
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

import pytest

from generator import api
from generator.model.finding import Finding

INVENTORIES = Path(__file__).parent.parent / "inventories"
FILES = {"northlake": "running.cfg", "hollins": "junos.conf"}
ROUTERS = {"northlake": ("pe1", "pe2"), "hollins": ("ce1", "ce2")}


@cache
def built(base: str) -> Path:
    """The configs of an inventory, rendered once."""
    folder = Path(mkdtemp(prefix="peerwright-test-"))
    assert not api.render(INVENTORIES / base, folder, native=False).stopped
    return folder


@pytest.fixture(scope="module", autouse=True)
def _swept() -> object:
    yield
    for base in FILES:
        shutil.rmtree(built(base))
    built.cache_clear()


def text_of(base: str, router: str) -> str:
    return (built(base) / router / FILES[base]).read_text()


class Fault(NamedTuple):
    """Texts replaced in one router's config, and what that must lead to: rule and a part of the message."""

    base: str
    router: str
    edits: tuple[tuple[str, str], ...]
    found: tuple[tuple[str, str], ...]


AZURE = " description Azure charlie charlie-ams private primary\n encapsulation dot1Q 103 second-dot1q 100\n"
IN = "  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-IN-V4 in\n"
OUT = "  neighbor 172.31.0.18 route-map CHARLIE-AMS-PRIVATE-OUT-V4 out\n"
MS_OUT = "  neighbor 203.0.113.2 route-map CHARLIE-AMS-MICROSOFT-OUT-V4 out\n"
STEP = "route-map CHARLIE-AMS-PRIVATE-IN-V4 permit 10\n"
MATCHES = " match ip address prefix-list CHARLIE-AMS-PRIVATE-IN\n match as-path 401\n"
PORT = '    xe-0/1/0 {\n        description "Azure ExpressRoute";\n        hierarchical-scheduler;\n        flexible-vlan-tagging;\n'
LAST = "        term 65535 {\n            then reject;\n        }\n"
PRIVATE_OUT = "            from {\n                route-filter-list HOLLINS-LON-PRIVATE-OUT;\n            }\n"

FAULTS: dict[str, Fault] = {
    "E01 no blank between address and mask": Fault(
        "northlake",
        "pe1",
        ((" ip address 172.31.0.17 255", " ip address 172.31.0.17255"),),
        (("PAIR-001", "cannot be taken"), ("RB-003", "TenGigabitEthernet0/1/0.1030100: addresses"), ("PAIR-006", "172.31.0.18")),
    ),
    "E02 the keyword of the second tag is misspelt": Fault(
        "northlake",
        "pe1",
        ((AZURE, AZURE.replace("second-dot1q", "seconddot1q")),),
        (("PAIR-001", "cannot be taken"),),
    ),
    "E03 BFD before the encapsulation": Fault(
        "northlake",
        "pe1",
        ((AZURE, f" bfd interval 300 min_rx 300 multiplier 3\n{AZURE}"),),
        (("PAIR-001", "BFD lines stand ahead of the encapsulation line"),),
    ),
    "E04 an inbound filter only": Fault(
        "northlake", "pe1", ((OUT, ""),), (("PAIR-008", "neighbor 172.31.0.18 in VRF CHARLIE (AS 12076, IPv4) has no outbound policy"),)
    ),
    "E05 the tagging flag on the list of interfaces": Fault(
        "hollins",
        "ce1",
        (("\n    xe-0/1/0 {\n        description", "\n    flexible-vlan-tagging;\n    xe-0/1/0 {\n        description"),),
        (("PAIR-001", "belongs on the physical port"),),
    ),
    "E06 a route-filter outside of the match": Fault(
        "hollins",
        "ce1",
        ((PRIVATE_OUT, "            from protocol ospf;\n            route-filter 10.8.0.0/14;\n            exact;\n"),),
        (("PAIR-001", "condition outside of from"), ("PAIR-009", "HOLLINS-LON-PRIVATE-OUT-V4")),
    ),
    "E07 the last term does not reject": Fault(
        "hollins",
        "ce1",
        ((LAST, ""),),
        (("PAIR-041", "HOLLINS-LON-PRIVATE-IN-V4"),),
    ),
    "E08 a brace too many": Fault(
        "hollins", "ce1", ((PORT, PORT.replace(";\n        flex", ";\n        }\n        flex")),), (("PAIR-001", ""),)
    ),
    "E08 a semicolon missing": Fault(
        "hollins", "ce1", (("hold-time 180;\n                        import HOLLINS-LON-PRIVATE-IN-V4;", "hold-time 180\n                        import HOLLINS-LON-PRIVATE-IN-V4;"),), (("PAIR-001", ""),)
    ),
    "E10 a preference for all routes, on one router": Fault(
        "northlake", "pe1", ((STEP + MATCHES, STEP),), (("PAIR-011", "CHARLIE-AMS-PRIVATE-IN-V4"),)
    ),
    "E10 a preference on the iBGP session instead": Fault(
        "hollins",
        "ce1",
        (("                next-hop self;\n", "                next-hop self;\n                local-preference 300;\n"),),
        (("RB-003", "PARTNER-OUT"),),
    ),
    "E14 only /32 of the pool leaves": Fault(
        "hollins",
        "ce1",
        (("        198.51.100.64/26 exact;\n", "        198.51.100.64/26 prefix-length-range /32-/32;\n"),),
        (("PAIR-009", "198.51.100.64/26"),),
    ),
    "E17 an AS-path list on one neighbour only, never defined": Fault(
        "northlake", "pe1", ((OUT, f"{OUT}  neighbor 172.31.0.18 filter-list 10 out\n"),), (("RB-003", "172.31.0.18"),)
    ),
    "E17 an AS-path list that is not there": Fault(
        "northlake", "pe1", ((STEP + MATCHES, STEP + MATCHES.replace("as-path 401", "as-path 10")),), (("PAIR-007", "AS path list 10, which is not defined"),)
    ),
    "E18 another peer address": Fault(
        "northlake",
        "pe1",
        (("neighbor 172.31.0.18 ", "neighbor 172.31.0.14 "),),
        (("RB-001", "172.31.0.18"), ("RB-002", "172.31.0.14")),
    ),
    "E21 no outbound filter on Microsoft peering": Fault(
        "northlake", "pe1", ((MS_OUT, ""),), (("PAIR-008", "neighbor 203.0.113.2 in VRF CHARLIE-MS (AS 12076, IPv4) has no outbound policy"),)
    ),
    "E21 both peerings share a policy": Fault(
        "hollins",
        "ce1",
        (("export HOLLINS-LON-MICROSOFT-OUT-V4;", "export HOLLINS-LON-PRIVATE-OUT-V4;"),),
        (("PAIR-041", "HOLLINS-LON-PRIVATE-OUT-V4"), ("PAIR-010", "10.8.0.0/14")),
    ),
    "E23 four added to the last number of the wrong address": Fault(
        "northlake",
        "pe2",
        ((" ip address 172.31.0.21 255", " ip address 172.31.0.22 255"), ("neighbor 172.31.0.22 ", "neighbor 172.31.0.23 ")),
        (("PAIR-003", "172.31.0.2"),),
    ),
    "E24 the secondary's file says primary": Fault(
        "northlake",
        "pe2",
        (("! pe2: secondary router", "! pe2: primary router"),),
        (("PAIR-048", "the header says 'pe2: primary router of pair amsterdam', expected 'pe2: secondary router of pair amsterdam'"),),
    ),
    "E25 no filters at all": Fault(
        "northlake", "pe1", ((IN, ""), (OUT, "")), (("PAIR-008", "has no inbound and outbound policy"),)
    ),
    "E25 other tags on one link": Fault(
        "northlake",
        "pe1",
        ((AZURE, AZURE.replace("100", "110")),),
        (("RB-003", "tags is 103.110, the plan says 103.100"), ("PAIR-005", "")),
    ),
}  # fmt: skip


def verified(fault: Fault, folder: Path) -> list[Finding]:
    shutil.copytree(built(fault.base), folder)
    file = folder / fault.router / FILES[fault.base]
    text = file.read_text()
    for old, new in fault.edits:
        assert old in text, old
        text = text.replace(old, new)
    file.write_text(text)
    return list(api.verify(INVENTORIES / fault.base, folder).findings)


def said(findings: list[Finding]) -> set[str]:
    return {f"{one.rule} {one.message}" for one in findings}


@cache
def normally(base: str) -> frozenset[str]:
    return frozenset(said(list(api.verify(INVENTORIES / base, built(base)).findings)))


@pytest.mark.parametrize("name", FAULTS)
def test_the_fault_is_found_in_a_text_that_has_it(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    findings = verified(fault, tmp_path / "build")
    new = said(findings) - normally(fault.base)
    for rule, part in fault.found:
        assert [line for line in new if line.startswith(f"{rule} ") and part in line], f"{rule} {part}: {sorted(new)}"
    files = {one.where.file for one in findings if one.where and f"{one.rule} {one.message}" in new}
    assert f"{fault.router}/{FILES[fault.base]}" in files


# what our own configs say instead ---------------------------------------------------------------

ALL = [(base, router) for base in FILES for router in ROUTERS[base]]
CISCO = [("northlake", router) for router in ROUTERS["northlake"]]
JUNOS = [("hollins", router) for router in ROUTERS["hollins"]]


def blocks(text: str, first: str) -> list[str]:
    """Every block of IOS-XE text that begins with a line like ``first``."""
    return [one for one in re.split(r"\n!\n", text) if re.match(first, one)]


def inner(text: str, name: str) -> list[tuple[str, str]]:
    """Name and body of every block of Junos text with such a name, by counting braces."""
    found = []
    for match in re.finditer(rf"^( *){name} (\S+) \{{\n", text, re.MULTILINE):
        end = text.index(f"\n{match[1]}}}\n", match.end() - 1)
        found.append((match[2], text[match.end() : end + 1]))
    return found


@pytest.mark.parametrize(("base", "router"), CISCO)
def test_addresses_and_tags_are_spelt_as_the_router_reads_them(base: str, router: str) -> None:
    """E01, E02, E03."""
    text = text_of(base, router)
    for line in re.findall(r"^ ip address (.*)$", text, re.MULTILINE):
        own, mask = line.split(" ")
        assert ip_interface(f"{own}/{mask}").network.prefixlen in (30, 32)
    for line in re.findall(r"^ encapsulation (.*)$", text, re.MULTILINE):
        assert re.fullmatch(r"dot1Q \d+( second-dot1q \d+)?", line)
    links = blocks(text, r"interface \S+\.\d+")
    assert len(links) == 16
    for block in links:
        lines = [line.split()[0] for line in block.splitlines()[1:]]
        assert lines.index("encapsulation") < lines.index("vrf") < lines.index("ip")
        assert "bfd" not in lines or lines.index("encapsulation") < lines.index("bfd")


@pytest.mark.parametrize(("base", "router"), CISCO)
def test_each_session_with_microsoft_is_filtered_both_ways_by_policies_of_its_own(base: str, router: str) -> None:
    """E04, E21, E25 on IOS-XE."""
    text = text_of(base, router)
    peers = re.findall(r"neighbor (\S+) remote-as 12076\n", text)
    assert len(peers) == 4
    used = [re.findall(rf"neighbor {re.escape(peer)} route-map (\S+) (in|out)\n", text) for peer in peers]
    assert [sorted(way for _, way in one) for one in used] == [["in", "out"]] * 4
    names = [name for one in used for name, _ in one]
    assert len(set(names)) == 8
    for name in names:
        assert (
            text.index(f"route-map {name} permit")
            < text.index(f"route-map {name} deny 65535\n")
            < text.index("router bgp")
        )


@pytest.mark.parametrize(("base", "router"), JUNOS)
def test_each_junos_session_is_filtered_both_ways_and_every_policy_rejects_the_rest(base: str, router: str) -> None:
    """E06, E07, E21, E25 on Junos."""
    text = text_of(base, router)
    groups = [body for name, body in inner(text, "group") if name.startswith("AS12076-")]
    assert len(groups) == 4
    named = [re.findall(r"\b(import|export) (\S+);", body) for body in groups]
    assert [sorted(way for way, _ in one) for one in named] == [["export", "import"]] * 4
    assert len({name for one in named for _, name in one}) == 8
    policies = dict(inner(text, "policy-statement"))
    assert {name for one in named for _, name in one} <= policies.keys()
    for body in policies.values():
        terms = inner(body, "term")
        assert terms[-1][1].split() == ["then", "reject;"]
        assert "ospf" not in body
        for _, term in terms:
            # Nothing stands in a term beside `from` and `then`.
            depth_one = [line.strip() for line in term.splitlines() if line.startswith(" " * 12 + line.strip()[:1])]
            assert all(line.startswith(("from", "then", "}")) for line in depth_one)


@pytest.mark.parametrize(("base", "router"), JUNOS)
def test_braces_and_tagging_flags_are_where_junos_wants_them(base: str, router: str) -> None:
    """E05, E08."""
    text = text_of(base, router)
    depth = 0
    for line in text.splitlines():
        stripped = line.strip()
        assert not stripped or stripped.endswith(("{", "}", ";", "*/")), line
        depth += stripped.count("{") - stripped.count("}")
        assert depth >= 0, line
        if stripped == "flexible-vlan-tagging;":
            assert depth == 2, "below interfaces and one port"
    assert depth == 0
    assert text.count("flexible-vlan-tagging;") == 3


@pytest.mark.parametrize(("base", "router"), ALL)
def test_every_name_is_defined_before_it_is_used(base: str, router: str) -> None:
    """E17, the half that is text: an AS-path list that a policy names is there."""
    text = text_of(base, router)
    if base == "northlake":
        used = set(re.findall(r"^ match as-path (\d+)$", text, re.MULTILINE))
        assert used == set(re.findall(r"^ip as-path access-list (\d+) ", text, re.MULTILINE))
        assert "filter-list" not in text
    else:
        used = set(re.findall(r"^ +as-path (\S+);$", text, re.MULTILINE))
        assert used == set(re.findall(r"^ {4}as-path (\S+) ", text, re.MULTILINE))
    assert used


@pytest.mark.parametrize("base", FILES)
def test_a_preference_is_set_on_both_routers_with_conditions_and_never_on_ibgp(base: str) -> None:
    """E10."""
    found = []
    for router in ROUTERS[base]:
        text = text_of(base, router)
        if base == "northlake":
            steps = blocks(text, "route-map ")
            found.append(sorted(one.split()[1] for one in steps if "local-preference" in one))
            assert all(
                "match ip address" in one or "match community" in one for one in steps if "local-preference" in one
            )
        else:
            steps = [(name, term) for name, body in inner(text, "policy-statement") for _, term in inner(body, "term")]
            found.append(sorted(name for name, term in steps if "local-preference" in term))
            assert all("from {" in term for _, term in steps if "local-preference" in term)
    assert found[0] == found[1]
    assert found[0]
    assert not [name for name in found[0] if "PARTNER" in name]


@pytest.mark.parametrize(("base", "router"), JUNOS)
def test_a_pool_leaves_with_its_own_mask(base: str, router: str) -> None:
    """E14."""
    lists = dict(inner(text_of(base, router), "route-filter-list"))
    assert lists["HOLLINS-LON-MICROSOFT-OUT"].split() == ["198.51.100.64/26", "exact;"]
    assert not any("prefix-length-range" in body for body in lists.values())


@pytest.mark.parametrize("base", FILES)
def test_the_two_halves_of_a_link_block_are_aligned_and_the_neighbour_is_on_it(base: str) -> None:
    """E18, E23: the secondary's network begins four after the primary's, and both are one aligned /29."""
    pattern = (
        r"neighbor (\S+) remote-as 12076" if base == "northlake" else r"group AS12076-[\d-]+ \{\n.*\n +neighbor (\S+) "
    )
    first, second = (
        [ip_interface(f"{one}/30") for one in re.findall(pattern, text_of(base, router))] for router in ROUTERS[base]
    )
    first, second = ([one for one in side if one.version == 4] for side in (first, second))
    assert len(first) == len(second) == (4 if base == "northlake" else 2)
    for one, two in zip(first, second, strict=True):
        assert one.ip == one.network[2]
        assert two.ip == two.network[2]
        assert {one.network, two.network} == set(ip_network(f"{one.network[0]}/29").subnets(new_prefix=30))


@pytest.mark.parametrize("base", FILES)
def test_unique_local_addresses_are(base: str) -> None:
    """E22: whatever begins with fd is in fd00::/8, and not 00fd:… with a colon too early."""
    for router in ROUTERS[base]:
        assert not re.search(r"\bfd:", text_of(base, router))


@pytest.mark.parametrize(("base", "router"), ALL)
def test_the_first_line_names_the_router_and_its_role(base: str, router: str) -> None:
    """E24."""
    role = "primary" if router == ROUTERS[base][0] else "secondary"
    assert f"{router}: {role} router of pair" in text_of(base, router).splitlines()[0]


@pytest.mark.parametrize("base", FILES)
def test_both_links_have_the_same_tags(base: str) -> None:
    """E25."""
    pattern = r"encapsulation (.*)" if base == "northlake" else r"(vlan-tags .*|vlan-id .*);"
    first, second = (re.findall(pattern, text_of(base, router)) for router in ROUTERS[base])
    assert first == second
    assert len(first) > 4


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('v6: "fd12:76::/125"', 'v6: "fd:0:0:76::/125"', "INV-017"),
        ("v4: 172.16.255.240/29", "v4: 172.16.255.244/29", "INV-012"),
    ],
    ids=["E22 fd too short", "E23 a /29 that is not aligned"],
)
def test_the_inventory_refuses_what_samples_typed_wrong(old: str, new: str, rule: str, tmp_path: Path) -> None:
    root = tmp_path / "hollins"
    shutil.copytree(INVENTORIES / "hollins", root)
    file = root / "hollins.yaml"
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))
    assert rule in {one.rule for one in api.check(root, native=False).findings if one.severity.word == "error"}
