"""The audit as a user meets it: any files, with or without an inventory, in three formats, and never a key in what it says."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import api
from generator.cli import main
from generator.model.finding import Severity
from tests.audited import ENDS, FILES, write

INVENTORIES = Path(__file__).parent.parent / "inventories"
SHIPPED = ("northlake", "hollins", "fjellmark", "fjellmark-linux", "saltmarsh", "starter")


@cache
def built(name: str) -> Path:
    folder = Path(mkdtemp(prefix="peerwright-test-"))
    assert not api.render(INVENTORIES / name, folder, native=False).stopped
    return folder


@pytest.fixture(scope="module", autouse=True)
def _swept() -> object:
    yield
    for name in SHIPPED:
        shutil.rmtree(built(name), ignore_errors=True)
    built.cache_clear()


# our own configs ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("known", [True, False])
def test_our_own_configs_have_nothing_but_keys_in_clear(name: str, known: bool) -> None:
    """The files that are written hold keys in clear until the router hides them.  Tags that differ between the links
    are right where the provider translates them: only the inventory says so.  hollins is a lab with a number for documents."""
    result = api.audit(built(name), inventory=INVENTORIES / name if known else None)
    said = {f"{one.rule} {one.message}" for one in result.findings if one.severity > Severity.INFO}
    unexplained = {one for one in said if not one.startswith("AUD-033 ")}
    if name == "hollins":
        unexplained = {one for one in unexplained if "runs as AS 64496" not in one}
    if not known:
        unexplained = {one for one in unexplained if "the customer's tag is" not in one}
    assert unexplained == set()
    assert all(one.understood > one.passed_over for one in result.files if one.lines > 5)


def test_with_an_inventory_sessions_are_those_of_the_inventory(tmp_path: Path) -> None:
    """AUD-002, both ways; and a comment there accepts what it finds."""
    shutil.copytree(built("northlake"), tmp_path / "in")
    file = tmp_path / "in" / "pe1" / "running.cfg"
    file.write_text(file.read_text().replace("neighbor 172.31.0.18 ", "neighbor 172.31.0.14 "))
    result = api.audit(tmp_path / "in", inventory=INVENTORIES / "northlake")
    said = [one.message for one in result.findings if one.rule == "AUD-002"]
    assert "neighbor 172.31.0.14 in VRF CHARLIE (AS 12076, IPv4) is not in the inventory" in said
    assert "charlie-ams private: neighbor 172.31.0.18 in VRF CHARLIE (IPv4) is not on pe1" in said
    assert not [one for one in api.audit(built("northlake")).findings if one.rule == "AUD-002"]


# files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", FILES)
def test_the_platform_is_told_from_the_text(platform: str, tmp_path: Path) -> None:
    write(platform, tmp_path)
    result = api.audit(tmp_path)
    assert {one.platform for one in result.devices} == {platform}
    assert [one.device for one in result.devices] == ["edge1", "edge2"]
    pairs = next(one for one in result.tiers if one.name == "pairs of sessions")
    assert pairs.detail == "1 by their links, the halves of one network"


def single(folder: Path, text: str | bytes, name: str = "edge1.cfg") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


XE = FILES["cisco_xe"]["running.cfg"].format(**ENDS["edge1"])
NOISE = {
    "carriage returns": lambda text: text.replace("\n", "\r\n"),
    "tabs": lambda text: text.replace("\n ", "\n\t"),
    "byte order mark": lambda text: "\ufeff" + text,
    "UTF-16": lambda text: text.encode("utf-16"),
    "exclamation marks": lambda text: text.replace("\n", "\n!\n! noise\n"),
    "a banner like a config": lambda text: (
        "banner login ^C\nrouter bgp 1\n neighbor 10.9.9.9 remote-as 12076\n^C\n" + text
    ),
    "a certificate": lambda text: (
        "crypto pki certificate chain X\n certificate ca 01\n  30820378 02A003\n  quit\n" + text
    ),
    "letters of another alphabet": lambda text: text.replace("towards the exchange", "zur Börse, 交換"),
    "bytes that are no text": lambda text: text.encode().replace(b"towards", b"\xfft\xfewards"),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_changes_nothing(name: str, tmp_path: Path) -> None:
    plain = {f"{one.rule} {one.message}" for one in api.audit(single(tmp_path / "a", XE)).findings}
    noisy = api.audit(single(tmp_path / "b", NOISE[name](XE)))
    assert {f"{one.rule} {one.message}" for one in noisy.findings} == plain
    assert noisy.devices[0].sessions == 2


def test_a_text_that_is_cut_off_is_judged_as_far_as_it_goes(tmp_path: Path) -> None:
    cut = XE[: XE.index("  neighbor 172.20.0.2 route-map FROM-AZ in")]
    said = {one.rule for one in api.audit(single(tmp_path / "a", cut)).findings}
    assert "AUD-004" in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x7fELF\0\0\0", "is not text"),
        (b"Dear colleague,\nplease find attached the config.\n", "is no config of a platform that is known here"),
        (b"set timezone UTC\nset prompt off\n", "is no config of a platform that is known here"),
    ],
)
def test_what_cannot_be_audited_is_said(text: bytes, why: str, tmp_path: Path) -> None:
    result = api.audit(single(tmp_path / "a", text))
    (found,) = result.findings
    assert (found.rule, found.severity) == ("RB-006", Severity.ERROR)
    assert why in found.message
    assert found.fix
    assert result.stopped.startswith("unreadable")


def test_an_empty_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit", str(tmp_path)]) == 2
    assert "holds no config file" in capsys.readouterr().err
    assert main(["audit", str(tmp_path / "gone")]) == 2
    assert "cannot be read" in capsys.readouterr().err


# output -----------------------------------------------------------------------------------------


def test_text_json_and_sarif(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = single(tmp_path / "in", XE.replace("  neighbor 172.20.0.2 route-map TO-AZ out\n", ""))
    assert main(["audit", str(folder)]) == 1
    text = capsys.readouterr().out
    assert re.search(r"edge1\.cfg:\d+:3: error AUD-004: neighbor 172\.20\.0\.2 in VRF WAN-A", text)
    assert "understood  passed over" in text
    assert main(["audit", str(folder), "--format", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["verb"] == "audit"
    assert data["files"][0]["passed_over"] > 0
    assert "AUD-004" in {one["rule"] for one in data["findings"]}
    assert main(["audit", str(folder), "--format", "sarif"]) == 1
    run = json.loads(capsys.readouterr().out)["runs"][0]
    result = next(one for one in run["results"] if one["ruleId"] == "AUD-004")
    assert result["locations"][0]["physicalLocation"]["region"]["startColumn"] == 3
    assert main(["explain", "AUD-004"]) == 0
    assert "transit" in capsys.readouterr().out


# anything at all ----------------------------------------------------------------------------------

KEY = "Xq7Zr2secretKey"
KEYED = {
    name: {
        file: re.sub(
            r"(password 7 |pre-shared-key 7 |authentication-key |AZ password )\S+?(;?)$",
            rf"\g<1>{KEY}\g<2>",
            text,
            flags=re.MULTILINE,
        )
        for file, text in files.items()
    }
    for name, files in FILES.items()
}


@st.composite
def garbled(draw: st.DrawFn) -> tuple[str, str, str]:
    """A text with lines lost, repeated, moved, cut, glued or indented otherwise."""
    platform, name = draw(st.sampled_from([(one, file) for one in sorted(FILES) for file in FILES[one]]))
    lines = KEYED[platform][name].format(**ENDS["edge1"]).split("\n")
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(("drop", "twice", "move", "cut", "words", "indent", "junk"))):
            case "drop":
                del lines[at]
            case "twice":
                lines.insert(at, lines[at])
            case "move":
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "words":
                words = lines[at].split()
                if words:
                    words.pop(draw(st.integers(0, len(words) - 1)))
                lines[at] = " " * (len(lines[at]) - len(lines[at].lstrip())) + " ".join(words)
            case "indent":
                lines[at] = " " * draw(st.integers(0, 4)) + lines[at].lstrip()
            case "junk":
                lines.insert(at, draw(st.text(max_size=20)))
        if not lines:
            lines = [""]
    return platform, name, "\n".join(lines)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(garbled())
def test_no_text_breaks_it_or_gets_a_key_out_of_it(tmp_path: Path, case: tuple[str, str, str]) -> None:
    platform, name, text = case
    shutil.rmtree(tmp_path / "in", ignore_errors=True)
    (tmp_path / "in").mkdir()
    single(tmp_path / "in" / "edge1", text.encode("utf-8", "replace"), name)
    result = api.audit(tmp_path / "in", platform=platform)
    assert KEY not in repr(result)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(FILES)), st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_taken(tmp_path: Path, platform: str, text: str) -> None:
    api.audit(single(tmp_path / "in", text), platform=platform)
