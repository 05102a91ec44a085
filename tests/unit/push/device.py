"""A real router in namespaces of its own: FRR, nftables, sshd; nothing of the machine outside is touched.

Mount, pid, uts and network namespace, an overlay of the root file system in memory.  The way in is a command
(``nsenter … nc``-like, here Python), as a proxy command of SSH.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

NEEDED = ("unshare", "nsenter", "ip", "vtysh", "nft", "sshd", "ssh-keygen", "ifreload")

INIT = r"""
set -e
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
cp -r "$2/." "$1/root/"
cd "$1/root"
mount --rbind /dev dev
mount -t proc proc proc
mount -t sysfs sysfs sys || true
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs var/lib/peerwright
pivot_root . mnt
umount -l /mnt
cd /
hostname r1
export HOME=/root
ip link set lo up
mkdir -p /run/sshd /run/network /var/run/frr
chown frr:frr /var/run/frr
/usr/lib/frr/frrinit.sh start >/run/frr.log 2>&1 </dev/null
/usr/sbin/sshd -E /run/sshd.log
touch /run/ready
exec sleep infinity
"""

RELAY = r"""
import os, socket, sys, threading
there = socket.create_connection((sys.argv[1], 22))
def pump():
    while data := there.recv(65536):
        os.write(1, data)
    os._exit(0)
threading.Thread(target=pump, daemon=True).start()
while data := os.read(0, 65536):
    there.sendall(data)
there.shutdown(socket.SHUT_WR)
threading.Event().wait()
"""

SSHD = """\
ListenAddress 0.0.0.0
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
"""


def missing() -> str:
    """Why no such router can be started here; empty if it can."""
    if os.geteuid() != 0:
        return "a real router needs root"
    lacking = [one for one in NEEDED if shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


class Device:
    """A started router: its pid 1, and how to reach it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self.process = process
        found = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True)
        self.pid = int(found.stdout.split()[0])

    def inside(self, *argv: str, text: str | None = None) -> str:
        """Run a program on the router, beside any driver."""
        command = ["nsenter", "-t", str(self.pid), "-m", "-n", "-p", "-u", *argv]
        return subprocess.run(command, capture_output=True, text=True, check=True, input=text).stdout

    def options(self, address: str = "127.0.0.1") -> dict[str, object]:
        """``optional_args`` of the driver.  ``address``: that of the router over which it logs in."""
        config = self.folder / f"ssh_config-{address}"
        config.write_text(
            f"Host r1\n  HostKeyAlias r1\n  User root\n  IdentityFile {self.folder}/client\n  IdentitiesOnly yes\n"
            f"  UserKnownHostsFile {self.folder}/known_hosts\n"
            f"  ProxyCommand nsenter -t {self.pid} -n {sys.executable} {self.folder}/relay.py {address}\n"
        )
        return {"ssh_config_file": str(config)}

    def cut(self) -> None:
        """End every SSH session, as a link that dies does."""
        subprocess.run(["nsenter", "-t", str(self.pid), "-m", "-p", "pkill", "-KILL", "-f", "sshd: root"], check=False)

    def stop(self) -> None:
        """End all of it: the death of a pid namespace's first process takes the others."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        self.process.wait(timeout=10)


@contextlib.contextmanager
def started(folder: Path, files: dict[str, str]) -> Iterator[Device]:
    """A router with these files."""
    seed = folder / "seed"
    for name in ("client", "host"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    everything = {
        "etc/ssh/sshd_config": SSHD,
        "etc/ssh/ssh_host_ed25519_key": (folder / "host").read_text(),
        "root/.ssh/authorized_keys": (folder / "client.pub").read_text(),
        "etc/nftables.conf": 'include "/etc/nftables.d/*.conf"\n',
        "etc/network/interfaces": "source /etc/network/interfaces.d/*\n",
        "var/lib/peerwright/.keep": "",
        **files,
    }
    for name, text in everything.items():
        path = seed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o600 if "ssh" in name else 0o644)
    (seed / "root").chmod(0o700)
    (folder / "state").mkdir()
    process = subprocess.Popen(
        [
            "unshare",
            "-m",
            "-p",
            "-n",
            "-u",
            "-f",
            "--kill-child",
            "sh",
            "-c",
            INIT,
            "init",
            str(folder / "state"),
            str(seed),
        ],
        stdin=subprocess.DEVNULL,
        stdout=(folder / "log").open("wb"),
        stderr=subprocess.STDOUT,
    )
    device = None
    try:
        deadline = time.monotonic() + 40
        while (
            device is None
            or subprocess.run(
                ["nsenter", "-t", str(device.pid), "-m", "test", "-e", "/run/ready"], check=False
            ).returncode
        ):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the router did not start: {(folder / 'log').read_text()}")
            time.sleep(0.1)
            with contextlib.suppress(subprocess.CalledProcessError):
                device = device or Device(folder, process)
        _client(folder)
        yield device
    finally:
        if device is not None:
            device.stop()
        process.kill()
        process.wait()


def _client(folder: Path) -> None:
    kind, key = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"r1 {kind} {key}\n")
    (folder / "relay.py").write_text(RELAY)
