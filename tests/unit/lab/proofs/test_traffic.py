"""The two programs that proofs start on devices, run here over the loopback interface."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time

from generator.lab.proofs.traffic import CALLER, LISTENER, MARKER, RECEIVER, SENDER, arrived


def program(text: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", text, *arguments], stdout=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> str:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=10)[0]


def bound(protocol: str, port: int) -> None:
    """Wait for the socket."""
    deadline = time.monotonic() + 20
    while f":{port:04X} " not in open(f"/proc/net/{protocol}").read():  # noqa: PTH123, SIM115
        assert time.monotonic() < deadline
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_numbered_packets_arrive_and_are_counted_by_flow() -> None:
    port = free_port()
    receiver = program(RECEIVER, "127.0.0.1", str(port), MARKER)
    bound("udp", port)
    sender = program(SENDER, "127.0.0.1", "127.0.0.1", str(port), "3", MARKER)
    bound("udp", 40000)
    time.sleep(0.5)
    sent = int(ended(sender))
    time.sleep(0.1)
    flows = arrived(ended(receiver), sent)
    assert [one.source for one in flows] == [f"127.0.0.1 {40000 + index}" for index in range(3)]
    assert sent > 0
    assert all(one.lost == 0 and one.count == sent + 1 for one in flows)


def test_a_call_tells_the_other_end_who_it_is() -> None:
    port = free_port()
    listener = program(LISTENER, "127.0.0.1", str(port))
    bound("tcp", port)
    done = subprocess.run([sys.executable, "-c", CALLER, "127.0.0.2", "127.0.0.1", str(port)], check=False)
    assert done.returncode == 0
    assert json.loads(ended(listener)) == ["127.0.0.2"]


def test_a_call_to_a_closed_port_fails() -> None:
    port = free_port()
    done = subprocess.run(
        [sys.executable, "-c", CALLER, "127.0.0.1", "127.0.0.1", str(port)], check=False, stderr=subprocess.DEVNULL
    )
    assert done.returncode != 0
