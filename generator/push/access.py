"""Where a router is and how to log in: inventory, then environment, then SSH config."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from generator.inventory.connect import Connect
from generator.inventory.secrets import SecretStore
from generator.model.outcome import Refused
from generator.model.secret import Secret

NO_KEY = Secret("", "no password")


class Access(msgspec.Struct, frozen=True):
    """Everything a driver's constructor takes."""

    host: str
    username: str = ""
    password: Secret = NO_KEY
    enable: Secret = NO_KEY
    port: int = 0
    timeout: int = 60
    key_file: str = ""
    ssh_config: str = ""
    known_hosts: str = ""
    jump: str = ""
    options: dict[str, str | int | bool | dict[str, str]] = {}

    @property
    def place(self) -> str:
        """What two inventories that mean the same router have in common, as far as can be told."""
        return f"{self.host.lower()}:{self.port or 22}"


def access(name: str, spec: Connect | None, root: Path, environment: Mapping[str, str] = os.environ) -> Access:
    """How to reach a router.  ``root``: the inventory's folder, to which file names are relative."""
    spec = spec or Connect()
    secrets = SecretStore(root)
    password = _secret(secrets, spec.password, environment, "PASSWORD", ("routers", name, "connect", "password"))
    enable = _secret(secrets, spec.enable, environment, "ENABLE", ("routers", name, "connect", "enable"))
    if secrets.findings:
        raise Refused(f"router {name}: {secrets.findings[0].message}", secrets.findings[0].fix)
    return Access(
        host=spec.host or name,
        username=spec.username or environment.get("PEERWRIGHT_USERNAME", ""),
        password=password,
        enable=enable,
        port=spec.port or 0,
        timeout=spec.timeout,
        key_file=_file(spec.key_file or environment.get("PEERWRIGHT_KEY_FILE"), secrets.root),
        ssh_config=_file(spec.ssh_config or environment.get("PEERWRIGHT_SSH_CONFIG"), secrets.root),
        known_hosts=_file(spec.known_hosts, secrets.root),
        jump=spec.jump or "",
        options=dict(spec.options),
    )


def _secret(
    store: SecretStore, text: str | None, environment: Mapping[str, str], name: str, path: tuple[str, ...]
) -> Secret:
    if text:
        return store.get(text, path)
    value = environment.get(f"PEERWRIGHT_{name}")
    return Secret(value, f"env:PEERWRIGHT_{name}") if value else NO_KEY


def _file(text: str | None, root: Path) -> str:
    return str(root / Path(text).expanduser()) if text else ""
