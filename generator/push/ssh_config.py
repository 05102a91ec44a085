"""What the libraries below NAPALM's drivers take only from an SSH config: a jump host, and for some the host keys.

`napalm_linux_frr` takes both by itself.
"""

from __future__ import annotations

import getpass
import os
import shlex
import tempfile
from pathlib import Path
from typing import Final

from generator.model.outcome import Refused
from generator.push.access import Access

_STRICT: Final = "-o BatchMode=yes -o StrictHostKeyChecking=yes"
"""Nobody is there to answer a question, and an unknown jump host is refused like an unknown router."""


def login(access: Access) -> str:
    """Who logs in.  The IOS driver confirms only what the user of this very name has committed (NAP-02)."""
    if access.username:
        return access.username
    path = config_file(access)
    if path is not None:
        import paramiko

        named = paramiko.SSHConfig.from_path(str(path)).lookup(access.host).get("user")
        if named:
            return str(named)
    return getpass.getuser()


def config_file(access: Access) -> Path | None:
    """The user's SSH config, if there is one.  `Refused` where one is named that is not there."""
    path = Path(access.ssh_config or "~/.ssh/config").expanduser()
    if path.is_file():
        return path
    if access.ssh_config:
        raise Refused(f"there is no SSH config {path}", "see `ssh_config:` of the router, and PEERWRIGHT_SSH_CONFIG")
    return None


def written(access: Access) -> str:
    """An SSH config with the jump host and the host keys before all that the user's own says; the first word counts.

    Its path, for the caller to remove; empty where the user's own is enough.
    """
    lines = []
    if access.jump:
        lines.append(f"  ProxyCommand {proxy_command(access)}")
    if access.known_hosts:
        lines.append(f"  UserKnownHostsFile {access.known_hosts}")
    if not lines:
        return ""
    own = config_file(access)
    text = "\n".join([f"Host {access.host}", *lines, "", own.read_text(encoding="utf-8") if own is not None else ""])
    handle, path = tempfile.mkstemp(prefix="peerwright-ssh-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    return path


def proxy_command(access: Access) -> str:
    """OpenSSH itself goes through ``[user@]host[:port]``, with its keys and its agent."""
    user, _, place = access.jump.rpartition("@")
    host, _, port = place.partition(":")
    own = config_file(access)
    words = [
        *(["-F", str(own)] if own is not None else []),
        *(["-p", port] if port else []),
        *(["-i", access.key_file] if access.key_file else []),
        f"{user}@{host}" if user else host,
    ]
    return f"ssh {_STRICT} -W %h:%p {shlex.join(words)}"
