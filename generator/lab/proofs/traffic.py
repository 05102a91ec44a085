"""Packets through the lab: numbered ones every 10 ms, and what arrived of them.

The two programs run on the devices, under the machine's own Python.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from generator.lab.lab import Job, Lab
from generator.model.address import Address

INTERVAL_MS: Final = 10
FLOWS: Final = 8
"""Source ports: enough that every one of several equal ways is taken by some."""
MARKER: Final = "PEERWRIGHT-MARKER"

SENDER: Final = """
import socket, sys, time
source, target, port, flows, marker = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
family = socket.AF_INET6 if ":" in target else socket.AF_INET
sockets = []
for index in range(flows):
    one = socket.socket(family, socket.SOCK_DGRAM)
    one.bind((source, 40000 + index))
    sockets.append(one)
number, start = 0, time.monotonic()
try:
    while True:
        for one in sockets:
            try:
                one.sendto(b"%s %d" % (marker.encode(), number), (target, port))
            except OSError:
                pass
        number += 1
        time.sleep(max(0.0, start + number * 0.01 - time.monotonic()))
except KeyboardInterrupt:
    print(number - 1)
"""
RECEIVER: Final = """
import json, socket, sys, time
address, port, marker = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM)
one.bind((address, port))
flows = {}
try:
    while True:
        data, peer = one.recvfrom(2048)
        now = time.monotonic()
        if not data.startswith(marker):
            continue
        number = int(data.split()[1])
        flow = flows.setdefault(f"{peer[0]} {peer[1]}", [number, number, 0, 0.0, now])
        flow[3] = max(flow[3], now - flow[4])
        flow[1], flow[2], flow[4] = max(flow[1], number), flow[2] + 1, now
except KeyboardInterrupt:
    print(json.dumps(flows))
"""


LISTENER: Final = """
import json, socket, sys
address, port = sys.argv[1], int(sys.argv[2])
one = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
one.bind((address, port))
one.listen()
peers = []
try:
    while True:
        connection, peer = one.accept()
        peers.append(peer[0])
        connection.close()
except KeyboardInterrupt:
    print(json.dumps(peers))
"""
CALLER: Final = """
import socket, sys
source, target, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
one = socket.create_connection((target, port), timeout=4, source_address=(source, 0))
one.recv(1)
"""


class Flow(msgspec.Struct, frozen=True):
    """What arrived of one source port."""

    source: str
    first: int
    last: int
    count: int
    gap_ms: float
    """Longest silence, that at the end included."""
    lost: int
    """Between the first that arrived and the last that was sent."""


class Stream(msgspec.Struct):
    """Packets on their way; what became of them is known after the block."""

    flows: list[Flow] = []

    @property
    def gap_ms(self) -> float:
        return max((one.gap_ms for one in self.flows), default=float("inf"))

    @property
    def lost(self) -> int:
        return sum(one.lost for one in self.flows)

    @property
    def count(self) -> int:
        return sum(one.count for one in self.flows)

    @property
    def sources(self) -> frozenset[str]:
        """Addresses that the packets came from."""
        return frozenset(one.source.split()[0] for one in self.flows)


class Route(msgspec.Struct, frozen=True):
    """From a device's address to another's UDP port."""

    sender: str
    source: Address
    receiver: str
    target: Address
    port: int


@contextmanager
def streams(
    lab: Lab, routes: list[Route], also: list[Route] | None = None, flows: int = FLOWS
) -> Iterator[list[Stream]]:
    """Packets on all the routes as long as the block lasts.  ``also``: where nothing is sent to, but something is listened for."""
    listening = [*routes, *(also or [])]
    out = [Stream() for _ in listening]
    receivers = [
        lab.start(one.receiver, ("python3", "-c", RECEIVER, str(one.target), str(one.port), MARKER))
        for one in listening
    ]
    time.sleep(0.5)
    senders = [
        lab.start(
            one.sender,
            ("python3", "-c", SENDER, str(one.source), str(one.target), str(one.port), str(flows), MARKER),
        )
        for one in routes
    ]
    time.sleep(1.0)
    try:
        yield out
    finally:
        _finish(lab, out, senders, receivers)


def _finish(lab: Lab, out: list[Stream], senders: list[Job], receivers: list[Job]) -> None:
    sent = [lab.stop(one).stdout for one in senders]
    sent += ["0"] * (len(receivers) - len(senders))
    time.sleep(0.3)
    for stream, last, job in zip(out, sent, receivers, strict=True):
        stream.flows = arrived(lab.stop(job).stdout, int(last.strip() or 0))


def arrived(text: str, sent: int) -> list[Flow]:
    """What a receiver printed; ``sent``: the last number that was sent on each flow."""
    return [
        Flow(
            source=source,
            first=int(first),
            last=int(last),
            count=int(count),
            gap_ms=max(gap * 1000, (sent - int(last)) * INTERVAL_MS),
            lost=max(0, sent - int(first) + 1 - int(count)),
        )
        for source, (first, last, count, gap, _) in json.loads(text or "{}").items()
    ]


def called(lab: Lab, route: Route) -> tuple[bool, frozenset[str]]:
    """Whether a TCP connection comes about, and the source addresses that its other end saw."""
    job = lab.start(route.receiver, ("python3", "-c", LISTENER, str(route.target), str(route.port)))
    time.sleep(0.4)
    call = ("python3", "-c", CALLER, str(route.source), str(route.target), str(route.port))
    done = lab.run(route.sender, call, timeout=15.0)
    peers: list[str] = json.loads(lab.stop(job).stdout or "[]")
    return done.ok, frozenset(peers)
