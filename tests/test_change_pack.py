"""The change pack of a window: complete, without keys, the same every time, and readable in a browser on its own."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from generator import api
from generator.api import Refused
from generator.cli import main
from tests.edited import SHIPPED, copied, edit

KEYS = [path.read_text(encoding="utf-8").strip() for path in sorted((SHIPPED / "northlake" / "secrets").iterdir())]
ROTATED = "RotatedKey2026"
SHOWN = ("change.html", "change.md", "change.json")


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Northlake with a prefix more, another link, a rotated key and more bandwidth."""
    found = copied("northlake", tmp_path_factory.mktemp("inventory"))
    edit(found, "customers/charlie.yaml", ("203.0.113.80/28]", "203.0.113.80/28, 203.0.113.96/28]"))
    edit(found, "customers/bravo.yaml", ("172.31.0.8/29", "172.31.0.24/29"))
    edit(found, "customers/alpha.yaml", ("bandwidth_mbps: 200", "bandwidth_mbps: 500"))
    (found / "secrets" / "charlie-private").write_text(f"{ROTATED}\n", encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("running")
    api.render(SHIPPED / "northlake", folder, native=False)
    return folder


@pytest.fixture(scope="module")
def pack(inventory: Path, running: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("window") / "change-1234"
    written, _ = api.change_pack(inventory, folder, running=running)
    assert written is not None
    assert not written.refused
    return folder


def texts(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_the_same_inputs_give_the_same_bytes_and_a_second_run_writes_nothing(
    pack: Path, inventory: Path, running: Path, tmp_path: Path
) -> None:
    api.change_pack(inventory, tmp_path / "again", running=running)
    assert texts(tmp_path / "again") == texts(pack)
    written, _ = api.change_pack(inventory, tmp_path / "again", running=running)
    assert written is not None
    assert (written.written, written.unchanged) == (0, len(texts(pack)))


def test_keys_are_in_the_command_files_alone_and_those_are_private(pack: Path) -> None:
    for name in SHOWN:
        text = (pack / name).read_text(encoding="utf-8")
        for key in (*KEYS, ROTATED):
            assert key not in text, name
    assert ROTATED in (pack / "pe1" / "commands" / "commands.txt").read_text(encoding="utf-8")
    for path in pack.rglob("*"):
        if path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_a_changed_key_is_visible_as_changed(pack: Path) -> None:
    for name in ("change.html", "change.md"):
        text = (pack / name).read_text(encoding="utf-8")
        assert "uses another MD5 key with 172.31.0.18" in text
        assert "another key" in text


def test_every_session_that_the_change_touches_is_looked_at_before_and_after(pack: Path) -> None:
    document = json.loads((pack / "change.json").read_text(encoding="utf-8"))
    pe1 = next(one for one in document["routers"] if one["device"] == "pe1")
    looks = {(one["when"], one["kind"], one["what"]): one for one in pe1["checks"]}
    for when, kind, what in (
        ("before", "bgp", "BGP session with 172.31.0.10 in VRF BRAVO"),
        ("before", "bfd", "BFD session with 172.31.0.10 in VRF BRAVO"),
        ("after", "bgp", "BGP session with 172.31.0.26 in VRF BRAVO"),
        ("after", "bfd", "BFD session with 172.31.0.26 in VRF BRAVO"),
        ("after", "bgp", "BGP session with 172.31.0.10 in VRF BRAVO"),
        ("after", "bgp", "BGP session with 192.168.255.2 in VRF BRAVO"),
        ("before", "bgp", "BGP session with 203.0.113.2 in VRF CHARLIE-MS"),
        ("after", "bgp", "BGP session with 203.0.113.2 in VRF CHARLIE-MS"),
        ("after", "bgp", "BGP session with 172.31.0.18 in VRF CHARLIE"),
    ):
        assert looks[when, kind, what]["commands"], "in the platform's own words"
    after = looks["after", "bgp", "BGP session with 203.0.113.2 in VRF CHARLIE-MS"]
    assert "announces 203.0.113.64/28, 203.0.113.96/28 and nothing else" in after["expect"]
    gone = looks["after", "bgp", "BGP session with 172.31.0.10 in VRF BRAVO"]
    assert gone["expect"] == "is not there any more"
    resets = {key["neighbour"] for one in document["comparison"]["changes"] for key in one["resets"]}
    assert all(any(f" {one} " in f"{what} " for _, _, what in looks) for one in resets if one.endswith((".2", ".18")))


def test_risks_have_reasons_and_the_routers_an_order(pack: Path) -> None:
    document = json.loads((pack / "change.json").read_text(encoding="utf-8"))
    assert [one["device"] for one in document["order"]] == ["pe2", "pe1"]
    assert all(one["why"] for one in (*document["order"], *document["risks"]))
    told = " | ".join(one["text"] for one in document["risks"] if one["device"] == "pe1")
    assert "172.31.0.26" in told
    assert "what exceeds 200 Mb/s is dropped until the circuit has 500" in told
    assert "until the other end has the new key too" in told


def test_commands_and_the_way_back_are_there_for_both_routers(pack: Path) -> None:
    for router in ("pe1", "pe2"):
        there = (pack / router / "commands" / "commands.txt").read_text(encoding="utf-8")
        back = (pack / router / "rollback" / "rollback.txt").read_text(encoding="utf-8")
        assert "203.0.113.96/28" in there
        assert "ip prefix-list" in back
        assert "203.0.113.96/28" in back


def test_commands_of_another_change_must_not_lie_beside_it(pack: Path, inventory: Path, running: Path) -> None:
    stray = pack / "pe9"
    stray.mkdir()
    (stray / "commands.txt").write_text("!", encoding="utf-8")
    try:
        with pytest.raises(Refused, match=r"pe9.commands\.txt is not of this change"):
            api.change_pack(inventory, pack, running=running)
    finally:
        shutil.rmtree(stray)


def test_what_azure_refuses_is_not_written(tmp_path: Path, running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.edited import repository

    lower = copied("northlake", tmp_path)
    repository(tmp_path)
    edit(lower, "customers/bravo.yaml", ("bandwidth_mbps: 500", "bandwidth_mbps: 100"))
    assert main(["plan", str(lower), "--running", str(running), "--since", "HEAD", "-o", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "error INV-006: bandwidth_mbps 100 of circuit bravo-ams is lower than the 500 it had" in printed
    assert "nothing was written" in printed
    assert not (tmp_path / "out").exists()


def test_a_platform_of_several_files_gets_them_as_a_whole(tmp_path: Path) -> None:
    edited = copied("fjellmark-linux", tmp_path)
    edit(edited, "fjellmark.yaml", ("10.20.0.0/16", "10.20.0.0/16, 10.21.0.0/16"))
    api.render(SHIPPED / "fjellmark-linux", tmp_path / "running", native=False)
    api.change_pack(edited, tmp_path / "out", running=tmp_path / "running")
    folder = tmp_path / "out" / "r1" / "commands"
    commands = (folder / "commands.txt").read_text(encoding="utf-8")
    assert (
        "! put nftables.conf, which lies beside this file, at /etc/nftables.conf\nnft -f /etc/nftables.conf\n"
        in commands
    )
    api.render(edited, tmp_path / "intended", native=False)
    for name, source in (("commands", "intended"), ("rollback", "running")):
        wanted = (tmp_path / source / "r1" / "nftables.conf").read_bytes()
        assert (tmp_path / "out" / "r1" / name / "nftables.conf").read_bytes() == wanted


def test_a_platform_whose_commands_bear_their_path_gets_one_line_each(tmp_path: Path) -> None:
    edited = copied("hollins", tmp_path)
    edit(edited, "hollins.yaml", ("bandwidth_mbps: 1000", "bandwidth_mbps: 2000"))
    api.render(SHIPPED / "hollins", tmp_path / "running", native=False)
    api.change_pack(edited, tmp_path / "out", running=tmp_path / "running")
    lines = (tmp_path / "out" / "ce1" / "commands" / "commands.txt").read_text(encoding="utf-8").splitlines()
    assert [one for one in lines if not one.startswith("#")] == [
        "set class-of-service traffic-control-profiles HOLLINS-LON shaping-rate 2000m"
    ]


# The page


class Page(HTMLParser):
    """Notes what the page is made of."""

    VOID = frozenset(("meta", "link", "input", "br", "hr", "img", "line", "rect"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page(pack: Path) -> Page:
    return Page((pack / "change.html").read_text(encoding="utf-8"))


def test_the_page_is_well_formed_and_needs_nothing_from_elsewhere(page: Page, pack: Path) -> None:
    assert page.open == []
    names = {name for name, _ in page.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object"})
    for name, attributes in page.tags:
        target = attributes.get("href", "")
        assert target is not None
        assert not target or target.startswith("#"), (name, target)
        assert "src" not in attributes
        assert not any(one.startswith("on") for one in attributes)
    style = re.search(r"<style>(.*?)</style>", (pack / "change.html").read_text(encoding="utf-8"), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_the_page_can_be_used_with_the_keyboard_alone_and_be_read_aloud(page: Page) -> None:
    ids = [one["id"] for _, one in page.tags if "id" in one]
    assert len(ids) == len(set(ids))
    for name, attributes in page.tags:
        if name == "a":
            assert (attributes["href"] or "")[1:] in ids
        if name == "pre" or attributes.get("class") == "wide":
            assert attributes.get("tabindex") == "0", "what scrolls can be reached"
        if name == "input":
            assert any(tag == "label" and one.get("for") == attributes["id"] for tag, one in page.tags)
        for reference in (attributes.get("aria-labelledby") or "").split():
            assert reference in ids
    levels = [int(name[1]) for name, _ in page.tags if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert all(two - one <= 1 for one, two in pairwise(levels))


def test_what_an_inventory_says_is_text_and_never_markup(tmp_path: Path, running: Path) -> None:
    nasty = copied("northlake", tmp_path)
    edit(nasty, "provider.yaml", ("name: Northlake Cloud\n  lab", "name: '<script>alert(1)</script>`*|'\n  lab"))
    edit(nasty, "customers/alpha.yaml", ("bandwidth_mbps: 200", "bandwidth_mbps: 500"))
    written, _ = api.change_pack(nasty, tmp_path / "out", running=running)
    assert written is not None
    assert "<script>" not in (tmp_path / "out" / "change.html").read_text(encoding="utf-8")
    assert "# Change of \\<script>" in (tmp_path / "out" / "change.md").read_text(encoding="utf-8")


CHROMIUM = shutil.which("chromium")
FRAME = """<!DOCTYPE html><meta charset="utf-8"><body><iframe id="f" style="width:360px;height:800px;border:0"></iframe>
<script>const f = document.getElementById("f"); f.srcdoc = PAGE;
f.onload = () => { const d = f.contentDocument; document.title = [d.documentElement.scrollWidth,
  d.querySelectorAll("section").length, getComputedStyle(d.body).backgroundColor].join("|"); };</script>"""


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed, so the page was not opened in a browser")
def test_a_browser_shows_it_on_a_phone_without_scrolling_sideways(pack: Path, tmp_path: Path) -> None:
    assert CHROMIUM is not None
    text = json.dumps((pack / "change.html").read_text(encoding="utf-8")).replace("</", "<\\/")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.replace("PAGE", text), encoding="utf-8")
    options = [
        *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *(f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=3000", "--dump-dom", frame.as_uri()),
    ]
    done = subprocess.run([CHROMIUM, *options], capture_output=True, text=True, timeout=120, check=False)
    title = re.search(r"<title>(\d+)\|(\d+)\|([^<]*)</title>", done.stdout)
    assert title is not None, done.stderr[-2000:]
    assert int(title[1]) <= 360
    assert int(title[2]) >= 7
