"""The way to a lab's agent: one connection a request."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.agent import guest, kernel
from generator.lab.agent.protocol import PORT, Answer, Request

_SLACK: Final = 30.0
"""Seconds beyond a command's own limit until the agent counts as gone."""


class LabGone(Exception):  # noqa: N818 - it is what happened
    """The lab does not answer: it was ended, or its engine failed."""


class Channel:
    """Knows where the agent listens: a socket file, or a port in the network namespace of ``box``."""

    def __init__(self, path: Path | None, box: int = 0) -> None:
        self._path = path
        self._box = box

    def greet(self) -> None:
        """`LabGone` unless somebody listens."""
        self._connected(2.0).close()

    def ask(self, request: Request) -> Answer:
        """One question, one answer."""
        with self._connected(request.timeout + _SLACK) as connection:
            connection.sendall(msgspec.json.encode(request) + b"\n")
            return self._first(connection)

    def answers(self, request: Request, timeout: float) -> Iterator[Answer]:
        """As many answers as come."""
        with self._connected(timeout) as connection:
            connection.sendall(msgspec.json.encode(request) + b"\n")
            try:
                for line in connection.makefile("rb"):
                    yield msgspec.json.decode(line, type=Answer)
            except (OSError, msgspec.DecodeError) as error:
                raise LabGone(f"the lab stopped answering: {error}") from None

    def open(self, request: Request) -> socket.socket:
        """A connection that belongs to what was asked for, after the agent agreed."""
        connection = self._connected(_SLACK)
        try:
            connection.sendall(msgspec.json.encode(request) + b"\n")
            answer = self._first(connection, exactly=True)
            if answer.error:
                raise LabGone(answer.error)
            connection.settimeout(None)
        except BaseException:
            connection.close()
            raise
        return connection

    def _first(self, connection: socket.socket, *, exactly: bool = False) -> Answer:
        got = bytearray()
        try:
            while not got.endswith(b"\n"):
                data = connection.recv(1 if exactly else 1 << 20)
                if not data:
                    raise LabGone("the lab ended in the middle of an answer")
                got += data
            return msgspec.json.decode(got, type=Answer)
        except (OSError, msgspec.DecodeError) as error:
            raise LabGone(f"the lab does not answer: {error}") from None

    def _connected(self, timeout: float) -> socket.socket:
        try:
            if self._path is not None:
                connection = socket.socket(socket.AF_UNIX)
                connection.settimeout(timeout)
                connection.connect(str(self._path))
                return connection
            connection = _socket_in(self._box)
            connection.settimeout(timeout)
            connection.connect((guest.ADDRESS, PORT))
        except OSError as error:
            raise LabGone(f"the lab does not answer: {error.strerror or error}") from None
        return connection


def _socket_in(process: int) -> socket.socket:
    """A socket of another process' network namespace.  A socket stays in the namespace it was made in, a thread can leave its own."""
    made: list[socket.socket] = []
    wrong: list[OSError] = []

    def make() -> None:
        try:
            namespace = os.open(f"/proc/{process}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            try:
                kernel.setns(namespace, kernel.CLONE_NEWNET)
                made.append(socket.socket())
            finally:
                os.close(namespace)
        except OSError as error:
            wrong.append(error)

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    if wrong:
        raise wrong[0]
    return made[0]
