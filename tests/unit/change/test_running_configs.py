"""What a device prints differently means nothing; what somebody changed on it is told; what is not ours is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import api
from generator.change.compared import Comparison
from generator.compare import compared
from generator.pipeline import read_inventory
from tests.edited import SHIPPED, between, copied, edit

TYPE7 = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
"""The table of the scrambling that IOS calls type 7."""


def type7(text: str, seed: int = 6) -> str:
    """A password as IOS prints it with `service password-encryption`."""
    return f"{seed:02d}" + "".join(
        f"{ord(one) ^ ord(TYPE7[(seed + n) % len(TYPE7)]):02X}" for n, one in enumerate(text)
    )


def rendered(name: str, folder: Path) -> Path:
    api.render(SHIPPED / name, folder, native=False)
    return folder


def against(running: Path, inventory: Path, earlier: Path | None = None) -> Comparison:
    intent = read_inventory(inventory).intent
    assert intent is not None
    before = None if earlier is None else read_inventory(earlier).intent
    return compared(intent, inventory, running=running, live=None, earlier=before, commit="")


def rewrite(path: Path, *replacements: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern, new in replacements:
        text, count = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert count, pattern
    path.write_text(text, encoding="utf-8")


def test_what_ios_prints_in_its_own_way_is_no_difference(tmp_path: Path) -> None:
    config = rendered("northlake", tmp_path) / "pe1" / "running.cfg"
    text = config.read_text(encoding="utf-8")
    text = re.sub(r"password 0 (\S+)", lambda found: f"password 7 {type7(found[1])}", text)
    text = text.replace("ip prefix-list CHARLIE-CE-OUT seq 5 ", "ip prefix-list CHARLIE-CE-OUT seq 100 ")
    text = text.replace(" no shutdown\n", "")
    head, _, rest = text.partition("vrf definition ALPHA\n")
    noise = (
        "Building configuration...\n\nCurrent configuration : 31337 bytes\nversion 17.9\nservice timestamps debug\n!\n"
    )
    config.write_text(f"{noise}{head}vrf definition ALPHA\n{rest}ntp server 192.0.2.9\n".replace("\n", "\r\n"), "utf-8")
    found = against(tmp_path, SHIPPED / "northlake")
    assert not found.different, [one.sentence for one in found.changes]
    assert found.routers[0].blocks == ()
    assert found.routers[0].foreign == (), "ntp is not ours, and not inside of anything of ours"


def test_lists_in_another_order_and_with_other_numbers_are_no_difference(tmp_path: Path) -> None:
    config = rendered("northlake", tmp_path) / "pe1" / "running.cfg"
    rewrite(
        config,
        (r"^ 10 permit tcp host 172\.31\.0\.10 host 172\.31\.0\.9 eq 179\n", ""),
        (
            r"^( 40 permit icmp host 172\.31\.0\.10 host 172\.31\.0\.9 echo-reply\n)",
            r"\1 45 permit tcp host 172.31.0.10 host 172.31.0.9 eq 179\n",
        ),
        (r"^route-map BRAVO-CE-IN-V4 permit 10", "route-map BRAVO-CE-IN-V4 permit 17"),
    )
    assert not against(tmp_path, SHIPPED / "northlake").different


def test_a_denial_that_moved_to_the_front_is_a_difference(tmp_path: Path) -> None:
    config = rendered("northlake", tmp_path) / "pe1" / "running.cfg"
    body = r"(ip access-list extended BRAVO-AMS-PRIVATE-AZ-IN\n(?: .*\n)*?) 30 deny ip any any log\n"
    rewrite(config, (body, r"\1 5 deny ip any any log\n"))
    found = against(tmp_path, SHIPPED / "northlake")
    assert [one.text for one in found.changes] == ["judges packets in another order (filter BRAVO-AMS-PRIVATE-AZ-IN)"]
    lines = [(line.mark, line.text) for block in found.routers[0].blocks for line in block.changed]
    assert lines == [("-", "5 deny ip any any log"), ("+", "30 deny ip any any log")]


def test_what_somebody_changed_is_told_and_their_other_lines_are_left(tmp_path: Path) -> None:
    config = rendered("northlake", tmp_path) / "pe1" / "running.cfg"
    rewrite(
        config,
        (r"^ description bravo ce\n", " description tmp, ask NOC\n load-interval 30\n"),
        (r"^  neighbor 172\.31\.0\.10 timers 60 180\n", "  neighbor 172.31.0.10 timers 10 30\n"),
        (r"^interface Loopback404\n", "interface Loopback404\n frobnicate password 7 0822455D0A16\n"),
    )
    found = against(tmp_path, SHIPPED / "northlake")
    assert [one.sentence for one in found.changes if one.customer == "bravo"] == [
        "bravo, private peering: pe1 changes the session with 172.31.0.10: keepalive becomes 60 (was 10); "
        "the session with 172.31.0.10 resets",
        "bravo, private peering: pe1 changes the session with 172.31.0.10: hold becomes 180 (was 30); "
        "the session with 172.31.0.10 resets",
        "bravo, CE: pe1 changes interface GigabitEthernet0/0/1.702: description becomes bravo ce (was tmp, ask NOC); "
        "no session resets",
    ]
    changed = [line.text for block in found.routers[0].blocks for line in block.changed]
    assert "load-interval 30" not in changed
    left = {one.text for one in found.routers[0].foreign}
    assert left == {"load-interval 30", "frobnicate password ••••"}


def test_a_stranger_with_microsofts_number_is_reported_and_left(tmp_path: Path) -> None:
    config = rendered("northlake", tmp_path) / "pe1" / "running.cfg"
    stranger = "  neighbor 198.51.100.77 remote-as 12076\n  neighbor 198.51.100.77 activate\n"
    rewrite(config, (r"^(  neighbor 172\.31\.0\.10 remote-as 12076\n)", rf"{stranger}\1"))
    found = against(tmp_path, SHIPPED / "northlake")
    assert not found.different
    assert [one.text for one in found.routers[0].foreign] == ["neighbor 198.51.100.77 in VRF BRAVO"]


def test_what_an_earlier_inventory_made_is_ours_to_remove(tmp_path: Path) -> None:
    running = rendered("northlake", tmp_path / "running")
    without = copied("northlake", tmp_path)
    (without / "customers" / "bravo.yaml").unlink()
    alone = against(running, without)
    assert not any("takes it down" in one.text for one in alone.changes), "nobody knows that it was ours"
    known = against(running, without, earlier=SHIPPED / "northlake")
    assert [
        one.sentence.split(":")[0] for one in known.changes if "takes it down" in one.text and one.device == "pe1"
    ] == [
        "bravo, private peering",
        "bravo, CE",
        "bravo, session services",
    ]
    assert all(one.left == () for one in known.absences)


@pytest.mark.parametrize(
    ("name", "file", "line", "text"),
    [
        ("hollins", "ce1/junos.conf", "        192.168.32.0/19 exact;\n", "announces 192.168.32.0/19 in addition"),
        (
            "fjellmark-linux",
            "r1/frr.conf",
            "ip prefix-list FJELLMARK-OSL-PRIVATE-OUT seq 10 permit 172.20.0.2/32\n",
            "announces 172.20.0.2/32 in addition",
        ),
    ],
)
def test_the_same_words_on_every_platform(tmp_path: Path, name: str, file: str, line: str, text: str) -> None:
    config = rendered(name, tmp_path) / file
    whole = config.read_text(encoding="utf-8")
    assert line in whole
    config.write_text(whole.replace(line, "", 1), encoding="utf-8")
    found = against(tmp_path, SHIPPED / name)
    assert text in [one.text for one in found.changes]
    added = [one.text for block in found.routers[0].blocks for one in block.changed if one.mark == "+"]
    assert added == [line.strip().rstrip(";")]


def test_a_config_that_is_cut_off_or_missing_is_said_and_the_others_are_compared(tmp_path: Path) -> None:
    running = rendered("northlake", tmp_path)
    (running / "pe2" / "running.cfg").unlink()
    found = against(running, SHIPPED / "northlake")
    assert [(one.rule, one.device) for one in found.findings] == [("RB-005", "pe2")]
    assert [(one.device, one.compared) for one in found.routers] == [("pe1", True), ("pe2", False)]


def test_a_config_whose_end_is_missing_is_not_compared(tmp_path: Path) -> None:
    running = rendered("hollins", tmp_path)
    config = running / "ce1" / "junos.conf"
    config.write_text(config.read_text(encoding="utf-8")[:20_000], encoding="utf-8")
    found = against(running, SHIPPED / "hollins")
    assert [one.rule for one in found.findings] == ["RB-005"]
    assert found.findings[0].message.startswith("the running config of ce1 cannot be read: line ")
    assert [one.device for one in found.routers if not one.compared] == ["ce1"]


def test_another_kind_of_router_is_one_sentence(tmp_path: Path) -> None:
    other = copied("northlake", tmp_path)
    edit(
        other,
        "provider.yaml",
        (
            "  pe2: *pe",
            "  pe2: {platform: juniper_junos, provider: northlake, azure_port: xe-0/1/0, customer_port: xe-0/0/1, "
            "interlink_port: xe-0/1/1, model: SRX4600, ports: {xe-0/1/0: {speed_mbps: 10000}}, "
            "management: {prefixes: [198.51.100.0/26], protocols: [ospf, ldp]}}",
        ),
    )
    (change,) = [one for one in between(SHIPPED / "northlake", other).changes if one.device == "pe2"]
    assert (
        change.text == "becomes Juniper MX and SRX, Junos OS instead of Cisco IOS-XE: its whole config is another one"
    )


def test_edit_helper_refuses_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        edit(copied("northlake", tmp_path), "provider.yaml", ("no such text", ""))
