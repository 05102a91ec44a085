"""A few devices without the whole lab: the lab program in namespaces of its own, and the far side's devices in it.

This kernel may have no VLANs and no VRFs, so our router's config is made flat: its subinterface is a port
of that name, and what is in the one VRF of the inventory is in the main table.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec
import pytest

from generator.inventory.intent import CircuitIntent, Intent, PeeringIntent
from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.lab.agent.protocol import Answer, Request
from generator.lab.edge import AS_AZURE, Behaviour, fit
from generator.lab.edge.printing import BIRD_SOCKET
from generator.lab.edge.secrets import LabSecrets
from generator.lab.edge.services import services_of
from generator.lab.model import Device, DeviceRole, End, Interface, Link, Program, Topology
from generator.lab.sites import EdgePeering, EdgeSite, ServicesSite, Site, VnetSite, Wire
from generator.model.address import parse_address, parse_link
from generator.model.plan import Domain, Role
from generator.plan import plan
from generator.render.engine import renderer_of
from tests.inventories import BASE, with_values

WANTED: Final = {"bird": "bird2", "ip": "iproute2", "unshare": "util-linux", "vtysh": "frr"}
_MISSING: Final = sorted(
    package
    for program, package in WANTED.items()
    if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin") is None
)
_WHY: Final = "it needs root" if os.geteuid() else f"not installed: {', '.join(_MISSING)}" if _MISSING else ""
needs_devices: Final = pytest.mark.skipif(bool(_WHY), reason=_WHY or "-")

LINUX: Final = with_values(
    BASE,
    {
        "meta.lab": True,
        "routers": {
            name: {
                "platform": "linux_frr",
                "provider": "northlake",
                "azure_port": "eth1",
                "customer_port": "eth2",
                "ports": {"eth1": {"speed_mbps": 10000}},
            }
            for name in ("pe1", "pe2")
        },
    },
)
"""The base inventory with Linux routers."""


def lab_intent(text: str) -> Intent:
    """The intent of an inventory, with the lab's own keys."""
    import yaml

    inventory, wrong = validate(yaml.safe_load(text))
    assert inventory is not None, wrong
    return resolve(inventory, LabSecrets(b"bench"))[0]


class Bench:
    """Devices that live as long as the ``with`` block."""

    def __init__(self, folder: Path, *devices: Device, links: tuple[Link, ...]) -> None:
        self.folder = folder
        self.topology = Topology(name="bench", devices={one.name: one for one in devices}, links=links)

    def __enter__(self) -> Self:
        file, self.socket = self.folder / "topology.json", self.folder / "agent.sock"
        file.write_bytes(msgspec.json.encode(self.topology))
        agent = [sys.executable, "-m", "generator.lab.agent", str(file), str(self.socket)]
        box = ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"]
        self._log = (self.folder / "agent.log").open("wb")
        self._process = subprocess.Popen([*box, *agent], stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        try:
            self.until(self.socket.exists, "the lab program is up", 10)
            self._booted()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _booted(self) -> None:
        with self._connected(Request(verb="boot")) as stream:
            for line in stream:
                answer = msgspec.json.decode(line, type=Answer)
                assert not answer.error, answer.error
                if not answer.device:
                    return

    def _connected(self, request: Request) -> Any:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(self.socket))
        connection.sendall(msgspec.json.encode(request) + b"\n")
        stream = connection.makefile("rb")
        connection.close()
        return stream

    def ask(self, request: Request) -> Answer:
        with self._connected(request) as stream:
            return msgspec.json.decode(stream.readline(), type=Answer)

    def run(self, device: str, *argv: str, given: str = "", timeout: float = 20.0) -> str:
        """The output of a program that must succeed."""
        answer = self.ask(Request(verb="exec", device=device, argv=argv, input=given.encode(), timeout=timeout))
        assert not answer.error, answer.error
        assert answer.status == 0, (argv, answer.status, answer.stdout.decode(), answer.stderr.decode())
        return answer.stdout.decode()

    def bird(self, device: str, *words: str) -> str:
        return self.run(device, "birdc", "-s", BIRD_SOCKET, *words)

    def vtysh(self, device: str, command: str) -> Any:
        return msgspec.json.decode(self.run(device, "vtysh", "-c", f"{command} json"))

    def put(self, device: str, path: str, text: str) -> None:
        self.run(device, "sh", "-c", f"cat > {path}", given=text)

    def until(self, true: Callable[[], object], what: str, seconds: float = 30) -> None:
        """Wait for it; what was hoped for is said where it does not come."""
        deadline = time.monotonic() + seconds
        while not true():
            if time.monotonic() > deadline:
                log = (self.folder / "agent.log").read_text()
                pytest.fail(f"after {seconds:.0f} s not yet: {what} {log}")
            time.sleep(0.1)

    def holds(self, true: Callable[[], object], what: str, seconds: float = 3) -> None:
        """It is so, and stays so."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert true(), what
            time.sleep(0.1)


# our router ---------------------------------------------------------------------------------------

_VRF_BLOCK: Final = re.compile(r"^vrf (\S+)\n(.*?)^exit-vrf\n", re.M | re.S)


def flat(config: str) -> str:
    """A rendered ``frr.conf`` with what is in VRFs put into the main table."""
    config = _VRF_BLOCK.sub(lambda found: re.sub(r"^ ", "", found[2], flags=re.M), config)
    return re.sub(r"^(router bgp \d+) vrf \S+$", r"\1", config, flags=re.M)


def rendered(intent: Intent, router: str, file: str = "frr.conf") -> str:
    """A file that we would put on a router."""
    device = plan(intent).plan.devices[router]
    return next(one.text for one in renderer_of(device.platform).render(device) if one.file.name == file)


def our_router(name: str, config: str, interfaces: tuple[Interface, ...]) -> Device:
    """A router with FRRouting and this config."""
    daemons = ("zebra", "staticd", "bfdd", "bgpd")
    return Device(
        name=name,
        role=DeviceRole.ROUTER,
        interfaces=interfaces,
        files={
            "/etc/frr/frr.conf": config,
            "/etc/frr/vtysh.conf": "service integrated-vtysh-config\n",
            "/etc/frr/daemons": "",
        },
        owned={"/etc/frr/frr.conf": "frr:frr"},
        programs=(
            Program(argv=("install", "-d", "-o", "frr", "-g", "frr", "/run/frr")),
            *[Program(argv=(f"/usr/lib/frr/{daemon}", "-d", "-f", "/dev/null")) for daemon in daemons],
            Program(argv=("vtysh", "-b"), title="the config"),
        ),
        sysctls={"net.ipv4.ip_forward": "1"},
    )


# the far side -------------------------------------------------------------------------------------

INNER: Final = {"v4": "198.18.{}.{}/30", "v6": "2001:2:0:{:x}::{}/126"}


def wire(index: int, side: int, interface: str, peer: str) -> Wire:
    """An end of a wire inside Azure: side 1 or 2."""
    return Wire(
        interface=interface,
        peer_device=peer,
        own=tuple([parse_link(form.format(index, side)) for form in INNER.values()]),
        peer=tuple([parse_address(form.format(index, 3 - side).split("/")[0]) for form in INNER.values()]),
    )


def port_of(one: Wire) -> Interface:
    return Interface(name=one.interface, addresses=tuple(map(str, one.own)))


def device_of(
    site: Site, role: DeviceRole, interfaces: tuple[Interface, ...], behaviour: Behaviour = AS_AZURE
) -> Device:
    """The device of a site: its interfaces, and what makes it what it is."""
    fitting = fit(site, behaviour)
    return Device(
        name=site.name,
        role=role,
        interfaces=(*interfaces, *fitting.interfaces),
        files=fitting.files,
        programs=fitting.programs,
        sysctls=fitting.sysctls,
    )


def edge_site(circuit: CircuitIntent, role: Role = Role.PRIMARY) -> EdgeSite:
    """The edge of one connection, with the circuit's VNets and services behind it."""
    customer = circuit.customer
    public = any(one.domain is not Domain.PRIVATE for one in circuit.peerings)
    return EdgeSite(
        name="edge",
        circuit=circuit,
        role=role,
        port="az",
        peerings=tuple([_edge_peering(one, role) for one in circuit.peerings]),
        vnets=tuple([wire(index, 1, f"vnet{index}", f"vnet{index}") for index, _ in enumerate(customer.vnets, 1)]),
        services=wire(100, 1, "services", "services") if public else None,
    )


def _edge_peering(peering: PeeringIntent, role: Role) -> EdgePeering:
    end = peering.ends[role]
    return EdgePeering(
        peering=peering,
        interface=f"az-{peering.domain.value}",
        router=end.router,
        v4=None if end.v4 is None else type(end.v4)(end.v4.peer, end.v4.own),
        v6=None if end.v6 is None else type(end.v6)(end.v6.peer, end.v6.own),
    )


def azure(site: EdgeSite, behaviour: Behaviour = AS_AZURE) -> tuple[list[Device], list[Link]]:
    """The edge and everything behind it."""
    towards = [
        Interface(name=one.interface, addresses=tuple([str(pair.own) for pair in (one.v4, one.v6) if pair is not None]))
        for one in site.peerings
    ]
    wires = [*site.vnets, *([] if site.services is None else [site.services])]
    devices = [device_of(site, DeviceRole.EDGE, (*towards, *map(port_of, wires)), behaviour)]
    links = [Link(End("edge", one.interface), End(one.peer_device, "edge1")) for one in wires]
    for index, vnet in enumerate(site.circuit.customer.vnets, 1):
        end = wire(index, 2, "edge1", "edge")
        hosts = tuple([parse_link(f"{prefix[4]}/{prefix.prefixlen}") for prefix in vnet.prefixes])
        inside = VnetSite(
            name=f"vnet{index}", customer=site.circuit.customer, vnet=vnet, edges=(end,), gateways=(), hosts=hosts
        )
        devices.append(device_of(inside, DeviceRole.VNET, (port_of(end), *_host(hosts, f"vnet{index}", links))))
    if site.services is not None:
        end = wire(100, 2, "edge1", "edge")
        hosts = tuple([host for one in services_of(site.circuit) for host in one.hosts])
        services = ServicesSite(name="services", circuit=site.circuit, edges=(end,), hosts=hosts)
        devices.append(device_of(services, DeviceRole.SERVICES, (port_of(end), *_host(hosts, "services", links))))
    return devices, links


def _host(hosts: tuple[Any, ...], device: str, links: list[Link]) -> tuple[Interface, ...]:
    """A host's interface, as a port whose other end is in the same device: some kernels have no dummy."""
    links.append(Link(End(device, "host0"), End(device, "host1")))
    return Interface(name="host0", addresses=tuple(map(str, hosts))), Interface(name="host1")


def router_ports(site: EdgeSite, intent: Intent) -> tuple[list[Interface], list[Link]]:
    """Our ports, under the names that the config gives to the subinterfaces, with the addresses that it gives them."""
    router = site.peerings[0].router
    device = plan(intent).plan.devices[router]
    ports, links = [], []
    for one in site.peerings:
        for pair in (one.v4, one.v6):
            if pair is None:
                continue
            facts = next(
                face
                for face in device.facts.interfaces.values()
                if pair.peer.network in [a.network for a in face.addresses]
            )
            if facts.name not in [port.name for port in ports]:
                ports.append(Interface(name=facts.name, addresses=tuple(map(str, facts.addresses))))
                links.append(Link(End(router, facts.name), End("edge", one.interface)))
    return ports, links
