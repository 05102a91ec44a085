"""How the lab boots a Linux router: where the rendered files go, and what reads them.

Just what an administrator does with the files: kernel settings, links, filters, routing, tunnels, in the order in
which each finds what it needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from generator.platforms.base import Boot, BootStep

PATHS: Final = {
    "frr.conf": "/etc/frr/frr.conf",
    "daemons": "/etc/frr/daemons",
    "interfaces": "/etc/network/interfaces",
    "swanctl.conf": "/etc/swanctl/swanctl.conf",
    "nftables.conf": "/etc/nftables.conf",
    "sysctl.conf": "/etc/sysctl.d/90-peerwright.conf",
}
"""File as rendered → where it is on the router."""

VICI: Final = "/run/charon.vici"
_STRONGSWAN: Final = """\
charon {
  load = random nonce openssl kdf kernel-netlink socket-default vici updown
  install_routes = no
  retransmit_timeout = 2.0
  retransmit_base = 1.4
  filelog {
    log {
      path = /var/log/charon.log
      default = 1
    }
  }
  plugins {
    vici {
      socket = unix:///run/charon.vici
    }
  }
}
swanctl {
  load = random openssl
}
"""
"""No routes by the IKE daemon: BGP decides what goes into a tunnel (PLT-LNX-09).  Retransmissions come sooner than by
default, since at the start of a lab the way to the other end is not there yet: a peer is given up after 33 s, not 165."""
_LINKS: Final = (
    'said=$(ifup -a 2>&1); code=$?; echo "$said"; case "$said" in *warning:*) ifreload -a ;; *) exit $code ;; esac'
)
"""On a busy machine ifupdown2 may look for a device before the kernel has told it that it is there: once more, then."""
_CONFIGURED: Final = f"""\
lines='^router bgp|^ neighbor [^ ]+ remote-as'
wanted=$(grep -cE "$lines" {PATHS["frr.conf"]})
[ "$wanted" -eq 0 ] && exit 0
for attempt in 1 2 3 4 5 6 7 8; do
  for look in 1 2 3 4 5 6 7 8 9 10; do
    [ "$(vtysh -c 'show running-config' | grep -cE "$lines")" -ge "$wanted" ] && exit 0
    sleep 0.5
  done
  vtysh -b
done
echo "not all of the config was taken: $wanted lines of BGP were expected"
"""
"""On a busy machine the config may be read before bgpd is there, or while it is started once more, and is lost on it,
in part or as a whole: looked at, and read once more.  What is missing even then is seen by its sessions."""
_CHARON: Final = "/usr/lib/ipsec/charon"


def boot(files: Mapping[str, str]) -> Boot:
    """For the rendered ``files`` of one router, by their names."""
    steps = [
        BootStep(("sysctl", "-q", "-p", PATHS["sysctl.conf"]), "kernel settings"),
        BootStep(("sh", "-c", _LINKS), "links"),
        BootStep(("nft", "-f", PATHS["nftables.conf"]), "filters"),
        BootStep(("/usr/lib/frr/frrinit.sh", "start"), "routing"),
        BootStep(("sh", "-c", _CONFIGURED), "routing, its config"),
    ]
    if "remote_addrs" in files.get("swanctl.conf", ""):
        steps += [
            BootStep((_CHARON,), "IKE daemon", wait=False),
            BootStep(("swanctl", "--load-all", "--noprompt"), "tunnels", needs=VICI),
        ]
    contents = {PATHS[name]: text for name, text in files.items()}
    return Boot(
        files={
            **contents,
            "/etc/frr/vtysh.conf": "service integrated-vtysh-config\n",
            "/etc/strongswan.conf": _STRONGSWAN,
        },
        steps=tuple(steps),
        owned=dict.fromkeys((PATHS["frr.conf"], PATHS["daemons"], "/etc/frr/vtysh.conf"), "frr:frr"),
        empty=("/etc/frr", "/etc/swanctl", "/etc/network/interfaces.d", "/etc/nftables.d", "/etc/sysctl.d"),
    )
