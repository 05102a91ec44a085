"""Device output that no device printed: every verb that reads it ends in time, and never with a bug of ours.

Each case is one that once stalled or broke it.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator import api
from generator.cli import main
from tests.edited import SHIPPED

NOISE: dict[str, Callable[[str], str]] = {
    "a thousand blocks inside of each other": lambda text: text.replace("{", "{" * 1000, 1),
    "a line of a hundred thousand braces": lambda text: text + "x " + "{" * 100_000,
    "a staircase": lambda text: text + "".join(" " * depth + "x\n" for depth in range(2000)),
    "a line of a million characters": lambda text: text + "description " + "a b " * 250_000 + "\n",
    "many blanks": lambda text: text + "x" + " " * 300_000 + "y\n",
    "a million quotes": lambda text: text + '"' * 1_000_000,
    "a peer group": lambda text: text.replace(" remote-as 12076\n", " peer-group AZURE\n"),
    "a word on its own": lambda text: text + "ip prefix-list\nroute-map\nrouter bgp\nset\nneighbor\n",
    "a list without entries": lambda text: text.replace(" seq 5 permit ", "\n", 1),
    "the end is missing": lambda text: text[: len(text) // 2],
}
ROUTERS = {
    "northlake": ("pe1/running.cfg", "cisco_xe"),
    "hollins": ("ce1/junos.conf", "juniper_junos"),
    "fjellmark-linux": ("r1/frr.conf", "linux_frr"),
}
SECONDS = 30


@pytest.fixture(autouse=True)
def _in_time() -> Iterator[None]:
    def late(*_: object) -> None:
        raise TimeoutError(f"more than {SECONDS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    for name in ROUTERS:
        api.render(SHIPPED / name, folder / name, native=False)
    return folder


@pytest.mark.parametrize("name", ROUTERS)
@pytest.mark.parametrize("noise", NOISE)
def test_no_text_breaks_or_stalls_a_verb(name: str, noise: str, good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, platform = ROUTERS[name]
    path = good / name / file
    text = path.read_text()
    path.write_text(NOISE[noise](text))
    try:
        for words in (
            ("diff", str(SHIPPED / name), "--running", str(good / name)),
            ("plan", str(SHIPPED / name), "--running", str(good / name), "--explain"),
            ("audit", str(good / name), "--platform", platform),
        ):
            assert main(list(words)) in (0, 1, 2), capsys.readouterr().err
            said = capsys.readouterr()
            assert "Traceback" not in said.out + said.err
    finally:
        path.write_text(text)
