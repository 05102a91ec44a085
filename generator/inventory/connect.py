"""How a router is reached for `peerwright push`.  Nothing here is needed to check or to render."""

from __future__ import annotations

from pydantic import Field

from generator.inventory.schema import Model
from generator.inventory.types import SecretField


class Connect(Model):
    """Connection of one router.  What is absent comes from the environment (``PEERWRIGHT_…``), from the SSH config, or is
    the router's own name.
    """

    host: str | None = None
    """Name or address; default: the router's name, which may be a host of the SSH config."""
    port: int | None = Field(default=None, ge=1, le=65535)
    username: str | None = None
    password: SecretField | None = None
    """Of the login, where no key is used."""
    enable: SecretField | None = None
    """Of privileged mode, where the platform has one."""
    key_file: str | None = None
    """Private key; keys of an agent are tried anyway."""
    ssh_config: str | None = None
    """OpenSSH config file; default: ``~/.ssh/config`` where there is one."""
    known_hosts: str | None = None
    """Host keys beside those of ``~/.ssh/known_hosts``; a host that is in neither is refused."""
    jump: str | None = None
    """Jump host: ``[user@]host[:port]``."""
    timeout: int = Field(default=60, ge=1, le=600)
    """Seconds for the connection and for one answer."""
    options: dict[str, str | int | bool | dict[str, str]] = {}
    """Further ``optional_args`` of the NAPALM driver."""
