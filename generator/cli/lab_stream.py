"""Bytes between this terminal and a program in the lab."""

from __future__ import annotations

import os
import select
import socket
import sys
from typing import Final

from generator.lab.agent.protocol import Request
from generator.lab.channel import Channel, LabGone

_CHUNK: Final = 1 << 16


def plain(channel: Channel, request: Request) -> int:
    """Run it to its end, and end as it did."""
    answer = channel.ask(request)
    if answer.error:
        raise LabGone(f"{request.device}: {answer.error}")
    for stream, data in ((sys.stdout, answer.stdout), (sys.stderr, answer.stderr)):
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
    return answer.status if answer.status >= 0 else 128 - answer.status


def interactive(connection: socket.socket, *, raw: bool) -> None:
    """The standard input there, what comes from there to the standard output, until either ends."""
    import termios
    import tty

    before = termios.tcgetattr(0) if raw else None
    if raw:
        tty.setraw(0)
    try:
        watched: list[int] = [0, connection.fileno()]
        while True:
            readable, _, _ = select.select(watched, [], [])
            if connection.fileno() in readable:
                data = connection.recv(_CHUNK)
                if not data:
                    return
                _out(data)
            if 0 in readable:
                data = os.read(0, _CHUNK)
                if data:
                    connection.sendall(data)
                else:
                    watched.remove(0)
                    connection.shutdown(socket.SHUT_WR)
    finally:
        if before is not None:
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def copied(connection: socket.socket) -> None:
    """Everything that comes, to the standard output."""
    while data := connection.recv(_CHUNK):
        _out(data)


def _out(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]
