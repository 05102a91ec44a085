"""The way to a lab's agent: one connection a request."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.agent import guest, kernel
from generator.lab.agent.protocol import PORT, Answer, Request

_SLACK: Final = 30.0
"""Seconds beyond a command's own limit until the agent counts as gone."""

_KNOCK: Final = 0.5
"""Seconds to wait for an agent that may not be there yet."""

_GLANCE: Final = 2.0
"""Seconds of silence after which it is looked whether the lab still lives."""


class LabGone(Exception):  # noqa: N818 - it is what happened
    """The lab does not answer: it was ended, or its engine failed."""


class Channel:
    """Knows where the agent listens: a socket file, or a port in the network namespace of ``box``."""

    def __init__(
        self,
        path: Path | None,
        box: int = 0,
        living: Callable[[], bool] = lambda: True,
        condition: Callable[[], str] = lambda: "",
    ) -> None:
        self._path = path
        self._box = box
        self._living = living
        """Whether the lab's keeper still lives: a kernel that was killed does not even close its connections."""
        self._condition = condition
        """What is to be seen of an engine that is silent."""

    def greet(self) -> None:
        """`LabGone` unless somebody listens now."""
        self._connected(_KNOCK, curious=False).close()

    def ask(self, request: Request) -> Answer:
        """One question, one answer."""
        return next(self.answers(request, request.timeout + _SLACK))

    def answers(self, request: Request, timeout: float) -> Iterator[Answer]:
        """As many answers as come.  ``timeout``: seconds for all of them."""
        deadline = time.monotonic() + timeout
        with self._connected(timeout) as connection:
            self._say(connection, request)
            got = bytearray()
            while True:
                more = self._more(connection, deadline)
                *whole, rest = more.split(b"\n")  # an answer may be a capture of many megabytes: looked at once
                for line in whole:
                    yield _decoded(bytes(got) + line)
                    got.clear()
                got += rest

    def open(self, request: Request) -> socket.socket:
        """A connection that belongs to what was asked for, after the agent agreed."""
        connection = self._connected(_SLACK)
        try:
            self._say(connection, request)
            got, deadline = b"", time.monotonic() + _SLACK
            while not got.endswith(b"\n"):
                got += self._more(connection, deadline, 1)  # what follows is not ours
            answer = _decoded(got)
            if answer.error:
                raise LabGone(answer.error)
            connection.settimeout(None)
        except BaseException:
            connection.close()
            raise
        return connection

    def _say(self, connection: socket.socket, request: Request) -> None:
        try:
            connection.sendall(msgspec.json.encode(request) + b"\n")
        except OSError as error:
            raise LabGone(f"the lab does not answer: {error.strerror or error}") from None

    def _more(self, connection: socket.socket, deadline: float, most: int = 1 << 20) -> bytes:
        while True:
            connection.settimeout(_GLANCE)
            try:
                data = connection.recv(most)
            except TimeoutError:
                if not self._living():
                    raise LabGone("the lab's engine ended") from None
                if time.monotonic() > deadline:
                    raise self._silent("in time") from None
                continue
            except OSError as error:
                raise LabGone(f"the lab does not answer: {error.strerror or error}") from None
            if not data:
                raise LabGone("the lab ended in the middle of an answer")
            return data

    def _connected(self, timeout: float, *, curious: bool = True) -> socket.socket:
        """``curious``: where nobody answers, look why."""
        try:
            if self._path is not None:
                connection = socket.socket(socket.AF_UNIX)
                connection.settimeout(timeout)
                connection.connect(str(self._path))
                return connection
            connection = _socket_in(self._box)
            self._reach(connection, time.monotonic() + timeout)
        except OSError as error:
            why = error.strerror or str(error)
            raise self._silent(f"({why})") if curious else LabGone(f"the lab does not answer ({why})") from None
        connection.settimeout(timeout)
        return connection

    def _reach(self, connection: socket.socket, deadline: float) -> None:
        """A kernel that a busy machine has no time for is silent for seconds; it is waited for as long as it lives."""
        connection.setblocking(False)
        wrong = connection.connect_ex((guest.ADDRESS, PORT))
        while wrong == errno.EINPROGRESS:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(errno.ETIMEDOUT, "not in time")
            if select.select([], [connection], [], min(left, _GLANCE))[1]:
                wrong = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            elif not self._living():
                raise ConnectionResetError(errno.ECONNRESET, "its engine ended")
        if wrong:
            raise OSError(wrong, os.strerror(wrong))

    def _silent(self, how: str) -> LabGone:
        seen = self._condition()
        return LabGone(f"the lab does not answer {how}{f': {seen}' if seen else ''}")


def _decoded(line: bytes) -> Answer:
    try:
        return msgspec.json.decode(line, type=Answer)
    except msgspec.DecodeError as error:
        raise LabGone(f"the lab answers what nobody understands: {error}") from None


def _socket_in(process: int) -> socket.socket:
    """A socket of another process' network namespace.  A socket stays in the namespace it was made in, a thread can leave its own."""
    made: list[socket.socket] = []
    wrong: list[OSError] = []

    def make() -> None:
        try:
            namespace = os.open(f"/proc/{process}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
            try:
                if os.fstat(namespace).st_ino == Path("/proc/self/ns/net").stat().st_ino:
                    raise ConnectionRefusedError("the lab has no network of its own yet")
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
