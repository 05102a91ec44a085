"""Customers with the same addresses do not see each other (ER-MT-02, ER-MT-03)."""

from __future__ import annotations

import time

from generator.lab.lab import Lab
from generator.lab.proof import ProofRow, Verdict
from generator.lab.proofs.places import Ends, both_ends, open_port
from generator.lab.proofs.traffic import Route, streams
from generator.model.filters import UDP

NAME = "what one customer sends arrives there and with no other customer"


def customers_apart(lab: Lab) -> ProofRow:
    """Each customer sends in turn, and everybody listens on the same kind of address."""
    ends: dict[str, Ends] = {}
    for one in both_ends(lab):
        ends.setdefault(one.customer.name, one)
    if len(ends) < 2:
        return ProofRow(name=NAME, verdict=Verdict.NOT_RUN, detail="there is one customer only")
    figures, wrong = [], []
    for name, own in ends.items():
        others = [one for other, one in ends.items() if other != name]
        port = open_port(own.customer, UDP, inbound=False)
        if port is None:
            continue
        with streams(lab, [_route(own, port)], [_route(one, port) for one in others], flows=2) as (mine, *strange):
            time.sleep(0.5)
        figures.append(f"{name} {mine.count}, others {sum(one.count for one in strange)}")
        if not mine.count:
            wrong.append(f"{name}: nothing arrived")
        wrong += [
            f"{name} is seen by {one.customer.name}" for one, seen in zip(others, strange, strict=True) if seen.count
        ]
    verdict = Verdict.REFUTED if wrong else Verdict.PROVEN if figures else Verdict.NOT_RUN
    return ProofRow(name=NAME, verdict=verdict, figure="; ".join(figures), detail="; ".join(wrong))


def _route(ends: Ends, port: int) -> Route:
    return Route(ends.onprem.name, ends.home, ends.vnet.name, ends.azure, port)
