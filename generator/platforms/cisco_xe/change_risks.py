"""What traffic can feel while IOS-XE takes commands, though the router is safe after each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.change import Risk
from generator.platforms.changing import Typed

_POOL: Final = re.compile(r"no ip nat (?:pool (\S+)|inside source list \S+ pool (\S+))( .*)?")
_VRF: Final = re.compile(r"vrf definition (\S+)")


def risks(commands: Iterable[Typed]) -> Iterator[Risk]:
    """Pools of addresses and VRFs that go; a VRF only if it is made again."""
    pools: dict[str, None] = {}
    gone: set[str] = set()
    again: dict[str, None] = {}
    for context, text in commands:
        pool = _POOL.fullmatch(text)
        if pool is not None:
            pools[pool[1] or pool[2]] = None
        vrf = _VRF.fullmatch(context[0] if context else text.removeprefix("no "))
        if vrf is not None and text.startswith("no vrf "):
            gone.add(vrf[1])
        elif vrf is not None and vrf[1] in gone:
            again[vrf[1]] = None
    for name in pools:
        yield Risk(
            f"pool {name} is taken away: its translations end, nothing is translated until the next one is there, and"
            f" the router asks or refuses while addresses of it are in use (clear ip nat translation)",
            "IOS-XE changes neither a pool nor the rule that uses it while translations of it exist (Cisco TechNote 13779)",
        )
    for name in again:
        yield Risk(
            f"VRF {name} is taken away and made again: its interfaces, routes and sessions are gone in between",
            "a route distinguisher is only changed by a VRF that is empty, and an interface that comes into one loses"
            " its addresses",
        )
