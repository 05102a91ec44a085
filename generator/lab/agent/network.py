"""Interfaces and wires as lines for ``ip -batch``: one process makes them all, which counts in User-Mode Linux."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping

from generator.lab.model import Device, Interface, Link


class NetworkError(Exception):
    """``ip`` refused a line; the text is what it said."""


def wire_lines(links: Iterable[Link], mtus: Mapping[tuple[str, str], int], processes: Mapping[str, int]) -> list[str]:
    """A veth pair for each wire, each end made right in its device's namespace, under its own name."""
    return [
        f"link add name {link.a.port} mtu {mtus[link.a.device, link.a.port]} netns {processes[link.a.device]} type veth "
        f"peer name {link.b.port} mtu {mtus[link.b.device, link.b.port]} netns {processes[link.b.device]}"
        for link in links
    ]


def port_mtus(devices: Iterable[Device]) -> dict[tuple[str, str], int]:
    """MTU of every port by device and name."""
    return {(one.name, port.name): port.mtu for one in devices for port in one.interfaces if port.kind == "port"}


def interface_lines(interfaces: Iterable[Interface]) -> list[str]:
    """Everything of a device but its ports, which are there already; then masters, addresses, and up."""
    lines = ["link set dev lo up"]
    for one in interfaces:
        if one.kind != "port":
            lines.append(f"link add {_made(one)}")
        if one.master:
            lines.append(f"link set dev {one.name} master {one.master}")
        lines.append(f"link set dev {one.name} mtu {one.mtu} up")
        for address in one.addresses:
            extra = " nodad" if ":" in address else ""
            lines.append(f"address add {address} dev {one.name}{extra}")
    return lines


def _made(one: Interface) -> str:
    match one.kind:
        case "vlan":
            return f"link {one.parent} name {one.name} mtu {one.mtu} type vlan protocol 802.1Q id {one.vlan}"
        case "vrf":
            return f"name {one.name} type vrf table {one.table}"
        case "xfrm":
            on = f" dev {one.parent}" if one.parent else ""
            return f"name {one.name} type xfrm{on} if_id {one.xfrm_id}"
        case "bridge":
            return f"name {one.name} type bridge stp_state 0 forward_delay 0"
        case _:
            return f"name {one.name} type {one.kind}"


def apply(lines: list[str]) -> None:
    """Run them; `NetworkError` with the line that was refused."""
    done = subprocess.run(
        ["ip", "-batch", "-"],  # noqa: S607 - by the PATH of the lab
        input="".join(f"{line}\n" for line in lines),
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise NetworkError(_told(done.stderr, lines))


def _told(said: str, lines: list[str]) -> str:
    """``RTNETLINK answers: File exists (link add …)``."""
    text = " ".join(said.split())
    _, _, number = text.rpartition("Command failed -:")
    at = int(number) if number.isdigit() else 0
    return f"{text} ({lines[at - 1]})" if 0 < at <= len(lines) else text
