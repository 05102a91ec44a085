"""What this machine's kernel can do for a lab, found out by trying it in namespaces that end with the try."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from generator.lab.engine import uml
from generator.model.outcome import Refused

PROGRAMS: Final = {
    "ip": "iproute2",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "nft": "nftables",
    "vtysh": "frr",
    "ifup": "ifupdown2",
    "swanctl": "strongswan-swanctl",
    "/usr/lib/ipsec/charon": "strongswan-charon libcharon-extra-plugins libstrongswan-standard-plugins "
    "libstrongswan-extra-plugins",
    "bird": "bird2",
    "sshd": "openssh-server",
    "tcpdump": "tcpdump",
    "ping": "iputils-ping",
    "sysctl": "procps",
}
"""Program that the devices of a lab run → the Debian packages that have it."""
FOLDERS: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

TRIES: Final[Mapping[str, str]] = {
    "veth": "ip link add pwa type veth peer name pwb",
    "dummy": "ip link add pwd type dummy",
    "bridge": "ip link add pwr type bridge",
    "VLAN": "ip link add pwv0 type veth peer name pwv1 && ip link add link pwv0 name pwv0.5 type vlan id 5",
    "VRF": "ip link add pwf type vrf table 1001",
    "XFRM interface": "ip link add pwx type xfrm if_id 5",
    "ESP": "ip xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 mode tunnel "
    "aead 'rfc4106(gcm(aes))' 0x0102030405060708090a0b0c0d0e0f1011121314 128",
    "nftables": "nft add table inet pw",
    "netem": "ip link set lo up && tc qdisc add dev lo root netem delay 1ms",
    "HTB": "tc qdisc replace dev lo root handle 1: htb",
    "overlay": "mount -t tmpfs tmpfs /run && mkdir /run/u /run/w /run/r && "
    "mount -t overlay overlay -o lowerdir=/,upperdir=/run/u,workdir=/run/w /run/r",
    "cgroup v2": "mount -t tmpfs tmpfs /run && mkdir /run/c && mount -t cgroup2 cgroup2 /run/c",
}
"""What a lab needs → a command that shows whether the kernel has it, run as root in namespaces of its own."""
FOR_FLAT: Final = ("veth", "bridge", "nftables", "overlay")
"""Without these there is no lab in this machine's kernel at all."""
_TAKES: Final = 30
"""Seconds for all of it."""


class Engine(StrEnum):
    """Where the devices of a lab live."""

    NATIVE = "native"
    """In namespaces of this machine's kernel."""
    UML = "uml"
    """In namespaces of a User-Mode-Linux kernel that runs as a process."""
    FLAT = "flat"
    """In namespaces of a kernel without VLAN and VRF: the smoke tier."""


class Probe(msgspec.Struct, frozen=True):
    """What was found."""

    missing: tuple[str, ...]
    """Names of ``TRIES`` that the kernel refused."""
    namespaces: bool = True
    """Whether namespaces can be made at all."""

    @property
    def native(self) -> bool:
        return self.namespaces and not self.missing

    @property
    def flat(self) -> bool:
        return self.namespaces and not set(self.missing) & set(FOR_FLAT)

    def lack(self) -> str:
        """``this kernel has no VLAN, VRF, ESP``."""
        if not self.namespaces:
            return "this kernel gives no namespaces"
        return f"this kernel has no {', '.join(self.missing)}"


class Choice(msgspec.Struct, frozen=True):
    """The engine, and why this one."""

    engine: Engine
    reason: str


def require_root() -> None:
    """`Refused` for everybody but root."""
    if os.geteuid() != 0:
        raise Refused(
            "the lab needs root: it makes network namespaces and file systems of its own", "sudo peerwright lab …"
        )


def require_programs() -> None:
    """`Refused` where software of the devices is not installed."""
    packages = [
        package
        for program, package in PROGRAMS.items()
        if not (shutil.which(program, path=FOLDERS) or (program.startswith("/") and os.access(program, os.X_OK)))
    ]
    if packages:
        raise Refused("software of the lab's devices is not installed", f"apt-get install {' '.join(packages)}")


def script() -> str:
    """A shell script that prints the name of each try that fails."""
    lines = ["mount --make-rprivate / || exit 9"]
    lines += [f"({command}) >/dev/null 2>&1 || echo '{name}'" for name, command in TRIES.items()]
    return "\n".join(lines)


def probe() -> Probe:
    """Try everything.  Needs root."""
    command = ["unshare", "--net", "--mount", "--pid", "--uts", "--ipc", "--fork", "--kill-child", "sh", "-c", script()]
    environment = {"PATH": FOLDERS, "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, check=False, timeout=_TAKES, env=environment
        )
    except (OSError, subprocess.TimeoutExpired):
        return Probe((), namespaces=False)
    if done.returncode and not done.stdout:
        return Probe((), namespaces=False)
    return Probe(tuple(done.stdout.splitlines()))


def choose(wanted: Engine | None, found: Probe) -> Choice:
    """The engine to take.  `Refused` where the wanted one, or any, is not to be had here."""
    if wanted is Engine.NATIVE or (wanted is None and found.native):
        if not found.native:
            raise Refused(f"the native engine cannot run: {found.lack()}", "--engine uml brings a kernel of its own")
        return Choice(Engine.NATIVE, "this machine's kernel has all that a lab needs")
    if wanted is Engine.FLAT:
        return _flat(found, "asked for")
    lacking = [] if uml.cached() else uml.missing()
    if wanted is Engine.UML or not lacking:
        if lacking:
            raise Refused(
                "the uml engine cannot run: its kernel is not built and packages for that are missing",
                f"apt-get install {' '.join(lacking)}",
            )
        return Choice(Engine.UML, "asked for" if wanted else f"{found.lack()}; a User-Mode-Linux kernel has it all")
    if found.flat:
        return _flat(found, f"{found.lack()}, and no other can be built without {', '.join(lacking)}")
    raise Refused(f"no lab can run here: {found.lack()}", f"for the uml engine: apt-get install {' '.join(lacking)}")


def _flat(found: Probe, reason: str) -> Choice:
    if not found.flat:
        raise Refused(f"the flat engine cannot run: {found.lack()}", "--engine uml brings a kernel of its own")
    return Choice(Engine.FLAT, reason)
