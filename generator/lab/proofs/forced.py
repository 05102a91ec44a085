"""Forced tunnelling: what leaves a VNet for the Internet arrives at home, as long as there is a way out (ER-DEF-01, ER-DEF-05)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from generator.lab.edge.printing import BIRD_CONF, BIRD_SOCKET
from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.birds import taken
from generator.lab.proofs.places import EdgeSession, Ends, both_ends, edge_sessions, row, sites
from generator.lab.proofs.traffic import Route, streams
from generator.lab.sites import OnpremSite
from generator.model.address import parse_address
from generator.model.plan import Domain

SOMEWHERE: Final = {4: parse_address("203.0.113.200"), 6: parse_address("2001:db8:1e7::200")}
"""Addresses on the Internet; the host at home plays them."""
PORT: Final = 5201
GIVEN_UP: Final = 15.0
"""Seconds that a withdrawal may take from home to Microsoft: two hops of BGP on a busy machine."""
BACK: Final = 60.0
NOT_ASKED: Final = "forced tunnelling is not asked for"


def forced_tunnelling(lab: Lab) -> ProofRow:
    """A VNet's host reaches an address of the Internet through the network at home, where the inventory wants it so."""
    wrong, figures = [], []
    found = list(_wanted(lab))
    for ends in found:
        count = _arrived(lab, ends)
        words = f"{ends.customer.name} IPv{ends.home.version}"
        figures.append(f"{words} {count} packets")
        if not count:
            wrong.append(f"{words}: nothing arrived at home")
    said = row("the Internet is reached through the network at home", wrong, len(found), "ways", why_none=NOT_ASKED)
    return said if wrong or not found else _measured(said, figures)


def default_withdrawn(lab: Lab) -> Iterator[ProofRow]:
    """Where the way out at home is gone, both routers take the default route back from Microsoft, and give it again."""
    name = "without a way out at home, both routers take the default route back"
    announced = [one for one in edge_sessions(lab) if _default_of(one)]
    found = list(_wanted(lab))
    if not found:
        yield ProofRow(name=name, verdict=Verdict.NOT_RUN, detail=NOT_ASKED)
        return
    with _no_way_out(lab):
        began = time.monotonic()
        seconds = _until(lambda: not any(_has_default(lab, one) for one in announced), GIVEN_UP)
        left = [str(one) for one in announced if _has_default(lab, one)]
        through = [f"{ends.customer.name}: packets still arrive" for ends in found if _arrived(lab, ends)]
    took = f"after {seconds - began:.1f} s"
    yield _measured(row(name, [*left, *through], len(announced), "sessions"), [took])
    _until(lambda: all(_has_default(lab, one) for one in announced), BACK)
    missing = [str(one) for one in announced if not _has_default(lab, one)]
    missing += [f"{ends.customer.name}: nothing arrived" for ends in found if not missing and not _arrived(lab, ends)]
    yield row("with the way out comes the default route", missing, len(announced), "sessions")


def _measured(said: ProofRow, figures: list[str]) -> ProofRow:
    return ProofRow(
        name=said.name, verdict=said.verdict, figure=f"{said.figure}, {', '.join(figures)}", detail=said.detail
    )


def _wanted(lab: Lab) -> Iterator[Ends]:
    """Hosts of customers whose private peering is to bring what is for the Internet home."""
    for ends in both_ends(lab):
        peerings = [one for one in ends.customer.peerings() if one.domain is Domain.PRIVATE]
        if any(one.spec.forced_tunnelling and getattr(one, f"v{ends.home.version}") for one in peerings):
            yield ends


def _arrived(lab: Lab, ends: Ends) -> int:
    """Packets that the host at home, in the part of the Internet, had from the VNet's."""
    target = SOMEWHERE[ends.home.version]
    whole = f"{target}/{target.max_prefixlen}"
    lab.run(ends.onprem.name, ("ip", "address", "replace", whole, "dev", "host0"), check=True)
    with streams(lab, [Route(ends.vnet.name, ends.azure, ends.onprem.name, target, PORT)], flows=1) as (stream,):
        time.sleep(0.5)
    return stream.count


def _default_of(one: EdgeSession) -> bool:
    announced = one.one.peering.announce.get(one.edge.role, ())
    return any(not prefix.prefixlen and prefix.version == one.family for prefix in announced)


def _has_default(lab: Lab, one: EdgeSession) -> bool:
    return any(not prefix.prefixlen for prefix in taken(lab, one.edge.name, one.name, one.table))


@contextmanager
def _no_way_out(lab: Lab) -> Iterator[None]:
    """The networks at home lose their default routes."""
    homes = [one.name for one in sites(lab, OnpremSite)]
    kept, again = f"{BIRD_CONF}.whole", f"birdc -s {BIRD_SOCKET} configure"
    without = rf"cp -p {BIRD_CONF} {kept} && sed -i -E '/^ *route (0\.0\.0\.0|::)\/0 /d' {BIRD_CONF} && {again}"
    for name in homes:
        lab.sh(name, without, check=True)
    try:
        yield
    finally:
        for name in homes:
            lab.sh(name, f"cp -p {kept} {BIRD_CONF} && {again}", check=True)


def _until(true: Callable[[], bool], seconds: float) -> float:
    """Wait for it; when it came about, or when it was given up."""
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.1)
    return time.monotonic()
