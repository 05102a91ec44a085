"""BFD as Junos reports it.  Tunnels need no command: a unit of st0 is up only with its SAs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.address import parse_address
from generator.model.plan import DevicePlan
from generator.platforms.health import Health, Observed, bfd_by_interface, has_bfd

_BFD: Final = "show bfd session"
_ROW: Final = re.compile(r"^([0-9A-Fa-f:.]+)\s+(Up|Down|Init|AdminDown)\s+(\S+)\s", re.M)
"""``172.16.0.2   Up   xe-0/1/0.100   0.900   0.300   3``: address, state, interface, times."""


def commands(plan: DevicePlan) -> tuple[str, ...]:
    """The one for BFD, where the plan has any."""
    return (_BFD,) if has_bfd(plan) else ()


def read(plan: DevicePlan, answers: Mapping[str, str]) -> Observed:
    """The table does not say the routing instance, so a row is known by its address and its interface."""
    up = {
        (parse_address(address), interface)
        for address, state, interface in _ROW.findall(answers.get(_BFD, ""))
        if state == "Up"
    }
    return Observed(bfd_by_interface(plan, up, str))


HEALTH: Final = Health(commands, read)
