"""The tunnels themselves."""

from __future__ import annotations

import re
from typing import Final

from generator.lab.edge.gateway import VICI
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow
from generator.lab.proofs.places import row, sites
from generator.lab.sites import GatewaySite

_SA: Final = re.compile(r"([\w.-]+) \{uniqueid=\d+ version=2 state=ESTABLISHED")
_CHILD: Final = re.compile(r"name=([\w.-]+) uniqueid=\d+ reqid=\d+ state=INSTALLED mode=TUNNEL protocol=ESP")


def tunnels_up(lab: Lab) -> ProofRow:
    """From each device to each instance of the gateway, ESP in tunnel mode is installed (IPS-BGP-01)."""
    wrong, total = [], 0
    for site in sites(lab, GatewaySite):
        said = lab.run(site.name, ("swanctl", "--list-sas", "--raw", "--uri", f"unix://{VICI}")).stdout
        up = installed(said)
        for number, (_, tunnel) in enumerate(site.tunnels, 1):
            total += 1
            if f"tun{number}" not in up:
                wrong.append(f"{tunnel.local} to {tunnel.remote}")
    return row(
        "every tunnel of the mesh is installed, ESP in tunnel mode",
        wrong,
        total,
        "tunnels",
        why_none="nothing is encrypted",
    )


def installed(text: str) -> frozenset[str]:
    """Connections with an IKE SA that is established and a child SA that is installed, of ``swanctl --list-sas --raw``."""
    return frozenset(_SA.findall(text)) & frozenset(_CHILD.findall(text))
