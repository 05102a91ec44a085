"""Answers requests: one thread a connection, one request a thread."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import socket
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO, Final

import msgspec

from generator.lab.agent import kernel, process
from generator.lab.agent.process import Inside
from generator.lab.agent.protocol import Answer, Request

_LONGEST: Final = 1 << 24
_MOST: Final = 1 << 26
"""Bytes that a program in the background may print: it goes into memory, and a capture that nobody ends would take all."""
_CHUNK: Final = 1 << 16


class Job(msgspec.Struct):
    """A program in the background, and where its output goes."""

    process: subprocess.Popen[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]


class Server:
    """Knows the devices, and does what it is asked for them."""

    def __init__(self) -> None:
        self.devices: dict[str, Inside] = {}
        self.jobs: dict[int, Job] = {}
        self.boot: list[Answer] = []
        self.booted = threading.Condition()
        self.over = threading.Event()

    def said(self, answer: Answer) -> None:
        """One more device is up, or (without a device) all are or one is not."""
        with self.booted:
            self.boot.append(answer)
            self.booted.notify_all()

    def serve(self, listener: socket.socket) -> None:
        """Take connections until the process ends."""
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(ConnectionError, BrokenPipeError):
            try:
                request = msgspec.json.decode(_line(connection), type=Request)
                self._answer(request, connection)
            except (OSError, msgspec.DecodeError, KeyError, subprocess.SubprocessError) as error:
                _send(connection, Answer(error=str(error)))

    def _answer(self, request: Request, connection: socket.socket) -> None:
        match request.verb:
            case "boot":
                self._boot(connection)
            case "exec":
                answer = process.run(self._alive(request.device), request.argv, request.input, request.timeout)
                _send(connection, answer)
            case "attach":
                self._attach(request, connection)
            case "connect":
                self._connect(request, connection)
            case "start":
                _send(connection, self._start(request))
            case "stop":
                _send(connection, self._stop(request.job))
            case "kill":
                _send(connection, self._kill(request.device))
            case "link":
                _send(connection, self._link(request))
            case "shutdown":
                _send(connection, Answer())
                self.over.set()

    def _alive(self, name: str) -> Inside:
        inside = self.devices.get(name)
        if inside is None:
            raise ConnectionAbortedError(f"the lab has no device {name!r}")
        if inside.dead:
            raise ConnectionAbortedError(f"device {name} is dead")
        return inside

    def _boot(self, connection: socket.socket) -> None:
        told = 0
        while True:
            with self.booted:
                while len(self.boot) == told:
                    self.booted.wait()
                answer = self.boot[told]
            _send(connection, answer)
            told += 1
            if not answer.device:
                return

    def _start(self, request: Request) -> Answer:
        stdout, stderr = tempfile.TemporaryFile(dir="/run"), tempfile.TemporaryFile(dir="/run")  # noqa: SIM115
        started = self._alive(request.device).popen(request.argv, subprocess.DEVNULL, stdout, stderr, most=_MOST)
        self.jobs[started.pid] = Job(started, stdout, stderr)
        return Answer(job=started.pid)

    def _stop(self, number: int) -> Answer:
        job = self.jobs.pop(number, None)
        if job is None:
            return Answer(error=f"there is no job {number}")
        process.end(job.process)
        job.stdout.seek(0)
        job.stderr.seek(0)
        with job.stdout, job.stderr:
            return Answer(status=job.process.returncode, stdout=job.stdout.read(), stderr=job.stderr.read())

    def _kill(self, name: str) -> Answer:
        """Power off: every process gone at once, every port down."""
        inside = self._alive(name)
        inside.dead = True
        os.kill(inside.pid, signal.SIGKILL)
        names = [index_name for _, index_name in self._ports(inside)]
        return self._ip(inside, *(f"link set dev {one} down" for one in names))

    def _ports(self, inside: Inside) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []

        def look() -> None:
            kernel.setns(inside.network, kernel.CLONE_NEWNET)
            found.extend(one for one in socket.if_nameindex() if one[1] != "lo")

        _in_thread(look)
        return found

    def _link(self, request: Request) -> Answer:
        inside = self.devices[request.device]
        return self._ip(inside, f"link set dev {request.interface} {'up' if request.up else 'down'}")

    def _ip(self, inside: Inside, *lines: str) -> Answer:
        command = ["nsenter", f"--net=/proc/self/fd/{inside.network}", "ip", "-batch", "-"]
        done = subprocess.run(  # noqa: S603 - names of our own interfaces
            command,
            input="".join(f"{line}\n" for line in lines).encode(),
            capture_output=True,
            check=False,
            pass_fds=(inside.network,),
        )
        return Answer(error=" ".join(done.stderr.decode().split()) if done.returncode else "", status=done.returncode)

    def _attach(self, request: Request, connection: socket.socket) -> None:
        inside = self._alive(request.device)
        if request.terminal is not None:
            ours, theirs = pty.openpty()
            process.set_size(theirs, *request.terminal)
            started = inside.popen(request.argv, theirs, theirs, theirs, terminal=True)
            os.close(theirs)
            _send(connection, Answer())
            _relay(connection, ours)
            os.close(ours)
        else:
            _send(connection, Answer())
            raw = connection.fileno()
            started = inside.popen(request.argv, raw, raw, subprocess.DEVNULL)
            _until_hung_up(connection, started)
        process.end(started)

    def _connect(self, request: Request, connection: socket.socket) -> None:
        inside = self._alive(request.device)
        made: list[socket.socket] = []

        def make() -> None:
            kernel.setns(inside.network, kernel.CLONE_NEWNET)
            made.append(socket.create_connection(("127.0.0.1", request.port), timeout=10))

        _in_thread(make)
        with made[0] as other:
            other.settimeout(None)
            _send(connection, Answer())
            _relay(connection, other.fileno())


def _in_thread(work: object) -> None:
    """Do it in a thread that may leave its network namespace; what it raises is raised here."""
    wrong: list[BaseException] = []

    def run() -> None:
        try:
            assert callable(work)
            work()
        except BaseException as error:
            wrong.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if wrong:
        raise wrong[0]


def _line(connection: socket.socket) -> bytes:
    """Up to the line's end and not a byte further: what follows is not ours."""
    got = bytearray()
    while not got.endswith(b"\n"):
        peek = connection.recv(_CHUNK, socket.MSG_PEEK)
        if not peek or len(got) > _LONGEST:
            raise ConnectionResetError("the request ended early")
        end = peek.find(b"\n")
        got += connection.recv(len(peek) if end < 0 else end + 1)
    return bytes(got)


def _send(connection: socket.socket, answer: Answer) -> None:
    connection.sendall(msgspec.json.encode(answer) + b"\n")


def _relay(connection: socket.socket, other: int) -> None:
    """Bytes both ways until one side ends."""
    ours = connection.fileno()
    while True:
        readable, _, _ = select.select([ours, other], [], [])
        for source, target in ((ours, other), (other, ours)):
            if source in readable:
                try:
                    data = os.read(source, _CHUNK)
                except OSError:  # a terminal whose last process ended
                    return
                if not data:
                    return
                while data:
                    data = data[os.write(target, data) :]


def _until_hung_up(connection: socket.socket, started: subprocess.Popen[bytes]) -> None:
    """Until the other side goes away or the program ends.  One that only has nothing more to say is still there."""
    ended = os.pidfd_open(started.pid)
    poll = select.poll()
    poll.register(connection, 0)  # a hang-up is told without being asked for
    poll.register(ended, select.POLLIN)
    poll.poll()
    os.close(ended)


def control_group(base: Path | None, device: str) -> Path | None:
    """Where a device's processes are counted in."""
    return None if base is None else base / device
