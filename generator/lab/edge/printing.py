"""The templates of the far side, and what every BIRD among its devices has in common."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generator.lab.model import Program
from generator.model.address import LinkAddress, Prefix, parse_address
from generator.model.facts import Family
from generator.render import templates_root

BIRD_CONF: Final = "/etc/bird/bird.conf"
BIRD_SOCKET: Final = "/run/bird.ctl"
BIRD: Final = Program(
    argv=("bird", "-c", BIRD_CONF, "-s", BIRD_SOCKET, "-P", "/run/bird.pid"), title="BIRD", needs=BIRD_CONF
)
FORWARDING: Final = {
    "net.ipv4.ip_forward": "1",
    "net.ipv6.conf.all.forwarding": "1",
    "net.ipv4.conf.all.rp_filter": "0",
    "net.ipv4.conf.default.rp_filter": "0",
    "net.ipv4.fib_multipath_hash_policy": "1",
    "net.ipv6.fib_multipath_hash_policy": "1",
}
"""Every device of the far side forwards, and spreads flows over equal ways by their ports (ER-PATH-01)."""


def printed(template: str, **values: object) -> str:
    """The text of ``templates/lab/<template>.j2``."""
    return _environment().get_template(f"{template}.j2").render(values)


def router_id(device: str) -> str:
    """A number for a BIRD, from its name: only that two of them differ matters."""
    return str(
        parse_address(
            f"10.{crc32(device.encode()) >> 16 & 255}.{crc32(device.encode()) >> 8 & 255}.{crc32(device.encode()) & 255}"
        )
    )


def families_of(
    prefixes: tuple[Prefix, ...], hosts: Iterable[LinkAddress]
) -> tuple[tuple[Family, str, tuple[Prefix, ...]], ...]:
    """For each family: the address of the host that the device sends from, and the prefixes that it has."""
    links = tuple(hosts)
    families: tuple[Family, ...] = (4, 6)
    return tuple([(family, first_host(links, family), of_family(prefixes, family)) for family in families])


def first_host(hosts: Iterable[LinkAddress], family: Family) -> str:
    """Empty where there is no host of the family."""
    return next((str(one.ip) for one in hosts if one.version == family), "")


def of_family(prefixes: tuple[Prefix, ...], family: int) -> tuple[Prefix, ...]:
    return tuple([one for one in prefixes if one.version == family])


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_root() / "lab"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - configs, not HTML
    )
