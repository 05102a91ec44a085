"""The life of a circuit, each event an edit of a shipped inventory and the sentences that a change board reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.change.compared import Comparison
from tests.edited import SHIPPED, between, copied, edit, news

NORTHLAKE = SHIPPED / "northlake"
CHARLIE = "customers/charlie.yaml"


def after(tmp_path: Path, name: str, file: str, *replacements: tuple[str, str]) -> Comparison:
    inventory = copied(name, tmp_path)
    edit(inventory, file, *replacements)
    return between(SHIPPED / name, inventory)


def test_another_prefix_is_announced_and_nothing_else_is_news(tmp_path: Path) -> None:
    found = after(tmp_path, "northlake", CHARLIE, ("203.0.113.80/28]", "203.0.113.80/28, 203.0.113.96/28]"))
    for router in ("pe1", "pe2"):
        assert news(found, router) == [
            f"charlie, Microsoft peering: {router} announces 203.0.113.96/28 in addition; no session resets"
        ]
    implied = [one.text for one in found.changes if one.detail and one.device == "pe1"]
    assert "anchors 203.0.113.96/28 in VRF CHARLIE-MS for announcing it" in implied
    added = {line.text for line in found.routers[0].blocks for line in line.lines if line.mark == "+"}
    assert "ip prefix-list CHARLIE-AMS-MICROSOFT-OUT seq 10 permit 203.0.113.96/28" in added


def peering_of(name: str) -> str:
    """The lines of charlie's Microsoft peering, which end the file."""
    text = (NORTHLAKE / name).read_text(encoding="utf-8")
    return text[text.index("          microsoft:\n") :]


def test_another_peering_comes_as_a_whole(tmp_path: Path) -> None:
    without = copied("northlake", tmp_path)
    edit(without, CHARLIE, (peering_of(CHARLIE), ""))
    found = between(without, NORTHLAKE)
    turned_up = [one for one in news(found, "pe1") if one.startswith("charlie, Microsoft peering")]
    assert turned_up == [
        "charlie, Microsoft peering: pe1 turns it up: session with 203.0.113.2 (AS 12076) on "
        "TenGigabitEthernet0/1/0.1030200 (tags 103.200, 203.0.113.1/30) in VRF CHARLIE-MS; announces 203.0.113.64/28; "
        "accepts routes with 12076:5060, 12076:51002, 12076:52002; with 1 VRF, 1 BGP in VRF, 1 static route, 2 zones, "
        "4 policies, 4 filters, 1 NAT rule, 1 DSCP policy; the session with 203.0.113.2 comes up"
    ]
    assert not any(one.resets for one in found.changes), "a new peering disturbs no old one"


def test_a_circuit_is_turned_up(tmp_path: Path) -> None:
    without = copied("northlake", tmp_path)
    (without / "customers" / "bravo.yaml").unlink()
    found = between(without, NORTHLAKE)
    assert {(one.customer, one.subject) for one in found.changes if not one.detail} == {
        ("bravo", "private peering"),
        ("bravo", "CE"),
        ("bravo", "session services"),
        ("bravo", "circuit bravo-ams"),
    }
    assert {key[1].compressed for one in found.changes for key in one.starts if one.device == "pe1"} == {
        "172.31.0.10",
        "192.168.255.2",
        "192.168.250.2",
    }


def test_bandwidth_goes_up_and_no_session_resets(tmp_path: Path) -> None:
    found = after(tmp_path, "hollins", "hollins.yaml", ("bandwidth_mbps: 1000", "bandwidth_mbps: 2000"))
    assert not found.findings
    assert news(found, "ce1") == [
        "hollins, circuit hollins-lon: ce1 shapes xe-0/1/0.310, xe-0/1/0.320 to 2,000 Mb/s instead of 1,000; "
        "no session resets"
    ]


def test_bandwidth_down_is_refused_unless_the_circuit_is_a_new_one(tmp_path: Path) -> None:
    lower = ("bandwidth_mbps: 1000", "bandwidth_mbps: 500")
    found = after(tmp_path / "same", "hollins", "hollins.yaml", lower)
    assert [(one.rule, one.message) for one in found.findings] == [
        ("INV-006", "bandwidth_mbps 500 of circuit hollins-lon is lower than the 1000 it had, which cannot be lowered")
    ]
    text = (SHIPPED / "hollins" / "hollins.yaml").read_text(encoding="utf-8")
    key = text[text.index("service_key: ") :].split("\n", 1)[0]
    anew = (key, "service_key: 99999999-9999-4999-8999-999999999999")
    assert not after(tmp_path / "new", "hollins", "hollins.yaml", lower, anew).findings


def test_an_md5_key_is_rotated_and_never_shown(tmp_path: Path) -> None:
    inventory = copied("northlake", tmp_path)
    old = (inventory / "secrets" / "charlie-private").read_text(encoding="utf-8").strip()
    (inventory / "secrets" / "charlie-private").write_text("BrandNewKey77\n", encoding="utf-8")
    found = between(NORTHLAKE, inventory)
    assert news(found, "pe1") == [
        "charlie, private peering: pe1 uses another MD5 key with 172.31.0.18; the session with 172.31.0.18 resets"
    ]
    lines = [line for block in found.routers[0].blocks for line in block.changed]
    assert [(line.mark, line.text, line.note) for line in lines] == [
        ("-", "neighbor 172.31.0.18 password ••••", "the key that it has"),
        ("+", "neighbor 172.31.0.18 password ••••", "another key"),
    ]
    assert old not in repr(found)
    assert "BrandNewKey77" not in repr(found)


@pytest.mark.parametrize(
    ("name", "file", "router", "tunnel"),
    [
        ("northlake", "alpha-pe1", "pe1", "Tunnel404"),
        ("fjellmark-linux", "connection-r1", "r1", "xfrm308"),
    ],
)
def test_a_tunnel_gets_another_key(tmp_path: Path, name: str, file: str, router: str, tunnel: str) -> None:
    inventory = copied(name, tmp_path)
    path = inventory / "secrets" / file
    path.write_text("Lab.Only_9kRotated4Kq\n", encoding="utf-8")
    found = between(SHIPPED / name, inventory)
    first = news(found, router)[0]
    assert f"changes tunnel {tunnel}: another key" in first
    assert "resets" in first
    assert "Lab.Only_9kRotated4Kq" not in repr(found)


def test_public_peering_gives_way_to_microsoft_peering(tmp_path: Path) -> None:
    before = copied("northlake", tmp_path / "before")
    edit(before, "provider.yaml", ("  lab: true", "  lab: true\n  legacy: true"))
    public = "          public: {azure_vlan: 300, v4: 203.0.113.8/29, advertised_public_prefixes: [203.0.113.112/28]}\n"
    edit(before, "customers/bravo.yaml", ("        peerings:\n", f"        peerings:\n{public}"))
    later = copied("northlake", tmp_path / "after")
    edit(
        later,
        "customers/bravo.yaml",
        ("        peerings:\n", f"        peerings:\n{public.replace('public:', 'microsoft:')}"),
    )
    found = between(before, later)
    sentences = news(found, "pe1")
    assert any("bravo, public peering: pe1 takes it down" in one for one in sentences), sentences
    assert any("bravo, Microsoft peering: pe1 turns it up" in one for one in sentences), sentences
    assert {one.customer for one in found.changes} <= {"bravo", ""}


def test_a_customer_leaves_and_no_line_of_it_is_left(tmp_path: Path) -> None:
    without = copied("northlake", tmp_path)
    (without / "customers" / "bravo.yaml").unlink()
    found = between(NORTHLAKE, without)
    assert [(one.customer, one.device, one.left) for one in found.absences] == [
        ("bravo", "pe1", ()),
        ("bravo", "pe2", ()),
    ]
    proof = found.absences[0]
    assert proof.objects >= 30
    assert {"BRAVO", "172.31.0.10", "BRAVO-AMS-PRIVATE-IN", "64600:408"} <= set(proof.names)
    assert "192.168.255.2" not in proof.names, "others have that address too, in VRFs of their own"
    assert {one.customer for one in found.changes} == {"bravo", ""}
    assert not any(one.resets for one in found.changes), "nobody else's session resets"
    assert not any(router.foreign for router in found.routers), "all of it was ours"
    down = next(one.text for one in found.changes if one.subject == "private peering")
    assert down.endswith("with 1 VRF, 1 BGP in VRF, 2 zones, 4 policies, 4 filters, 1 NAT rule")


def test_what_is_left_of_a_customer_is_found(tmp_path: Path) -> None:
    """The proof looks at the text: a line that still bears a name of the customer is shown."""
    from generator.change.absence import absence
    from generator.change.masking import Masker
    from generator.compare.cases import cases_of
    from generator.pipeline import read_inventory

    without = copied("northlake", tmp_path)
    (without / "customers" / "bravo.yaml").unlink()
    old, new = read_inventory(NORTHLAKE).intent, read_inventory(without).intent
    assert old is not None
    assert new is not None
    case = cases_of(new, running=None, live=None, earlier=old)[0][0]
    assert case.before is not None
    assert case.after is not None
    text = case.after.texts["running.cfg"] + "ip route vrf BRAVO 0.0.0.0 0.0.0.0 192.0.2.1\n! BRAVISSIMO\n"
    proof = absence("bravo", "pe1", case.before.side, case.after.side.facts, {"running.cfg": text}, Masker())
    assert proof is not None
    assert proof.left == ("ip route vrf BRAVO 0.0.0.0 0.0.0.0 192.0.2.1",)


def test_a_link_moves_with_its_session(tmp_path: Path) -> None:
    found = after(tmp_path, "northlake", CHARLIE, ("172.31.0.16/29", "172.31.0.24/29"))
    assert news(found, "pe2") == [
        "charlie, private peering: pe2 moves its session from 172.31.0.22 to 172.31.0.30; "
        "the session with 172.31.0.30 resets",
        "charlie, private peering: pe2 changes BGP in VRF CHARLIE: router id becomes 172.31.0.29 (was 172.31.0.21); "
        "the sessions with 192.168.255.6, 192.168.250.6, 169.254.0.1 reset",
    ]


def test_a_router_that_changes_its_tag_says_which_session_resets(tmp_path: Path) -> None:
    found = after(tmp_path, "northlake", CHARLIE, ("azure_vlan: 100", "azure_vlan: 150"))
    first = news(found, "pe1")[0]
    assert first == (
        "charlie, private peering: pe1 runs its session with 172.31.0.18 over TenGigabitEthernet0/1/0.1030150 "
        "(tags 103.150) instead of TenGigabitEthernet0/1/0.1030100 (tags 103.100); the session with 172.31.0.18 resets"
    )
