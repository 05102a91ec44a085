"""The engine that uses the machine's own kernel, on a kernel that has it all: that of User-Mode Linux, with nothing else in it."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from typing import Any

import pytest

from generator.lab.engine import uml
from generator.lab.engine.probe import Engine
from tests.lab.conftest import ROOT, copy_of
from tests.lab_needs import need

pytestmark = pytest.mark.slow
SECONDS = 240
FIRST_PROCESS = """\
#!/bin/sh
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONPATH={root} PYTHONDONTWRITEBYTECODE=1
export HOME=/run TMPDIR=/run LC_ALL=C.UTF-8
mount -t proc proc /proc && mount -t sysfs sysfs /sys && mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs /run && mkdir /run/mount
ip link set dev lo up
cd {root}
seen() {{ echo "=== $1"; ls -A /run /sys/fs/cgroup; ip -br link; ps -e -o args= | grep -v '^\\['; cat /proc/mounts; }}
lab() {{ echo "=== $*"; {python} -m generator lab "$@"; echo "=== exit $?"; }}
seen before
lab up {inventory} --format json --quiet
lab status {name} --format json
lab shell {name} {router} -- sh -c 'ip -d link show type vlan; ip -d link show type vrf; ip netns list'
lab down {name}
seen after
echo "=== end"
exec {python} -c 'from generator.lab.agent.guest import power_off; power_off()'
"""


def said(text: str) -> dict[str, tuple[str, int]]:
    """What each command of the guest printed, and its exit status."""
    blocks = [block.partition("\n") for block in text.split("=== ")[1:]]
    ends = [*blocks[1:], ("", "", "")]
    return {
        title.split()[0]: (rest, int(after.split()[1]) if after.startswith("exit ") else 0)
        for (title, _, rest), (after, _, _) in zip(blocks, ends, strict=True)
        if not title.startswith("exit ")
    }


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, int]]:
    """A kernel that boots a lab with the native engine, looks at it and takes it down."""
    need(Engine.UML)
    folder = tmp_path_factory.mktemp("native")
    inventory = copy_of("fjellmark-linux", folder, "native")
    words = {"root": ROOT, "python": sys.executable, "inventory": inventory}
    quoted = {key: shlex.quote(str(value)) for key, value in words.items()}
    init = folder / "init"
    init.write_text(FIRST_PROCESS.format(name=inventory.name, router="r1", **quoted))
    init.chmod(0o700)
    console = folder / "console.log"
    command = [str(uml.kernel()), "mem=1024M", "quiet", "rootfstype=hostfs", "ro", f"init={init}", f"uml_dir={folder}"]
    with console.open("wb") as stream:
        subprocess.run(
            [*command, "con=null", "con0=null,fd:1", "con1=null"],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            timeout=SECONDS,
            check=False,
            env={"TMPDIR": "/dev/shm", "PATH": "/usr/bin:/bin"},
        )
    return said(console.read_text(errors="replace"))


def output(guest: dict[str, tuple[str, int]], command: str) -> Any:
    """What a command printed as JSON, where it ended well."""
    text, status = guest[command]
    assert status == 0, text
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def test_the_probe_takes_the_machines_own_kernel_and_every_session_comes_up(guest: dict[str, tuple[str, int]]) -> None:
    assert "up" in guest, guest
    up = output(guest, "up")
    assert (up["engine"], up["not_established"]) == ("native", [])
    assert up["reason"] == "this machine's kernel has all that a lab needs"
    sessions = output(guest, "status")["sessions"]
    assert {one["state"] for one in sessions} == {"Established"}
    assert len(sessions) == 12


def test_routers_have_their_tags_and_vrfs_in_a_namespace_that_the_machine_does_not_list(
    guest: dict[str, tuple[str, int]],
) -> None:
    text, status = guest["shell"]
    assert status == 0
    assert "vlan protocol 802.1Q id 77 " in text
    assert "vlan protocol 802.1Q id 410 " in text
    assert "CORP" in text
    assert "TRANSPORT" in text


def test_nothing_of_it_is_left_on_the_machine(guest: dict[str, tuple[str, int]]) -> None:
    """Files, control groups, interfaces, processes and mounts are those from before."""
    assert guest["down"][1] == 0
    before, after = guest["before"][0].splitlines(), guest["after"][0].splitlines()
    assert after == before
