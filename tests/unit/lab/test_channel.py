"""The way to an agent: what comes in pieces, comes late, or does not come at all."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from generator.lab import channel as module
from generator.lab.agent.protocol import Answer, Request
from generator.lab.channel import Channel, LabGone


def served(path: Path, pieces: list[bytes], pause: float = 0.0) -> None:
    """An agent that says this, whatever it is asked."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, listener:
            connection.recv(1 << 16)
            for one in pieces:
                connection.sendall(one)
                time.sleep(pause)

    threading.Thread(target=serve, daemon=True).start()


def test_answers_that_come_in_pieces_are_put_together(tmp_path: Path) -> None:
    lines = [msgspec.json.encode(Answer(device=name, seconds=1.5)) + b"\n" for name in ("r1", "r2", "")]
    whole = b"".join(lines)
    served(tmp_path / "agent", [whole[:5], whole[5 : len(lines[0]) + 3], whole[len(lines[0]) + 3 :]], 0.05)
    answers = Channel(tmp_path / "agent").answers(Request(verb="boot"), 10)
    assert [next(answers).device for _ in lines] == ["r1", "r2", ""]


def test_a_capture_of_many_megabytes_is_taken_in_a_moment(tmp_path: Path) -> None:
    """Looked at again with every piece that comes, it took minutes."""
    served(tmp_path / "agent", [msgspec.json.encode(Answer(stdout=b"x" * (48 << 20))) + b"\n"])
    began = time.monotonic()
    assert len(Channel(tmp_path / "agent").ask(Request(verb="stop")).stdout) == 48 << 20
    assert time.monotonic() - began < 10


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A port in place of the guest's, whose machine takes no more connections just now: it is silent."""
    with socket.socket() as listener, socket.socket() as other:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        other.connect(listener.getsockname())
        monkeypatch.setattr(module.guest, "ADDRESS", "127.0.0.1")
        monkeypatch.setattr(module, "PORT", listener.getsockname()[1])
        monkeypatch.setattr(module, "_socket_in", lambda _: socket.socket())
        monkeypatch.setattr(module, "_GLANCE", 0.1)
        yield listener


def test_a_guest_that_is_silent_for_a_while_is_waited_for(full: socket.socket) -> None:
    def late() -> None:
        time.sleep(1.0)
        full.accept()[0].close()
        connection, _ = full.accept()
        with connection:
            connection.recv(1 << 16)
            connection.sendall(msgspec.json.encode(Answer(status=7)) + b"\n")

    threading.Thread(target=late, daemon=True).start()
    began = time.monotonic()
    assert Channel(None).ask(Request(verb="exec", timeout=20.0)).status == 7
    assert time.monotonic() - began > 0.9


@pytest.mark.usefixtures("full")
def test_one_that_stays_silent_is_given_up_with_what_was_seen_of_it() -> None:
    channel = Channel(None, condition=lambda: "its kernel sleeps")
    with pytest.raises(LabGone, match=r"^the lab does not answer \(not in time\): its kernel sleeps$"):
        next(channel.answers(Request(verb="exec"), 0.5))
    with pytest.raises(LabGone, match=r"^the lab does not answer \(not in time\)$"):
        channel.greet()  # it may not be there yet: nothing to look into


@pytest.mark.usefixtures("full")
def test_nobody_waits_for_one_whose_engine_ended() -> None:
    with pytest.raises(LabGone, match="its engine ended"):
        next(Channel(None, living=lambda: False).answers(Request(verb="exec"), 60))
