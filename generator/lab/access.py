"""SSH into the lab's routers: keys made for one lab, and a way that needs none of the routers' networks.

A router's filters let nobody in but its own management networks, and a lab must not change them.  So the
SSH server listens on the loopback address, and the agent carries the connection there, as a console
server would: whatever the routers' links do, the way stays open.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.model import Program
from generator.model.outcome import Refused

_CONFIG: Final = """\
ListenAddress 127.0.0.1
HostKey /etc/ssh/ssh_host_ed25519_key
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
PrintMotd no
Subsystem sftp internal-sftp
"""


class Access(msgspec.Struct, frozen=True):
    """The keys of one lab; they end with it."""

    client_private: str
    client_public: str
    host_private: str
    host_public: str
    """One for all routers of the lab, known in advance: host keys are checked."""

    programs: tuple[Program, ...] = (
        Program(argv=("mkdir", "-p", "/run/sshd"), title="SSH"),
        Program(argv=("/usr/sbin/sshd",), title="SSH"),
    )
    hidden: tuple[str, ...] = ("/etc/ssh",)

    def server_files(self, router: str) -> dict[str, str]:  # noqa: ARG002 - the same on all
        """What makes a router take the key."""
        return {
            "/etc/ssh/sshd_config": _CONFIG,
            "/etc/ssh/ssh_host_ed25519_key": self.host_private,
            "/etc/ssh/ssh_host_ed25519_key.pub": self.host_public,
            "/root/.ssh/authorized_keys": self.client_public,
        }

    def write_client(self, folder: Path, lab: str, routers: list[str]) -> Path:
        """``ssh -F`` this file, and NAPALM's ``ssh_config_file``."""
        key, known = folder / "id_ed25519", folder / "known_hosts"
        key.touch(0o600)
        key.write_text(self.client_private)
        algorithm, host_key = self.host_public.split()[:2]
        known.write_text("".join(f"{name} {algorithm} {host_key}\n" for name in routers))
        config = folder / "ssh_config"
        proxy = f"{sys.executable} -m generator lab connect {lab} %h"
        config.write_text(
            "".join(
                f"Host {name}\n  HostName {name}\n  HostKeyAlias {name}\n  User root\n  IdentityFile {key}\n"
                f"  IdentitiesOnly yes\n  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n"
                f"  ProxyCommand env PYTHONPATH={_package_root()} {proxy}\n"
                for name in routers
            )
        )
        return config


def _package_root() -> Path:
    return Path(__file__).resolve().parents[2]


def new_access() -> Access:
    """New keys.  `Refused` where there is no OpenSSH."""
    with tempfile.TemporaryDirectory() as folder:
        keys = [_pair(Path(folder, name)) for name in ("client", "host")]
    (client_private, client_public), (host_private, host_public) = keys
    return Access(client_private, client_public, host_private, host_public)


def _pair(path: Path) -> tuple[str, str]:
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "peerwright-lab", "-f", str(path)]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        raise Refused("the lab needs OpenSSH", "apt-get install openssh-server") from None
    return path.read_text(), Path(f"{path}.pub").read_text()
