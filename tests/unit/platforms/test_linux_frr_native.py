"""The real programs take what we write: vtysh, ifupdown2, and FRR's daemons in a namespace of their own.

our frr.conf ── zebra, staticd, bgpd, bfdd ── show running-config ── the same lines, the same facts
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Literal

import pytest

from generator.platforms import load
from generator.readback.native import native_checks
from generator.readback.read import read_device
from tests.plans import charlie
from tests.unit.platforms.test_linux_frr import PORTS, RENDERER

PLATFORM = load("linux_frr")
BOTH: list[Literal["pe1", "pe2"]] = ["pe1", "pe2"]

ISOLATED = (
    "unshare",
    "--user",
    "--map-root-user",
    "--net",
    "--mount",
    "--uts",
    "--pid",
    "--fork",
    "--kill-child",
    "--mount-proc",
)

CHECK_LINKS = """
mount -t tmpfs tmpfs /run
mkdir /run/network
exec ifup --all --syntax-check --interfaces "$0"
"""

LOAD = """
cp "$0" /tmp/frr.conf.$$
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/frr
mkdir /run/frr
mv /tmp/frr.conf.$$ /etc/frr/frr.conf
touch /etc/frr/vtysh.conf
sed 's/^\\(frrvty\\|frr\\):.*/\\1:x:0:root/' /etc/group > /run/group
mount --bind /run/group /etc/group
hostname "$1"
echo 1 > /proc/sys/net/ipv4/ip_forward
echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
for daemon in zebra staticd bgpd bfdd; do
  /usr/lib/frr/$daemon -d -u root -g root -i /run/frr/$daemon.pid --vty_socket /run/frr -A 127.0.0.1 </dev/null >/run/$daemon.log 2>&1 || exit 9
done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
  [ -S /run/frr/bfdd.vty ] && [ -S /run/frr/bgpd.vty ] && break
  sleep 0.2
done
vtysh --vty_socket /run/frr --config_dir /etc/frr -b >&2 || exit 8
exec vtysh --vty_socket /run/frr --config_dir /etc/frr -c 'show running-config'
"""


def files(router: Literal["pe1", "pe2"]) -> dict[str, str]:
    return {artifact.file.name: artifact.text for artifact in RENDERER.render(charlie(PLATFORM, PORTS, router))}


def isolated(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a script as root of namespaces that end with it."""
    # The system's own PATH: ifupdown2 runs on the system's Python, not on that of a virtual environment.
    environment = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    return subprocess.run(
        [*ISOLATED, "sh", "-c", script, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


@pytest.mark.parametrize("router", BOTH)
def test_vtysh_takes_the_config(router: Literal["pe1", "pe2"]) -> None:
    plan = charlie(PLATFORM, PORTS, router)
    run, *_ = native_checks(PLATFORM, plan, files(router))
    assert (run.ran, run.findings) == (True, []), "frr must be installed: apt-get install frr"


def test_vtysh_refuses_a_line_that_is_no_command() -> None:
    texts = files("pe1")
    texts["frr.conf"] = texts["frr.conf"].replace("remote-as 12076", "remote-as twelve", 1)
    run, *_ = native_checks(PLATFORM, charlie(PLATFORM, PORTS, "pe1"), texts)
    assert len(run.findings) == 1
    line = run.findings[0].where.line  # type: ignore[union-attr]
    assert "remote-as twelve" in texts["frr.conf"].splitlines()[line - 1]


@pytest.mark.parametrize("router", BOTH)
def test_ifupdown2_takes_the_links(tmp_path: Path, router: Literal["pe1", "pe2"]) -> None:
    path = tmp_path / "interfaces"
    path.write_text(files(router)["interfaces"])
    done = isolated(CHECK_LINKS, str(path))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("vrf-table 1413", "vrf-table 60413", "out of reserved range [1001,5000]"),
        ("address 172.31.0.17/30", "address 172.31.0.317/30", "invalid value"),
        ("iface eth1.103.200", "iface enp130s0f0.103.200", "interface name too long"),
    ],
)
def test_ifupdown2_refuses_what_our_names_and_numbers_avoid(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "interfaces"
    path.write_text(files("pe1")["interfaces"].replace(old, new))
    done = isolated(CHECK_LINKS, str(path))
    assert done.returncode == 1
    assert message in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("router", BOTH)
def test_frr_prints_the_lines_and_the_facts_that_we_wrote(tmp_path: Path, router: Literal["pe1", "pe2"]) -> None:
    """So that comparing a device with our file never shows a difference that is none (PLT-LNX-05)."""
    texts = files(router)
    path = tmp_path / "frr.conf"
    path.write_text(texts["frr.conf"])
    done = isolated(LOAD, str(path), router)
    assert done.returncode == 0, done.stderr
    running = {**texts, "frr.conf": done.stdout}
    assert statements(running["frr.conf"]) == statements(texts["frr.conf"])
    result = read_device(PLATFORM, running)
    assert result.unrecognised == ()
    assert result.facts == PLATFORM.observable(charlie(PLATFORM, PORTS, router).facts)


def statements(text: str) -> list[str]:
    """The lines of a config without comments, in any order, without what only one of file and device says."""
    passing = (
        "!",
        "frr version",
        "service integrated-vtysh-config",
        "Building configuration",
        "Current configuration",
        "end",
    )
    return sorted(line for line in text.splitlines() if line.strip() and not line.strip().startswith(passing))
