"""What the first process of a User-Mode-Linux kernel has to do before it is an agent."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
from pathlib import Path
from typing import Final

from generator.lab.agent import kernel
from generator.lab.agent.protocol import PORT

ADDRESS: Final = "198.18.255.2"
"""Of the guest.  Inside two network namespaces that hold nothing else (RFC 2544 space)."""
KEEPER: Final = "198.18.255.1"
"""Of the namespace around the kernel."""
MAC: Final = "02:70:77:00:00:02"
"""Of the guest."""
KEEPER_MAC: Final = "02:70:77:00:00:01"
_POWER_OFF: Final = 0x4321FEDC


def prepare() -> Path:
    """File systems and the line to the outside; the folder for control groups.

    ``/tmp`` stays the machine's (read-only): peerwright itself may be there.
    """
    kernel.mount("proc", "/proc", "proc")
    kernel.mount("sysfs", "/sys", "sysfs")
    kernel.mount("cgroup2", "/sys/fs/cgroup", "cgroup2")
    kernel.mount("tmpfs", "/run", "tmpfs", options="mode=755")
    lines = (
        "link set dev lo up",
        f"address add {ADDRESS}/30 dev vec0",
        "link set dev vec0 up",
        f"neighbour replace {KEEPER} lladdr {KEEPER_MAC} dev vec0 nud permanent",
    )
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines).encode(), check=True)  # noqa: S607
    Path("/proc/sys/net/core/fb_tunnels_only_for_init_net").write_text("1")  # no gre0, sit0, … in every device
    return Path("/sys/fs/cgroup")


def listen() -> socket.socket:
    """For requests from outside."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((ADDRESS, PORT))
    listener.listen(64)
    return listener


def power_off() -> None:
    """End of this kernel."""
    os.sync()
    ctypes.CDLL(None).reboot(_POWER_OFF)
