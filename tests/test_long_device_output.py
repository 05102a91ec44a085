"""A running config of 120,000 lines, nearly all of them somebody else's: read, compared and judged all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.cli import main
from tests.edited import SHIPPED

IOS = """\
interface GigabitEthernet9/{0}/{1}
 description customer {2} of somebody else
 ip address 10.{0}.{3}.{4} 255.255.255.255
 no shutdown
!
"""
JUNOS = """\
interfaces {{ ge-9/{0}/{1} {{
    description "customer {2} of somebody else";
    unit 0 {{
        family inet;
    }}
}} }}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "file", "others"),
    [("northlake", "running.cfg", IOS), ("hollins", "junos.conf", JUNOS)],
    ids=["ios", "junos"],
)
def test_many_lines_of_others(
    name: str, file: str, others: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inventory, running = str(SHIPPED / name), tmp_path / "running"
    assert main(["render", inventory, "-o", str(running)]) in (0, 1)
    path = sorted(running.glob(f"*/{file}"))[0]
    each = others.count("\n")
    more = "".join(others.format(n // 4000, n % 4000, n, n // 256 % 256, n % 256) for n in range(120_000 // each))
    path.write_text(path.read_text() + more)
    assert path.read_text().count("\n") > 120_000
    capsys.readouterr()
    assert main(["diff", inventory, "--running", str(running)]) == 0
    assert "no difference" in capsys.readouterr().out
    assert main(["plan", inventory, "--running", str(running), "-o", str(tmp_path / "pack")]) == 0
    capsys.readouterr()
    assert main(["audit", str(running)]) in (0, 1)
    said = capsys.readouterr().out
    assert f"{path.read_text().count(chr(10)):,}" in said, "each line is accounted for"
    # One line of ours that is gone among so many is still found.
    text = path.read_text()
    gone = next(line for line in text.splitlines() if "remote-as 12076" in line or "peer-as 12076" in line)
    path.write_text(text.replace(f"{gone}\n", "", 1))
    assert main(["diff", inventory, "--running", str(running)]) == 1
