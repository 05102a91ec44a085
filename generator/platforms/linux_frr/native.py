"""Checks by real programs that need more than a file: nftables in the kernel, and a charon to talk to.

Both run in namespaces of their own (network, mounts, processes), so they see nothing of this machine's
rules and daemons and cannot touch them, and everything in there ends with the check.  A user who is not
root gets the namespaces through a user namespace, where the kernel gives one.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

_PATIENCE: Final = 30
"""Seconds for one file."""
_FOLDERS: Final = (
    "/usr/sbin:/sbin:/usr/bin:/bin:/usr/local/sbin:/usr/lib/ipsec:/usr/libexec/ipsec:/usr/libexec/strongswan"
)

_STRONGSWAN_CONF: Final = """
charon {{
  load = random nonce openssl kdf kernel-netlink socket-default vici
  port = 0
  port_nat_t = 0
  syslog {{
    daemon {{
      default = -1
    }}
    auth {{
      default = -1
    }}
  }}
  plugins {{
    vici {{
      socket = unix://{folder}/vici
    }}
  }}
}}
swanctl {{
  load = random openssl
}}
"""
"""Only what is needed to take a configuration; any port, since nothing is ever sent."""

_LOAD: Final = """
mount -t tmpfs tmpfs /run || exit 99
"$1" >/dev/null 2>&1 &
for attempt in $(seq 250); do
  [ -S "$0/vici" ] && break
  kill -0 $! 2>/dev/null || exit 98
  sleep 0.02
done
exec "$2" --load-all --noprompt --file "$0/swanctl.conf" --uri "unix://$0/vici" 2>&1
"""
_NO_START: Final = (98, 99)
_FAILED: Final = re.compile(r"loading (?:connection|\w+ secret|secret) '([^']+)' failed: (.*)")
_KEY: Final = re.compile(r"invalid value for: (\w+)")


def check_nftables(file: Path) -> str:
    """Load the file in an empty network namespace, without committing it."""
    done = _run([*_isolated(), _program("nft"), "-c", "-f", str(file)])
    if done.returncode and "cache initialization failed" in done.stdout:
        raise OSError(errno.EOPNOTSUPP, "the kernel has no nftables")
    return done.stdout if done.returncode else ""


def check_swanctl(file: Path) -> str:
    """Load every secret and connection into a charon that lives only for this.  A file without tunnels needs none."""
    text = file.read_text()
    if "connections {" not in text:
        return ""
    folder = file.parent
    (folder / "strongswan.conf").write_text(_STRONGSWAN_CONF.format(folder=folder))
    environment = {"STRONGSWAN_CONF": str(folder / "strongswan.conf"), "SWANCTL_DIR": str(folder)}
    command = ["sh", "-c", _LOAD, str(folder), _program("charon", "charon-systemd"), _program("swanctl")]
    done = _run([*_isolated(), *command], environment)
    if done.returncode in _NO_START:
        raise OSError(errno.EOPNOTSUPP, "charon does not start here")
    if done.returncode:
        return _told(done.stdout, text)
    wanted, loaded = text.count("remote_addrs ="), done.stdout.count("loaded connection '")
    return "" if loaded == wanted else f"1: {loaded} of {wanted} connections are there"


def _told(output: str, text: str) -> str:
    """What was refused, with its line first.  Only names and keys are repeated, no values."""
    found = _FAILED.search(output)
    if found is None:
        return output
    name, reason = found.groups()
    key = _KEY.search(reason)
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if line.strip() == f"{name} {{"), 0)
    wanted = f"{key[1]} =" if key is not None else f"{name} {{"
    line = next((at for at in range(start, len(lines)) if lines[at].strip().startswith(wanted)), start)
    return f"{line + 1}: {name}: {key[0] if key is not None else 'refused'}"


@cache
def _isolated() -> tuple[str, ...]:
    """The command that makes the namespaces.  `OSError` where this user may not have them."""
    user = () if os.geteuid() == 0 else ("--user", "--map-root-user")
    command = (_program("unshare"), *user, "--net", "--mount", "--pid", "--fork", "--kill-child")
    if _run([*command, "true"]).returncode:
        raise PermissionError(errno.EPERM, "it needs root, or user namespaces")
    return command


def _program(*names: str) -> str:
    for name in names:
        path = shutil.which(name) or shutil.which(name, path=_FOLDERS)
        if path is not None:
            return path
    raise FileNotFoundError(errno.ENOENT, f"{names[0]} is not installed")


def _run(command: list[str], environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - programs that we name
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=_PATIENCE,
        check=False,
        env={**os.environ, "LC_ALL": "C", **(environment or {})},
    )
