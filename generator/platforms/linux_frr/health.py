"""BFD, tunnels and prefixes as FRR and strongSwan report them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from generator.model.address import Prefix, parse_address, parse_prefix
from generator.model.facts import Neighbor, NeighborKey
from generator.model.plan import DevicePlan
from generator.platforms.health import Health, Observed
from generator.platforms.linux_frr.names import vrf_device

_BFD: Final = "show bfd peers json"
_SAS: Final = "swanctl --list-sas"


def commands(plan: DevicePlan) -> tuple[str, ...]:
    """One for BFD, one for tunnels, two for each neighbour in each family."""
    found = [_BFD] if any(one.bfd is not None for one in plan.facts.neighbors.values()) else []
    if plan.facts.tunnels:
        found.append(_SAS)
    for one in plan.facts.neighbors.values():
        found += [_routes(one), _advertised(one)]
    return tuple(found)


def _about(one: Neighbor) -> str:
    vrf = f" vrf {vrf_device(one.vrf)}" if one.vrf else ""
    return f"show bgp{vrf} ipv{one.family} unicast neighbors {one.address}"


def _routes(one: Neighbor) -> str:
    return f"{_about(one)} routes json"


def _advertised(one: Neighbor) -> str:
    return f"{_about(one)} advertised-routes json"


def read(plan: DevicePlan, answers: Mapping[str, str]) -> Observed:
    """The answers, by command."""
    peers = {(one.get("vrf", "default"), parse_address(one["peer"])): one for one in _json(answers.get(_BFD, ""), [])}
    bfd: dict[NeighborKey, bool] = {}
    accepted: dict[NeighborKey, frozenset[Prefix]] = {}
    announced: dict[NeighborKey, frozenset[Prefix]] = {}
    best: dict[NeighborKey, frozenset[Prefix]] = {}
    for key, one in plan.facts.neighbors.items():
        if one.bfd is not None:
            peer = peers.get((vrf_device(one.vrf) if one.vrf else "default", one.address))
            bfd[key] = peer is not None and peer.get("status") == "up"
        routes = _json(answers.get(_routes(one), ""), {}).get("routes", {})
        accepted[key] = frozenset(map(parse_prefix, routes))
        best[key] = frozenset(
            parse_prefix(prefix) for prefix, paths in routes.items() if any(path.get("bestpath") for path in paths)
        )
        routes = _json(answers.get(_advertised(one), ""), {})
        announced[key] = frozenset(map(parse_prefix, routes.get("advertisedRoutes", {})))
    installed = set(re.findall(r"^\s+(\S+?)(?:-\d+)?: #\d+, reqid \d+, INSTALLED", answers.get(_SAS, ""), re.M))
    return Observed(bfd, {name: name in installed for name in plan.facts.tunnels}, accepted, announced, best)


def _json(text: str, fallback: Any) -> Any:
    """What FRR says; for a neighbour that it does not know it says a warning instead."""
    try:
        found = json.loads(text)
    except ValueError:
        return fallback
    return found if isinstance(found, type(fallback)) else fallback


HEALTH: Final = Health(commands, read)
