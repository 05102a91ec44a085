"""BFD as IOS-XE reports it.  Tunnels need no command: a VTI's line protocol is up only with its SAs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from generator.model.address import parse_address
from generator.model.plan import DevicePlan
from generator.platforms.health import Health, Observed, bfd_by_interface, has_bfd

_BFD: Final = "show bfd neighbors"
_ROW: Final = re.compile(r"^([0-9A-Fa-f:.]+)\s+\d+/\d+\s+\S+\s+(\S+)\s+(\S+)\s*$", re.M)
"""``10.1.1.2   4097/4097   Up   Up   Te0/1/0.100``: address, discriminators, remote and own state, interface."""


def commands(plan: DevicePlan) -> tuple[str, ...]:
    """The one for BFD, where the plan has any."""
    return (_BFD,) if has_bfd(plan) else ()


def read(plan: DevicePlan, answers: Mapping[str, str]) -> Observed:
    """The table does not say the VRF, so a row is known by its address and its interface."""
    up = {
        (parse_address(address), _short(interface))
        for address, state, interface in _ROW.findall(answers.get(_BFD, ""))
        if state == "Up"
    }
    return Observed(bfd_by_interface(plan, up, _short))


def _short(interface: str) -> str:
    """``Te0/1/0.100`` and ``TenGigabitEthernet0/1/0.100`` are one."""
    return re.sub(r"^[A-Za-z]+", "", interface)


HEALTH: Final = Health(commands, read)
