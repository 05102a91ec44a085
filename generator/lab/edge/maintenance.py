"""What Microsoft does to an edge while it runs: planned maintenance (A.12)."""

from __future__ import annotations

from typing import Final

from generator.lab.edge.printing import BIRD_SOCKET

MAINTENANCE_CONF: Final = "/etc/bird/maintenance.conf"
NORMAL: Final = "define MAINTENANCE = 0;\n"
_DRAINED: Final = "define MAINTENANCE = 1;\n"


def drain(on: bool) -> tuple[str, ...]:
    """The command that puts an edge into maintenance (12076 prepended eight times, both ways, ER-PATH-05), or back."""
    text = (_DRAINED if on else NORMAL).strip()
    return ("sh", "-c", f"echo '{text}' > {MAINTENANCE_CONF} && birdc -s {BIRD_SOCKET} configure")


def reset(session: str) -> tuple[str, ...]:
    """The command that takes a session down and up again."""
    return ("birdc", "-s", BIRD_SOCKET, "restart", session)
