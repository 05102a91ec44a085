"""The real programs take tunnels and firewall, and the real kernel does with packets what the plan says.

core 10.20.0.5 ── eth2.20 ┐                ┌ xfrm308 ── vnet 10.60.0.4
                          ├ r1: nft -f ────┤
dmz 10.20.0.5 ─── eth2.30 ┘                └ eth1.77.420 ── microsoft 198.51.100.9
"""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from generator.platforms import load
from generator.platforms.base import NativeCheck
from generator.platforms.linux_frr import native
from generator.readback.native import NativeRun, native_checks
from generator.readback.read import read_device
from tests.security_plans import KEY
from tests.unit.platforms.test_linux_frr_native import CHECK_LINKS, LOAD, isolated, statements
from tests.unit.platforms.test_linux_frr_security import PLANS, files

PLATFORM = load("linux_frr")
PLAN = PLANS["stateful"]
TEXTS = files(PLAN)


def checks(texts: dict[str, str]) -> dict[str, NativeRun]:
    return {run.check: run for run in native_checks(PLATFORM, PLAN, texts)}


@pytest.mark.parametrize("name", PLANS)
def test_the_programs_take_what_we_write(name: str) -> None:
    """frr, nftables, strongswan-swanctl and strongswan-charon must be installed."""
    assert [
        (run.check, run.ran, run.detail, run.findings) for run in native_checks(PLATFORM, PLAN, files(PLANS[name]))
    ] == [
        ("vtysh -C", True, "", []),
        ("nft -c", True, "", []),
        ("swanctl --load-all", True, "", []),
    ]


@pytest.mark.parametrize(
    ("check", "file", "old", "new"),
    [
        ("nft -c", "nftables.conf", "tcp dport 1433", "tcp dprt 1433"),
        ("nft -c", "nftables.conf", "jump filter/CORP-TUN-SELF/4", "jump filter/NOWHERE/4"),
        ("swanctl --load-all", "swanctl.conf", "aes256gcm16-prfsha384-ecp384", "aes256gcm16-prfsha384-ecp348"),
        ("swanctl --load-all", "swanctl.conf", "esp_proposals = aes256gcm16-ecp384", "esp_proposals = aes265gcm16"),
        ("swanctl --load-all", "swanctl.conf", "start_action = start", "start_action = begin"),
        ("swanctl --load-all", "swanctl.conf", "life_time = 27000s", "life_time = long"),
    ],
)
def test_a_misspelt_word_is_refused_with_its_line(check: str, file: str, old: str, new: str) -> None:
    texts = {**TEXTS, file: TEXTS[file].replace(old, new, 1)}
    (finding,) = checks(texts)[check].findings
    assert finding.where is not None
    assert new in texts[file].splitlines()[finding.where.line - 1]
    assert KEY not in repr(finding)


def test_the_second_connection_is_found_too() -> None:
    first, _, second = TEXTS["swanctl.conf"].partition("    xfrm309 {")
    text = f"{first}    xfrm309 {{{second.replace('mode = tunnel', 'mode = tunel')}"
    (finding,) = checks({**TEXTS, "swanctl.conf": text})["swanctl --load-all"].findings
    assert finding.where is not None
    assert text.splitlines()[finding.where.line - 1].strip() == "mode = tunel"


def test_a_connection_that_is_lost_in_the_braces_is_missed() -> None:
    text = TEXTS["swanctl.conf"].replace("        over_time = 2880s", "        }\n    junk {", 1)
    assert checks({**TEXTS, "swanctl.conf": text})["swanctl --load-all"].findings


def test_no_charon_is_started_for_a_router_without_tunnels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "_run", lambda *_: pytest.fail("nothing to run"))
    run = checks({"swanctl.conf": "# r1: primary\n"})["swanctl --load-all"]
    assert (run.ran, run.findings) == (True, [])


def test_what_cannot_be_checked_here_is_not_run_and_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user whom the kernel gives no namespaces; a machine where charon does not start."""

    def refused() -> tuple[str, ...]:
        raise PermissionError(1, "it needs root, or user namespaces")

    monkeypatch.setattr(native, "_isolated", refused)
    for name in ("nft -c", "swanctl --load-all"):
        run = checks(TEXTS)[name]
        assert (run.ran, run.detail, run.findings) == (False, "not run: it needs root, or user namespaces", [])
    monkeypatch.undo()
    monkeypatch.setattr(native, "_STRONGSWAN_CONF", "charon {{\n load = nonce # {folder}\n}}\n")
    run = checks(TEXTS)["swanctl --load-all"]
    assert (run.ran, run.detail, run.findings) == (False, "not run: charon does not start here", [])


def test_a_program_that_is_not_installed_is_named() -> None:
    check = NativeCheck("x", ("no-such-program",), "nftables.conf", "no-such-package", native.check_nftables)
    (run,) = native_checks(replace(PLATFORM, checks=(check,)), PLAN, TEXTS)
    assert run.detail == "not run: no-such-program is not installed (Debian package no-such-package)"


@pytest.mark.parametrize(
    "options", ["list ruleset", "list table inet peerwright", "-s list ruleset", "-nn list ruleset"]
)
@pytest.mark.parametrize("name", ["stateful", "stateless"])
def test_what_nft_prints_is_what_we_meant(tmp_path: Path, name: str, options: str) -> None:
    texts = files(PLANS[name])
    path = tmp_path / "nftables.conf"
    path.write_text(texts["nftables.conf"])
    done = isolated(f'nft -f "$0" && nft -f "$0" && nft {options}', str(path))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("chain control-plane {") == 1, "loading it again replaces it"
    result = read_device(PLATFORM, {**texts, "nftables.conf": done.stdout})
    assert result.unrecognised == ()
    assert result.facts == PLATFORM.observable(PLANS[name].facts)


def test_tables_of_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "nftables.conf"
    path.write_text(TEXTS["nftables.conf"])
    done = isolated('nft add table ip docker; nft -f "$0" && nft -f "$0" && nft list tables', str(path))
    assert done.stdout.split("\n")[:-1] == ["table ip docker", "table inet peerwright"]


def test_ifupdown2_takes_the_links(tmp_path: Path) -> None:
    path = tmp_path / "interfaces"
    path.write_text(TEXTS["interfaces"])
    done = isolated(CHECK_LINKS, str(path))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_ifupdown2_refuses_another_type_of_link(tmp_path: Path) -> None:
    path = tmp_path / "interfaces"
    path.write_text(TEXTS["interfaces"].replace("xfrm-id 308", "xfrm-id 99308").replace("type dummy", "type dumy"))
    done = isolated(CHECK_LINKS, str(path))
    assert done.returncode == 1
    assert "xfrm308: xfrm-id: value of out range" in done.stdout + done.stderr
    assert "lo309: link-type: invalid value" in done.stdout + done.stderr


@pytest.mark.slow
def test_frr_prints_the_lines_and_the_facts_that_we_wrote(tmp_path: Path) -> None:
    path = tmp_path / "frr.conf"
    path.write_text(TEXTS["frr.conf"])
    done = isolated(LOAD, str(path), "r1")
    assert done.returncode == 0, done.stderr
    assert statements(done.stdout) == statements(TEXTS["frr.conf"])
    assert " neighbor 169.254.21.2 update-source lo310" in done.stdout
    result = read_device(PLATFORM, {**TEXTS, "frr.conf": done.stdout})
    assert result.unrecognised == ()
    assert result.facts == PLATFORM.observable(PLAN.facts)


NETWORK = """
set -e
mount -t tmpfs tmpfs /run
mkdir /run/netns
link() {  # namespace, device here, address there, address here
  ip netns list | grep -q "^$1" || { ip netns add $1; ip -n $1 link set lo up; }
  ip link add name $2 type veth peer name p0 netns $1
  ip -n $1 link set p0 name $2 up
  ip -n $1 addr add $3 dev $2
  ip addr add $4 dev $2
  ip link set $2 up
}
ip link set lo up
echo 1 > /proc/sys/net/ipv4/ip_forward
link core eth2.20 192.168.20.2/30 192.168.20.1/30
link vnet xfrm308 169.254.7.2/30 169.254.7.1/30
link dmz eth2.30 192.168.30.2/30 192.168.30.1/30
link microsoft eth1.77.420 203.0.113.2/30 203.0.113.1/30
link msee eth1.77.410 172.19.254.2/30 172.19.254.1/30
link spare eth8 192.168.8.2/30 192.168.8.1/30
link other eth9 192.168.9.2/30 192.168.9.1/30
ip -n core addr add 10.20.0.5/32 dev lo
ip -n vnet addr add 10.60.0.4/32 dev lo
ip -n microsoft addr add 198.51.100.9/32 dev lo
ip -n dmz addr add 10.20.0.6/32 dev lo
ip -n dmz addr add 10.20.5.10/32 dev lo
ip -n core route add default via 192.168.20.1
ip -n vnet route add default via 169.254.7.1
ip -n dmz route add default via 192.168.30.1
ip -n microsoft route add default via 203.0.113.1
ip -n spare route add default via 192.168.8.1
ip -n other route add default via 192.168.9.1
ip -n msee route add default via 172.19.254.1
ip route add 10.20.0.5 via 192.168.20.2
ip route add 10.20.0.6 via 192.168.30.2
ip route add 10.20.5.10 via 192.168.30.2
ip route add 10.60.0.4 via 169.254.7.2
ip route add 198.51.100.9 via 203.0.113.2
nft -f "$0"
ip netns exec microsoft nft -f - <<X
table ip seen {
  chain dscp {
    type filter hook input priority 0
    tcp dport 443 ip dscp vmap { cs0 : goto zero, ef : goto voice }
  }
  chain zero {
    counter
  }
  chain voice {
    counter
  }
}
X
cat > /run/serve.py <<X
import socket, sys, threading
def answer(server):
    while True:
        there, who = server.accept()
        there.send(f"{who[0]} {there.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)}".encode())
        there.close()
for port in sys.argv[1:]:
    threading.Thread(target=answer, args=(socket.create_server(("", int(port))),)).start()
print("ready", flush=True)
X
cat > /run/ask.py <<X
import socket, sys
here, there, port, tos = sys.argv[1:]
asking = socket.socket()
asking.settimeout(0.8)
asking.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, int(tos))
try:
    asking.bind((here, 0))
    asking.connect((there, int(port)))
    print(asking.recv(99).decode())
except TimeoutError:
    print("nothing")
X
serve() {
  "$@" > /run/serving &
  for attempt in $(seq 100); do grep -q ready /run/serving && break; sleep 0.05; done
}
serve python3 /run/serve.py 22 179
for namespace in core vnet microsoft other; do
  serve ip netns exec $namespace python3 /run/serve.py 443 1433 8443
done
while read namespace here there port tos; do
  ip netns exec $namespace python3 /run/ask.py $here $there $port $tos </dev/null
done <<X
$1
X
echo "== router"
nft list chain inet peerwright filter/CORP-IN-TUN/4
echo "== microsoft"
ip netns exec microsoft nft list table ip seen
"""

ATTEMPTS = [
    ("core 10.20.0.5 10.60.0.4 443 0", "10.20.0.5 1338"),  # let through, and its MSS 1350 without the timestamps
    ("core 10.20.0.5 10.60.0.4 8443 0", "nothing"),
    ("core 192.168.20.2 10.60.0.4 443 0", "nothing"),  # not from the prefixes of the customer
    ("vnet 10.60.0.4 10.20.0.5 1433 0", "10.60.0.4 1338"),
    ("vnet 10.60.0.4 10.20.0.5 443 0", "nothing"),
    ("core 10.20.0.5 192.168.9.2 443 0", "nothing"),  # from a zone to an interface of none
    ("spare 192.168.8.2 10.20.0.5 443 0", "nothing"),  # and back
    ("spare 192.168.8.2 192.168.9.2 443 0", "192.168.8.2 1448"),  # none of our business
    ("dmz 10.20.0.6 198.51.100.9 443 184", "203.0.113.64/28 1448"),  # EF stays
    ("dmz 10.20.5.10 198.51.100.9 443 104", "203.0.113.80/32 1448"),  # AF31 becomes 0
    ("dmz 10.20.0.6 198.51.100.9 1433 0", "nothing"),
    ("msee 172.19.254.2 172.19.254.1 179 0", "172.19.254.2 1448"),
    ("msee 172.19.254.2 172.19.254.1 22 0", "nothing"),  # FW-PERM-11
    ("spare 192.168.8.2 192.168.8.1 179 0", "nothing"),  # no zone, but the control plane drops it
]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["stateful", "stateless"])
def test_the_kernel_lets_through_what_the_plan_lets_through(tmp_path: Path, name: str) -> None:
    """Without VRFs, which not every kernel has: the maps are asked for ``iifname`` too.

    In the stateful plan no rule lets answers back; only the connection does.
    """
    path = tmp_path / "nftables.conf"
    path.write_text(files(PLANS[name])["nftables.conf"])
    done = isolated(NETWORK, str(path), "\n".join(attempt for attempt, _ in ATTEMPTS))
    assert done.returncode == 0, done.stderr
    answers, _, rest = done.stdout.partition("== router\n")
    router, _, microsoft = rest.partition("== microsoft\n")
    for (attempt, wanted), answer in zip(ATTEMPTS, answers.splitlines(), strict=True):
        assert alike(answer, wanted), attempt
    dropped = re.search(r"counter packets (\d+) bytes \d+ drop", router)
    assert dropped is not None
    assert int(dropped[1]) >= 2, "both attempts from core are counted"
    zero, voice = (int(found) for found in re.findall(r"packets (\d+)", microsoft))
    assert zero > 0, "AF31 arrives as 0"
    assert voice > 0, "EF arrives as it was sent"


def alike(answer: str, wanted: str) -> bool:
    """The source that the server saw, which may be any of a pool, and the segment size."""
    if "/" not in wanted:
        return answer == wanted
    address, _, size = answer.partition(" ")
    pool, _, expected = wanted.partition(" ")
    return ip_address(address) in ip_network(pool) and size == expected
