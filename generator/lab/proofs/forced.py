"""Forced tunnelling: what leaves a VNet for the Internet arrives at home (ER-DEF-01)."""

from __future__ import annotations

import time
from typing import Final

from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.places import both_ends, row
from generator.lab.proofs.traffic import Route, streams
from generator.model.address import parse_address
from generator.model.plan import Domain

SOMEWHERE: Final = {4: parse_address("203.0.113.200"), 6: parse_address("2001:db8:1e7::200")}
"""Addresses on the Internet; the host at home plays them."""
PORT: Final = 5201


def forced_tunnelling(lab: Lab) -> ProofRow:
    """A VNet's host reaches an address of the Internet through the network at home, where the inventory wants it so."""
    wrong, total = [], 0
    for ends in both_ends(lab):
        wanted = [
            one for one in ends.customer.peerings() if one.domain is Domain.PRIVATE and one.spec.forced_tunnelling
        ]
        if not wanted:
            continue
        total += 1
        target = SOMEWHERE[ends.home.version]
        lab.run(
            ends.onprem.name,
            ("ip", "address", "replace", f"{target}/{target.max_prefixlen}", "dev", "host0"),
            check=True,
        )
        with streams(lab, [Route(ends.vnet.name, ends.azure, ends.onprem.name, target, PORT)], flows=1) as (stream,):
            time.sleep(0.5)
        if not stream.count:
            wrong.append(f"{ends.customer.name} IPv{ends.home.version}: nothing arrived at home")
    name = "the Internet is reached through the network at home"
    if not total:
        return ProofRow(name=name, verdict=Verdict.NOT_RUN, detail="forced tunnelling is not asked for")
    return row(name, wrong, total, "directions", why_none="forced tunnelling is not asked for")
