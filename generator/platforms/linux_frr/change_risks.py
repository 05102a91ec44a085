"""What traffic can feel while a Linux router takes commands, though it is safe after each: files that go as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from generator.model.change import Risk
from generator.platforms.changing import Typed
from generator.platforms.linux_frr.change_items import LOADS

_LOADING: Final = {
    "daemons": Risk(
        "FRR starts anew: every session of the router goes down, of all customers",
        "a daemon that is switched on in /etc/frr/daemons only starts with all the others",
    ),
    "sysctl.conf": Risk(
        "kernel settings change for the whole router, also where somebody set them by hand",
        "sysctl -p writes every line of the file",
    ),
    "nftables.conf": Risk(
        "nftables takes the whole file or refuses it: counters begin at zero, and sessions that are translated keep"
        " the address that they have until they end",
        "nft -f is one transaction, and connection tracking does not look at the rules again",
    ),
    "interfaces": Risk(
        "ifreload touches every device that is not as the file says, also one that somebody changed by hand; a device"
        " with another VRF, tag or parent is deleted and made again",
        "ifreload -a compares the whole file with the kernel, and the tag of a VLAN device is fixed when it is made",
    ),
    "swanctl.conf": Risk(
        "a tunnel whose connection differs in anything is closed and set up again, all others stay up; one that is taken"
        " out of the file stays up until it is terminated or its lifetime ends",
        "swanctl --load-all compares each connection with what is loaded, and starts those that it replaced",
    ),
}


def risks(commands: Iterable[Typed]) -> Iterator[Risk]:
    """One for each file that takes effect."""
    files = {command: file for file, command in LOADS.items()}
    loaded = dict.fromkeys(files[one.text] for one in commands if not one.context and one.text in files)
    return (_LOADING[file] for file in loaded)
