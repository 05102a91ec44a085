"""What may happen to a push, with real routers: FRR, sshd and the driver's own timer, in three small namespaces.

``r1`` and ``r2`` are a pair, each with a session to ``edge``, which stands for Microsoft's side, and one between them.
No VLAN and no VRF, so that they start anywhere, in seconds, and all stories are told in one boot.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

pytest.importorskip("napalm", reason="napalm is not installed")

from generator.model.address import parse_address, parse_prefix
from generator.model.plan import DevicePlan, Peer
from generator.platforms import load
from generator.push.access import Access
from generator.push.candidate import Candidate, bundle
from generator.push.napalm_session import NapalmSession
from generator.push.outcome import Event, PairResult
from generator.push.rollout import Rollout
from generator.push.state import Expectation, Expected
from generator.push.steps import Drained, Kind, Target
from generator.push.world import Options, World
from generator.readback.read import read_device
from tests.unit.push.device import Device, missing, started

WHY = missing()
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(WHY), reason=WHY or "it can be started")]

DAEMONS = "bgpd=yes\nbfdd=no\nvtysh_enable=yes\n"
LOOPBACK = "auto lo\niface lo inet loopback\n"
VNET, OURS = parse_prefix("10.100.0.0/16"), parse_prefix("10.0.0.0/16")
PATIENCE = Options(revert_in=9, gate_timeout=2, poll=0.3, settle=0.3, reach=20)
LONGER = Options(revert_in=40, gate_timeout=15, poll=0.3, settle=0.3, reach=20)
"""FRR takes a changed route map to heart five seconds later."""
NUMBER = {"r1": 1, "r2": 2}


def edge_config() -> str:
    peers = "".join(_peer(f"10.0.{number}.1", 65001) for number in (1, 2))
    active = "".join(f"  neighbor 10.0.{number}.1 activate\n" for number in (1, 2))
    return f"""\
frr version 8.4
frr defaults datacenter
hostname edge
ip route 10.100.0.0/16 Null0
router bgp 12076
 no bgp default ipv4-unicast
{peers} address-family ipv4 unicast
  network 10.100.0.0/16
{active} exit-address-family
exit
"""


def _peer(address: str, asn: int) -> str:
    return f" neighbor {address} remote-as {asn}\n neighbor {address} timers connect 1\n"


def config(router: str, *, more: str = "", drained: bool = False, contact: str = "") -> str:
    """A router's FRR.  ``more``: a prefix that it announces too.  ``contact``: a line that changes no route."""
    number = NUMBER[router]
    azure, partner = f"10.0.{number}.2", f"10.0.3.{3 - number}"
    prefixes = ["10.0.0.0/16", *([more] if more else [])]
    routes = "".join(f"ip route {one} Null0\n" for one in prefixes)
    networks = "".join(f"  network {one}\n" for one in prefixes)
    longer = " set as-path prepend 65001 65001\n" if drained else ""
    note = f"ip prefix-list {contact} seq 5 permit 192.0.2.0/24\n" if contact else ""
    return f"""\
frr version 8.4
frr defaults datacenter
hostname {router}
service integrated-vtysh-config
!
{routes}{note}!
router bgp 65001
 no bgp default ipv4-unicast
{_peer(azure, 12076)}{_peer(partner, 65001)} !
 address-family ipv4 unicast
{networks}  neighbor {azure} activate
  neighbor {azure} route-map IN in
  neighbor {azure} route-map OUT out
  neighbor {partner} activate
  neighbor {partner} next-hop-self
 exit-address-family
exit
!
route-map IN permit 10
 set local-preference {50 if drained else 100}
exit
!
route-map OUT permit 10
 match as-path OWN
{longer}exit
!
bgp as-path access-list OWN seq 5 permit ^$
!
"""


def files(text: str) -> dict[str, str]:
    return {"frr.conf": text, "daemons": DAEMONS, "interfaces": LOOPBACK}


def whole(text: str) -> Candidate:
    return Candidate(bundle(files(text)), replace=True)


@dataclass
class Network:
    """The pair and the edge, wired."""

    devices: dict[str, Device]

    def vtysh(self, device: str, command: str) -> str:
        return self.devices[device].inside("vtysh", "-c", command)

    def wire(self, one: str, other: str, subnet: str) -> None:
        """A cable, with the first address of a /30 at its first end."""
        there = str(self.devices[other].pid)
        inside = self.devices[one].inside
        inside("ip", "link", "add", f"to-{other}", "type", "veth", "peer", "name", f"to-{one}")
        command = ["nsenter", "-t", str(self.devices[one].pid), "-n", "ip", "link", "set", f"to-{one}", "netns", there]
        subprocess.run(command, check=True)
        for host, name, far in ((1, one, other), (2, other, one)):
            self.devices[name].inside("ip", "address", "add", f"{subnet}.{host}/30", "dev", f"to-{far}")
            self.devices[name].inside("ip", "link", "set", f"to-{far}", "up")

    def wait(self) -> None:
        end = time.monotonic() + 30
        while self.vtysh("edge", "show bgp summary json").count('"state":"Established"') < 2 or not all(
            "10.100.0.0/16" in self.vtysh(name, "show bgp ipv4 unicast") for name in NUMBER
        ):
            assert time.monotonic() < end, self.vtysh("edge", "show bgp summary")
            time.sleep(0.2)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    texts = {"edge": edge_config(), "r1": config("r1"), "r2": config("r2")}
    with ExitStack() as stack:
        devices = {}
        for name, text in texts.items():
            given = {"etc/frr/frr.conf": text, "etc/frr/daemons": DAEMONS, "etc/network/interfaces": LOOPBACK}
            devices[name] = stack.enter_context(started(tmp_path_factory.mktemp(name), given))
        found = Network(devices)
        for number in (1, 2):
            found.wire(f"r{number}", "edge", f"10.0.{number}")
        found.wire("r1", "r2", "10.0.3")
        found.wait()
        yield found


@dataclass
class Push:
    """A pair that runs ``old`` and is to run ``new``.  ``harm``: done at the first event with this outcome."""

    network: Network
    new: Callable[[str], str]
    harm: tuple[str, Callable[[], None]] = ("", lambda: None)
    drain: bool = False
    routers: tuple[str, ...] = ("r2", "r1")
    stopping: bool = False
    events: list[Event] = field(default_factory=list)

    def run(self) -> PairResult:
        sessions = {name: self._session(name) for name in NUMBER}
        wanted = {name: expected(name) for name in NUMBER}
        self.before = {name: self._running(sessions[name]) for name in NUMBER}
        targets = [self._target(name) for name in self.routers]
        world = World(stopping=lambda: self.stopping, tell=self._tell)
        patience = LONGER if self.drain else PATIENCE
        rollout = Rollout("pair", targets, dict(sessions), wanted, patience, world)
        found = rollout.look()
        assert found.good, found.why
        result = rollout.change()
        self.after = {name: self._running(sessions[name]) for name in NUMBER}
        return result

    def _tell(self, event: Event) -> None:
        self.events.append(event)
        outcome, harm = self.harm
        if event.outcome == outcome and sum(one.outcome == outcome for one in self.events) == 1:
            harm()

    def _session(self, name: str) -> NapalmSession:
        texts = files(config(name))
        facts = read_device(load("linux_frr"), texts).facts
        plan = DevicePlan(name=name, platform="linux_frr", title="", facts=facts, sessions=(), origins={})
        reach = Access("r1", ssh_config=str(self.network.devices[name].options()["ssh_config_file"]), timeout=20)
        return NapalmSession(plan, reach, (), "a story")

    @staticmethod
    def _running(session: NapalmSession) -> str:
        session.open()
        try:
            assert not session.pending()
            return session.running().digest
        finally:
            session.close()

    def _target(self, name: str) -> Target:
        other = "r1" if name == "r2" else "r2"
        new = whole(self.new(name))
        path = Drained(
            lambda _: whole(config(name, drained=True)),
            lambda _: whole(self.new(name).replace("local-preference 100", "local-preference 50")),
            lambda _: new,
            expected(name, drained=True),
        )
        return Target(name, "", lambda _: new, expected(name), path if self.drain else None, True, other)

    @property
    def back(self) -> bool:
        """Both run what they ran before."""
        return self.after == self.before


def expected(name: str, *, drained: bool = False) -> Expectation:
    number = NUMBER[name]
    azure, partner = (parse_address(one) for one in (f"10.0.{number}.2", f"10.0.3.{3 - number}"))
    return Expectation(
        {
            ("", azure, 4): Expected(Peer.MSEE, accept=(VNET,), announce=(OURS,), most=1000, path=("circuit",)),
            ("", partner, 4): Expected(Peer.PARTNER),
        },
        drained=drained,
    )


def good(router: str) -> str:
    return config(router, contact="NOTE")


def bad(router: str) -> str:
    """It announces a prefix that nobody planned."""
    return config(router, more="10.9.0.0/16")


def test_a_gate_that_stays_shut(network: Network) -> None:
    push = Push(network, bad)
    result = push.run()
    assert result.state == "failed"
    assert "announced to 10.0.2.2 (IPv4) but not planned: 10.9.0.0/16" in result.why
    assert "it went back to what it ran before" in result.why
    assert (result.left, result.untouched) == ({"r2": "as before"}, ["r1"])
    assert push.back


def test_an_operator_who_leaves(network: Network) -> None:
    push = Push(network, good)
    push.harm = ("committed", lambda: setattr(push, "stopping", True))
    result = push.run()
    assert result.state == "stopped"
    assert "r2: interrupted; it went back" in result.why
    assert result.untouched == ["r1"]
    assert push.back


def test_a_router_that_dies_in_the_middle(network: Network) -> None:
    """Nothing listens on it any more until its timer is over; what brings the old config back runs on it alone."""
    device = network.devices["r2"]

    def die() -> None:
        device.inside("pkill", "-KILL", "sshd")
        threading.Timer(PATIENCE.revert_in + 2, lambda: device.inside("/usr/sbin/sshd", "-E", "/run/sshd.log")).start()

    push = Push(network, good, ("committed", die))
    result = push.run()
    assert result.state == "failed"
    assert "r2: " in result.why
    assert result.why.endswith("it went back by itself")
    assert result.untouched == ["r1"]
    assert push.back


def test_a_confirmation_that_comes_too_late(network: Network) -> None:
    push = Push(network, good, ("gates open", lambda: time.sleep(PATIENCE.revert_in + 1)))
    result = push.run()
    assert result.state == "failed"
    assert "no commit waits for its confirmation; it went back by itself" in result.why
    assert result.untouched == ["r1"]
    assert push.back


def test_a_fault_that_both_routers_share(network: Network) -> None:
    """What is committed on r2 makes the edge reset r1: a push that went on would take both down."""
    push = Push(network, good, ("committed", lambda: bool(network.vtysh("edge", "clear bgp 10.0.1.1")) or None))
    result = push.run()
    assert result.state == "failed"
    assert "on the other path, 10.0.1.2 (IPv4) " in result.why
    assert result.untouched == ["r1"]
    assert push.back


def test_a_drained_router_carries_nothing_and_its_push_comes_to_its_end(network: Network) -> None:
    """At the edge the path is longer, on the router the other one's route is better; then both are as they were."""
    network.wait()
    drained: list[str] = []

    def look() -> None:
        drained.append(network.vtysh("edge", "show bgp ipv4 unicast 10.0.0.0/16"))
        drained.append(network.vtysh("r2", "show bgp ipv4 unicast 10.100.0.0/16"))

    push = Push(network, good, ("gates open", look), drain=True, routers=("r2",))
    began = time.monotonic()
    result = push.run()
    print(f"one router, three commits: {time.monotonic() - began:.1f} s")
    assert result.state == "done", result.why
    assert "65001 65001 65001" in drained[0]
    assert re.search(r"valid, internal[^\n]*best", drained[1]), drained[1]
    assert re.search(r"localpref 50, valid, external\n", drained[1]), drained[1]
    assert [one.step for one in push.events if one.outcome == "confirmed"] == list(Kind)
    assert "NOTE" in network.vtysh("r2", "show running-config")
    assert "prepend" not in network.vtysh("r2", "show running-config")
