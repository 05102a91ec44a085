"""Keys and BFD of the sessions with Microsoft's edges."""

from __future__ import annotations

import re
from typing import Final

from generator.lab.edge.msee import has_bfd
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow
from generator.lab.proofs.birds import ask, bfd_rows, states
from generator.lab.proofs.places import EdgeSession, edge_sessions, row

_SEGMENT: Final = re.compile(r"^.* > \S+: Flags \[.*$", re.M)
_LOOK: Final = 2.0
"""Seconds to watch for segments after asking for some."""


def keyed(lab: Lab) -> ProofRow:
    """Every segment of a session with a key carries a valid MD5 digest, seen on the wire."""
    keys = [one for one in edge_sessions(lab) if one.one.peering.password is not None]
    captures = [(one, lab.start(one.edge.name, _capture(one))) for one in keys]
    lab.run(next(iter(lab.plan.devices)), ("sleep", "0.5"))
    for one in keys:
        lab.run(one.edge.name, ("birdc", "-s", "/run/bird.ctl", "reload", one.name))
    lab.run(next(iter(lab.plan.devices)), ("sleep", str(_LOOK)))
    wrong = []
    for one, job in captures:
        digests, bare = segments(lab.stop(job).stdout)
        if bare or not digests:
            state = states(ask(lab, one.edge.name, "show", "protocols", one.name)).get(one.name, "")
            wrong.append(f"{one}: {digests} segments with a valid digest, {bare} without ({state})")
    return row(
        "every segment of a BGP session carries a valid MD5 digest",
        wrong,
        len(keys),
        "sessions",
        why_none="no session has a key",
    )


def _capture(one: EdgeSession) -> tuple[str, ...]:
    """``-M`` has tcpdump compute the digest itself.  The key is in the device's memory only."""
    assert one.one.peering.password is not None
    key = one.one.peering.password.reveal()
    return (
        "tcpdump",
        "-i",
        one.one.interface,
        "-nn",
        "-v",
        "-l",
        "-M",
        key,
        "tcp port 179 and host",
        str(one.link.peer.ip),
    )


def segments(text: str) -> tuple[int, int]:
    """Segments with a valid digest, and those with a wrong one or none, in what tcpdump printed."""
    found = _SEGMENT.findall(text)
    valid = sum("md5 valid" in one for one in found)
    return valid, len(found) - valid


def bfd_up(lab: Lab) -> ProofRow:
    """BFD is up with every router where Azure has it, 300 ms × 3 (ER-BGP-05)."""
    wanted = [one for one in edge_sessions(lab) if has_bfd(one.one)]
    wrong = []
    for edge in dict.fromkeys(one.edge.name for one in wanted):
        found = {one.peer: one for one in bfd_rows(ask(lab, edge, "show", "bfd", "sessions"))}
        for one in wanted:
            if one.edge.name != edge:
                continue
            seen = found.get(one.link.peer.ip)
            if seen is None or not seen.up:
                wrong.append(f"{one}: {'down' if seen is not None else 'no session'}")
            elif seen.timeout > 3 * 1000:
                wrong.append(f"{one}: a fault is found after {seen.timeout} ms only")
    return row(
        "BFD is up on every session that has it in Azure", wrong, len(wanted), "sessions", why_none="no peering has BFD"
    )
