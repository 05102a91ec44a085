"""What NAPALM's drivers can do and how they want it (domain rules E.11, NAPALM 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from generator.platforms.base import Napalm


@dataclass(frozen=True, slots=True)
class Capability:
    """One driver."""

    replace: bool = True
    merge: bool = True
    timer: bool = False
    """``commit_config(revert_in=…)`` works (NAP-01)."""
    timer_step: int = 1
    """Seconds: the timer is a multiple of it (NAP-02, NAP-11)."""
    timer_least: int = 1
    timer_most: int = 86399
    message: bool = False
    """``commit_config(message=…)`` is taken; elsewhere it raises (NAP-09)."""
    message_hides_timer: bool = False
    """The driver tells a commit that waits by the router's own comment, whose place a message takes: so not both."""
    own_ssh: bool = False
    """It takes a jump host and a file of host keys as arguments; others know them from an SSH config only."""
    rollback: bool = True
    needs: str = ""
    """What must be set up on the router first."""


CAPABILITIES: Final[dict[str, Capability]] = {
    "eos": Capability(timer=True, timer_least=60, needs="the running config saved: rollback goes to start-up (NAP-05)"),
    "junos": Capability(timer=True, timer_step=60, timer_least=60, message=True, message_hides_timer=True),
    "iosxr_netconf": Capability(),
    "iosxr": Capability(message=True),
    "nxos": Capability(needs="features nxapi and scp-server (NAP-07)"),
    "nxos_ssh": Capability(needs="feature scp-server (NAP-07)"),
    "ios": Capability(
        timer=True, timer_step=60, timer_least=60, timer_most=7200, needs="ip scp server enable, and archive (NAP-02)"
    ),
    "linux_frr": Capability(timer=True, message=True, own_ssh=True, needs="Python 3.9 or later, and root or sudo"),
    "asa": Capability(replace=False, merge=False, rollback=False),
    "panos": Capability(message=True),
    "vyos": Capability(message=True),
    "fortios": Capability(replace=False, merge=False, rollback=False),
}


def capability(napalm: Napalm) -> Capability:
    """Of a platform's driver; for one that is not in the table, what the platform says itself."""
    known = CAPABILITIES.get(napalm.driver)
    if known is not None:
        return known
    return Capability(replace=napalm.replace, merge=napalm.merge, timer=napalm.commit_confirm)


def timer(able: Capability, seconds: int) -> int | None:
    """``seconds``, rounded up to what the driver takes; None where it has no timer."""
    if not able.timer:
        return None
    rounded = -(-seconds // able.timer_step) * able.timer_step
    return min(max(rounded, able.timer_least), able.timer_most)
