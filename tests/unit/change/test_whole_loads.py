"""Files that a Linux router takes as a whole, with the real programs: at once, or nothing; and what is the same is left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import api
from tests.changes.make import texts
from tests.edited import SHIPPED
from tests.unit.platforms.test_linux_frr_native import isolated

INVENTORY = SHIPPED / "fjellmark-linux"

NFT = """
mount -t tmpfs tmpfs /run
nft -f "$0" || exit 1
nft monitor > /run/seen & monitor=$!
until nft list tables > /dev/null && [ -s /run/seen ]; do nft add table ip probe; nft delete table ip probe; sleep 0.05; done
nft list ruleset > /run/before
: > /run/seen
nft -f "$1" 2> /run/said; echo "ended $?"
sleep 0.3
kill $monitor
grep -c '# new generation' /run/seen
nft list ruleset > /run/after
cmp -s /run/before /run/after && echo same || echo other
cat /run/said
"""


def load(first: str, second: str, folder: Path) -> list[str]:
    """Load two rulesets after each other: exit status of the second, commits that the kernel made of it, same or other."""
    for name, text in (("first", first), ("second", second)):
        (folder / name).write_text(text)
    done = isolated(NFT, str(folder / "first"), str(folder / "second"))
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", ["firewall-on", "firewall-off", "flows-other", "several"])
def test_a_ruleset_takes_effect_in_one_commit_of_the_kernel(name: str, tmp_path: Path) -> None:
    """So no packet ever meets the half of it: that is why the simulator looks at the two ends only."""
    running, intended = texts("linux_frr", name)
    ended = load(running["nftables.conf"], intended["nftables.conf"], tmp_path)
    assert ended[:3] == ["ended 0", "1", "other"], ended


def test_a_ruleset_with_one_wrong_line_changes_nothing(tmp_path: Path) -> None:
    running, intended = texts("linux_frr", "flows-other")
    broken = intended["nftables.conf"].rstrip() + "\ntable inet late {\n    chain c {\n        jump nowhere\n    }\n}\n"
    ended = load(running["nftables.conf"], broken, tmp_path)
    assert ended[:3] == ["ended 1", "0", "same"], ended


LINKS = """
mount -t tmpfs tmpfs /run
mount -t sysfs sysfs /sys
echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
mkdir /run/network /run/made
ip link set lo up
for name in eth1 eth2; do
  ip link add $name type veth peer name p$name
  ip link set p$name up
done
mount --bind "$0" /etc/network/interfaces
ifreload -a || exit 1
ip -o -4 address show > /run/made/before
ip monitor link address route > /run/made/seen & monitor=$!
sleep 0.3
cat "$1" > "$0"
ifreload -a || exit 1
sleep 0.3
kill $monitor
ip -o -4 address show dev eth2
echo ---
cat /run/made/seen
"""


def links(second: str) -> str:
    return (
        "auto lo\\niface lo inet loopback\\n\\nauto eth1\\niface eth1\\n    address 192.0.2.1/30\\n    mtu 1400\\n\\n"
        f"auto eth2\\niface eth2\\n    {second}\\n"
    ).replace("\\n", "\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("address 192.0.2.5/30", "address 192.0.2.9/30"),
        ("address 192.0.2.5/30", "address 192.0.2.5/30\n    mtu 1380"),
        ("address 192.0.2.5/30", "address 192.0.2.5/30\n    alias to somebody else"),
    ],
)
def test_ifreload_does_not_touch_a_device_that_is_as_the_file_says(old: str, new: str, tmp_path: Path) -> None:
    """Not a single event of the kernel about it: no bounce, no address taken and given, no route lost."""
    for name, text in (("first", links(old)), ("second", links(new))):
        (tmp_path / name).write_text(text)
    done = isolated(LINKS, str(tmp_path / "first"), str(tmp_path / "second"))
    assert done.returncode == 0, done.stdout + done.stderr
    addresses, _, events = done.stdout.partition("---\n")
    assert new.split("\n")[0].removeprefix("address ") in addresses
    assert "eth2" in events, "the monitor was awake"
    assert [line for line in events.splitlines() if "eth1" in line.replace("peth1", "")] == []


TUNNELS = """
mount -t tmpfs tmpfs /run
mkdir /run/netns /run/here /run/far
ip link set lo up
ip netns add far
ip link add name out type veth peer name in netns far
ip addr add 172.20.0.1/32 dev out
ip link set out up
ip route add 10.60.255.0/24 dev out
ip -n far link set lo up
ip -n far link set in up
ip -n far addr add 10.60.255.14/32 dev in
ip -n far addr add 10.60.255.15/32 dev in
ip -n far route add 172.20.0.1 dev in
for end in here far; do
  cat > /run/$end/strongswan.conf <<END
charon {
  install_routes = no
  load = random nonce openssl kdf kernel-libipsec kernel-netlink socket-default vici
  plugins {
    vici {
      socket = unix:///run/$end/vici
    }
  }
}
swanctl {
  load = random openssl
}
END
done
swan() {
  STRONGSWAN_CONF=/run/$1/strongswan.conf SWANCTL_DIR=/run/$1 swanctl "$2" --uri unix:///run/$1/vici 2>/dev/null
}
listed() {
  swan here --list-sas | grep ESTABLISHED
}
up() {  # name, and for a changed file the line that must not be there any more
  for attempt in $(seq 300); do
    seen=$(listed)
    [ "$(echo "$seen" | grep -c ESTABLISHED)" -ge 2 ] && { [ -z "$2" ] || ! echo "$seen" | grep -qF "$2"; } && break
    sleep 0.1
  done
  echo "== $1"
  echo "$seen"
}
STRONGSWAN_CONF=/run/far/strongswan.conf ip netns exec far /usr/lib/ipsec/charon > /run/log 2>&1 &
until [ -S /run/far/vici ]; do sleep 0.05; done
rm -f /run/charon.pid
STRONGSWAN_CONF=/run/here/strongswan.conf /usr/lib/ipsec/charon > /run/log 2>&1 &
until [ -S /run/here/vici ]; do sleep 0.05; done
cp "$0/far" /run/far/swanctl.conf
swan far --load-all > /dev/null
for name in first same other back; do
  cp "$0/$name" /run/here/swanctl.conf
  swan here --load-all > /dev/null || exit 1
  gone=
  case $name in other|back) gone=$(echo "$seen" | grep xfrm309) ;; esac
  up $name "$gone"
done
"""


def seen_from_there(text: str) -> str:
    """The other end of every connection."""
    for one, other in (("local", "remote"), ("id-local", "id-remote")):
        text = re.sub(rf"(?<![\w-]){one}(?=[ _])", "@", text)
        text = re.sub(rf"(?<![\w-]){other}(?=[ _])", one, text).replace("@", other)
    return text.replace("start_action = start", "start_action = none").replace(
        "close_action = start", "close_action = none"
    )


def test_swanctl_leaves_alone_a_tunnel_whose_connection_is_the_same(tmp_path: Path) -> None:
    """Two real charons with a rendered file: the same tunnel is up before, while and after the other one is set up anew."""
    if not Path("/usr/lib/ipsec/charon").exists() or not Path("/dev/net/tun").exists():
        pytest.skip("it needs strongswan-charon and /dev/net/tun")
    folder = tmp_path / "rendered"
    api.render(INVENTORY, folder, native=False)
    text = (folder / "r1" / "swanctl.conf").read_text()
    # ESP is a process here, not the kernel: it would route IKE itself into a tunnel that is for everything.
    text = text.replace("local_ts = 0.0.0.0/0", "local_ts = 10.8.0.0/24").replace(
        "remote_ts = 0.0.0.0/0", "remote_ts = 10.9.0.0/24"
    )
    head, mark, second = text.partition("    xfrm309 {")
    other = head + mark + second.replace("dpd_delay = 10s", "dpd_delay = 12s", 1)
    assert other != text
    for name, one in (
        ("far", seen_from_there(text)),
        ("first", text),
        ("same", text),
        ("other", other),
        ("back", text),
    ):
        (tmp_path / name).write_text(one)
    done = isolated(TUNNELS, str(tmp_path))
    states = [
        dict(re.findall(r"(xfrm\d+): #\d+, ESTABLISHED, IKEv2, (\w+)", part)) for part in done.stdout.split("== ")[1:]
    ]
    assert [sorted(one) for one in states] == [["xfrm308", "xfrm309"]] * 4, done.stdout + done.stderr
    first, same, changed, back = states
    assert same == first
    assert {one["xfrm308"] for one in states} == {first["xfrm308"]}, "it was never set up again"
    assert len({first["xfrm309"], changed["xfrm309"], back["xfrm309"]}) == 3, "this is what the pack calls a risk"
