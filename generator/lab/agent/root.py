"""The file system of one device: the machine's own, below a layer in memory, with what a device must not see hidden."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
from pathlib import Path
from typing import Final

from generator.lab.agent import kernel
from generator.lab.model import Device

HIDDEN: Final = ("/tmp", "/run", "/root", "/home", "/mnt", "/media", "/var/tmp", "/var/log")  # noqa: S108 - of the device
"""Empty in every device.  A home of its own: a slow shell profile of the machine's would cost seconds a command."""
_NODES: Final = ("null", "zero", "full", "random", "urandom", "tty", "net/tun")
_LINKS: Final = {
    "ptmx": "pts/ptmx",
    "fd": "/proc/self/fd",
    "stdin": "fd/0",
    "stdout": "fd/1",
    "stderr": "fd/2",
}


# Everything is imported above: in the device's root the interpreter's own files may be hidden.


def enter(device: Device, work: Path) -> None:
    """Make the device's root below ``work`` (a file system in memory) and make it this process' root."""
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    base = work / device.name
    root = base / "root"
    for folder in (root, base / "upper", base / "work"):
        folder.mkdir(parents=True)
    kernel.mount("overlay", str(root), "overlay", options=f"lowerdir=/,upperdir={base}/upper,workdir={base}/work")
    for name in HIDDEN:
        if (root / name[1:]).is_dir():
            kernel.mount("tmpfs", f"{root}{name}", "tmpfs", options="mode=1777" if "tmp" in name else "mode=755")
    _devices(root)
    for name in ("proc", "sys"):
        (root / name).mkdir(exist_ok=True)
    kernel.mount("proc", f"{root}/proc", "proc")
    kernel.mount("sysfs", f"{root}/sys", "sysfs")
    if Path(f"{root}/sys/fs/cgroup").is_dir():
        kernel.mount("cgroup2", f"{root}/sys/fs/cgroup", "cgroup2")
    kernel.pivot_root(str(root))
    _contents(device)


def _devices(root: Path) -> None:
    """A ``/dev`` with what daemons need, and terminals of its own."""
    folder = root / "dev"
    kernel.mount("tmpfs", str(folder), "tmpfs", options="mode=755")
    for name in _NODES:
        there = Path("/dev", name)
        if there.exists():
            node = folder / name
            node.parent.mkdir(exist_ok=True)
            node.touch()
            kernel.mount(str(there), str(node), flags=kernel.MS_BIND)
    (folder / "pts").mkdir()
    (folder / "shm").mkdir()
    kernel.mount("devpts", f"{folder}/pts", "devpts", options="newinstance,ptmxmode=0666,mode=620,gid=5")
    kernel.mount("tmpfs", f"{folder}/shm", "tmpfs", options="mode=1777")
    for name, target in _LINKS.items():
        (folder / name).symlink_to(target)


def _contents(device: Device) -> None:
    """Folders emptied, files put in, with nothing of the machine's own secrets left in sight."""
    for name in device.empty:
        shutil.rmtree(name, ignore_errors=True)
        Path(name).mkdir(parents=True, exist_ok=True)
    for name, text in device.files.items():
        file = Path(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
            stream.write(text)
        file.chmod(0o644 if name in device.public else 0o600)
    for name, owner in device.owned.items():
        user, _, group = owner.partition(":")
        os.chown(name, pwd.getpwnam(user).pw_uid, grp.getgrnam(group or user).gr_gid)
    Path("/etc/hostname").write_text(f"{device.name}\n")
    Path("/etc/hosts").write_text(f"127.0.0.1 localhost {device.name}\n::1 localhost\n")
