"""``python -m generator.lab.agent TOPOLOGY (SOCKET | --guest)``: boot the devices, then serve."""

from __future__ import annotations

import os
import socket
import sys
import threading
from pathlib import Path
from typing import Final

import msgspec

from generator.lab.agent import guest, kernel, network
from generator.lab.agent.device import BootError, Booting
from generator.lab.agent.process import Inside
from generator.lab.agent.protocol import Answer
from generator.lab.agent.server import Server, control_group
from generator.lab.model import Topology

WORK: Final = Path("/run/devices")


def main(argv: list[str]) -> int:
    """Never ends before it is told to, in a guest; elsewhere with the namespaces around it."""
    topology = msgspec.json.decode(Path(argv[0]).read_bytes(), type=Topology)
    in_guest = argv[1] == "--guest"
    cgroups = guest.prepare() if in_guest else _cgroups(argv[2] if len(argv) > 2 else "")
    listener = guest.listen() if in_guest else _listen(argv[1])
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    if not in_guest:
        kernel.mount("tmpfs", "/run", "tmpfs", options="mode=755")
    WORK.mkdir()
    server = Server()
    booting = _births(topology, cgroups, server)
    threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
    if booting:
        _boot(topology, booting, server)
    server.over.wait()
    if in_guest:
        guest.power_off()
    return 0


def _births(topology: Topology, cgroups: Path | None, server: Server) -> list[Booting]:
    """Every device's first process, before there is any thread here."""
    try:
        booting = [Booting(one, WORK, control_group(cgroups, one.name)) for one in topology.devices.values()]
        for one in booting:
            one.ready_for_wires()
            server.devices[one.device.name] = Inside(one.pid, control_group(cgroups, one.device.name))
        pids = {one.device.name: one.pid for one in booting}
        network.apply(network.wire_lines(topology.links, network.port_mtus(topology.devices.values()), pids))
    except (BootError, network.NetworkError, OSError) as error:
        server.said(Answer(error=str(error)))
        return []
    return booting


def _boot(topology: Topology, booting: list[Booting], server: Server) -> None:
    """All at once; one that fails does not stop the others, so that everything wrong is said."""

    def wait(one: Booting) -> None:
        try:
            server.said(Answer(device=one.device.name, seconds=one.booted()))
        except BootError as error:
            server.said(Answer(device=one.device.name, error=str(error)))

    threads = [threading.Thread(target=wait, args=(one,)) for one in booting]
    for one, thread in zip(booting, threads, strict=True):
        one.go()
        thread.start()
    for thread in threads:
        thread.join()
    failed = [answer for answer in server.boot if answer.error]
    server.said(Answer(error=f"{len(failed)} of {len(topology.devices)} devices did not boot" if failed else ""))


def _listen(path: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(64)
    return listener


def _cgroups(path: str) -> Path | None:
    return Path(path) if path else None


if __name__ == "__main__":
    os.environ.pop("PYTHONSTARTUP", None)
    sys.exit(main(sys.argv[1:]))
