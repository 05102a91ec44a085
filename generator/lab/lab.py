"""A lab that is up, as proofs and people use it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from generator.inventory.intent import Intent
from generator.lab.agent.protocol import Answer, Request
from generator.lab.channel import Channel, LabGone
from generator.lab.model import Device, DeviceRole, Topology
from generator.lab.recast import lab_support
from generator.lab.sites import Site
from generator.model.facts import NeighborKey
from generator.model.plan import Plan

READY: Final = 240.0
"""Seconds that all planned sessions may take, User-Mode Linux on a busy machine included."""
_INTERVAL: Final = 0.5
"""Seconds between two looks at the sessions."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How a command ended."""

    status: int
    """Exit status; negative: the signal that ended it."""
    stdout: str
    stderr: str
    timed_out: bool = False

    @property
    def ok(self) -> bool:
        return self.status == 0 and not self.timed_out


class CommandFailed(Exception):  # noqa: N818 - it is what happened
    """A command that had to succeed did not."""


class Job(msgspec.Struct, frozen=True):
    """A program that runs in the background of a device."""

    device: str
    number: int


class Lab:
    """Devices by name, commands in them, their links and their lives.

    ``intent`` is what the other end was told; ``plan`` is what the routers were meant to be.
    """

    def __init__(
        self,
        channel: Channel,
        topology: Topology,
        intent: Intent,
        plan: Plan,
        sites: Mapping[str, Site],
        *,
        folder: Path,
        engine: str,
    ) -> None:
        self.channel = channel
        self.topology = topology
        self.intent = intent
        self.plan = plan
        self.sites = sites
        self.folder = folder
        self.engine = engine
        self._jobs: set[Job] = set()

    # commands ---------------------------------------------------------------------------------------

    def run(
        self,
        device: str,
        argv: Sequence[str],
        input: str | None = None,  # noqa: A002 - as subprocess.run has it
        timeout: float = 60.0,
        *,
        check: bool = False,
    ) -> Result:
        """Run it in the device, to its end.  ``check``: raise `CommandFailed` unless it succeeds."""
        request = Request(verb="exec", device=device, argv=tuple(argv), input=(input or "").encode(), timeout=timeout)
        answer = self.channel.ask(request)
        if answer.error:
            raise LabGone(f"{device}: {answer.error}")
        result = _result(answer)
        if check and not result.ok:
            said = (result.stderr or result.stdout).strip()[-400:]
            raise CommandFailed(f"{device}: {' '.join(argv)}: {'timed out' if result.timed_out else said}")
        return result

    def sh(self, device: str, script: str, timeout: float = 60.0, *, check: bool = False) -> Result:
        """The same for a line of shell: several commands for the price of one."""
        return self.run(device, ("sh", "-c", script), timeout=timeout, check=check)

    def start(self, device: str, argv: Sequence[str]) -> Job:
        """Start it in the background: a sender, a listener, a capture."""
        answer = self._told(Request(verb="start", device=device, argv=tuple(argv)))
        job = Job(device, answer.job)
        self._jobs.add(job)
        return job

    def stop(self, job: Job) -> Result:
        """End it, as Ctrl-C does; what it printed."""
        self._jobs.discard(job)
        return _result(self._told(Request(verb="stop", job=job.number)))

    def stop_all(self) -> None:
        """End what was started here and not stopped: what broke off in the middle leaves nothing running."""
        for job in list(self._jobs):
            with suppress(LabGone):
                self.stop(job)

    @contextmanager
    def background(self, device: str, argv: Sequence[str]) -> Iterator[Job]:
        """It runs as long as the block does."""
        job = self.start(device, argv)
        try:
            yield job
        finally:
            self.stop(job)

    def open(self, device: str, argv: Sequence[str], terminal: tuple[int, int] | None = None) -> socket.socket:
        """Its input and output, as they come."""
        return self.channel.open(Request(verb="attach", device=device, argv=tuple(argv), terminal=terminal))

    def connect(self, device: str, port: int = 22) -> socket.socket:
        """A connection to a TCP port on the device's loopback address, past all of its networks."""
        return self.channel.open(Request(verb="connect", device=device, port=port))

    # links and lives --------------------------------------------------------------------------------

    def link(self, device: str, port: str, *, up: bool) -> None:
        """Pull or plug a cable, at one end; the other loses its carrier too."""
        self._told(Request(verb="link", device=device, interface=port, up=up))

    def kill(self, device: str) -> None:
        """Power off, for good: all processes at once, all ports down."""
        self._told(Request(verb="kill", device=device))

    def far_end(self, device: str, port: str) -> tuple[str, str]:
        """Device and port at the other end of a cable."""
        for one in self.topology.links_of(device, port):
            end = one.b if (one.a.device, one.a.port) == (device, port) else one.a
            return end.device, end.port
        raise KeyError(f"{device} has no port {port}")

    def devices(self, role: DeviceRole) -> list[Device]:
        return self.topology.of_role(role)

    def _told(self, request: Request) -> Answer:
        answer = self.channel.ask(request)
        if answer.error:
            raise LabGone(f"{request.device or 'lab'}: {answer.error}")
        return answer

    # sessions ---------------------------------------------------------------------------------------

    def sessions(self, router: str) -> Mapping[NeighborKey, str]:
        """State of every planned BGP session of a router."""
        device = self.plan.devices[router]
        support = lab_support(device.platform)
        done = self.run(router, support.sessions, timeout=30.0)
        return support.established(done.stdout if done.ok else "", device)

    def waiting(self) -> list[str]:
        """Planned sessions that are not Established, a phrase each."""
        return [
            f"{router} {vrf} {address} {state}"
            for router in self.plan.devices
            for (vrf, address, _), state in self.sessions(router).items()
            if state != "Established"
        ]

    def wait_ready(self, timeout: float = READY) -> tuple[float, list[str]]:
        """Until every planned session is Established; the seconds it took, and what is still missing."""
        started = time.monotonic()
        while True:
            missing = self.waiting()
            passed = time.monotonic() - started
            if not missing or passed > timeout:
                return passed, missing
            time.sleep(_INTERVAL)


def _result(answer: Answer) -> Result:
    return Result(
        status=answer.status,
        stdout=answer.stdout.decode(errors="replace"),
        stderr=answer.stderr.decode(errors="replace"),
        timed_out=answer.timed_out,
    )
