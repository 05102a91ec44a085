"""FRR's ``show bgp vrf all neighbors json`` in NAPALM's shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from .interfaces import full_names

if TYPE_CHECKING:
    from napalm.base import models

_FAMILIES: Final = {"ipv4Unicast": "ipv4", "ipv6Unicast": "ipv6"}
_MODES: Final = {"ebgp": "external", "ibgp": "internal"}


def _peers(text: str, links: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """VRF, address and what FRR says of it.  A router without BGP has none."""
    names = full_names(links)
    found = json.loads(text) if text.lstrip().startswith("{") else {}
    for device, peers in found.items():
        vrf = "global" if device == "default" else names.get(device, device)
        for address, peer in peers.items():
            if isinstance(peer, dict) and "bgpState" in peer:
                yield vrf, address, peer


def neighbors(text: str, links: str) -> dict[str, models.BGPStateNeighborsPerVRFDict]:
    """For ``get_bgp_neighbors``."""
    result: dict[str, models.BGPStateNeighborsPerVRFDict] = {}
    for vrf, address, peer in _peers(text, links):
        group = result.setdefault(vrf, {"router_id": str(peer.get("localRouterId", "")), "peers": {}})
        group["peers"][address] = {
            "local_as": int(peer.get("localAs", 0)),
            "remote_as": int(peer.get("remoteAs", 0)),
            "remote_id": str(peer.get("remoteRouterId", "")),
            "is_up": peer["bgpState"] == "Established",
            "is_enabled": not peer.get("adminShutDown", False),
            "description": str(peer.get("nbrDesc", "")),
            "uptime": int(peer.get("bgpTimerUpMsec", -1000)) // 1000,
            "address_family": dict(_counts(peer)),
        }
    return result


def _counts(peer: dict[str, Any]) -> Iterator[tuple[str, models.BGPStateAddressFamilyDict]]:
    for name, values in peer.get("addressFamilyInfo", {}).items():
        if name in _FAMILIES:
            accepted = int(values.get("acceptedPrefixCounter", -1))
            yield (
                _FAMILIES[name],
                {
                    # Without soft-reconfiguration FRR forgets what it refused, so both counts are the same.
                    "received_prefixes": accepted,
                    "accepted_prefixes": accepted,
                    "sent_prefixes": int(values.get("sentPrefixCounter", -1)),
                },
            )


def neighbors_detail(text: str, links: str, only: str) -> dict[str, models.PeerDetailsDict]:
    """For ``get_bgp_neighbors_detail``; ``only``: one neighbour's address, or empty."""
    result: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for vrf, address, peer in _peers(text, links):
        if only in ("", address):
            detail = _detail(vrf, address, peer)
            result.setdefault(vrf, {}).setdefault(detail["remote_as"], []).append(detail)
    return result


def _detail(vrf: str, address: str, peer: dict[str, Any]) -> dict[str, Any]:
    families = peer.get("addressFamilyInfo", {})
    counts = dict(_counts(peer)).values()
    policies: dict[str, Any] = next((one for name, one in families.items() if name in _FAMILIES), {})
    return {
        "up": peer["bgpState"] == "Established",
        "local_as": int(peer.get("localAs", 0)),
        "remote_as": int(peer.get("remoteAs", 0)),
        "router_id": str(peer.get("localRouterId", "")),
        "local_address": str(peer.get("hostLocal", "")),
        "routing_table": vrf,
        "local_address_configured": "updateSource" in peer,
        "local_port": int(peer.get("portLocal", 0)),
        "remote_address": address,
        "remote_port": int(peer.get("portForeign", 0)),
        "multihop": int(peer.get("externalBgpNbrMaxHopsAway", 1)) > 1,
        "multipath": False,
        "remove_private_as": False,
        "import_policy": str(policies.get("routeMapForIncomingAdvertisements", "")),
        "export_policy": str(policies.get("routeMapForOutgoingAdvertisements", "")),
        "input_messages": int(peer.get("messageStats", {}).get("totalRecv", -1)),
        "output_messages": int(peer.get("messageStats", {}).get("totalSent", -1)),
        "input_updates": int(peer.get("messageStats", {}).get("updatesRecv", -1)),
        "output_updates": int(peer.get("messageStats", {}).get("updatesSent", -1)),
        "messages_queued_out": int(peer.get("messageStats", {}).get("depthOutq", -1)),
        "connection_state": str(peer["bgpState"]),
        "previous_connection_state": "",
        "last_event": str(peer.get("lastResetDueTo", "")),
        "suppress_4byte_as": False,
        "local_as_prepend": False,
        "holdtime": int(peer.get("bgpTimerHoldTimeMsecs", 0)) // 1000,
        "configured_holdtime": int(peer.get("bgpTimerConfiguredHoldTimeMsecs", 0)) // 1000,
        "keepalive": int(peer.get("bgpTimerKeepAliveIntervalMsecs", 0)) // 1000,
        "configured_keepalive": int(peer.get("bgpTimerConfiguredKeepAliveIntervalMsecs", 0)) // 1000,
        "active_prefix_count": -1,
        "received_prefix_count": sum(one["received_prefixes"] for one in counts),
        "accepted_prefix_count": sum(one["accepted_prefixes"] for one in counts),
        "suppressed_prefix_count": -1,
        "advertised_prefix_count": sum(one["sent_prefixes"] for one in counts),
        "flap_count": int(peer.get("connectionsDropped", -1)),
    }
