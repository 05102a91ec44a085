"""Objects of the facts, and what differs between two of them, in a person's words.  Never a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from ipaddress import IPv4Interface, IPv6Interface
from typing import Any, Final

from generator.model.facts import (
    AsPathEntry,
    AsPathPattern,
    Bfd,
    CryptoPolicy,
    FilterRule,
    IcmpType,
    MaxPrefix,
    Neighbor,
    PrefixEntry,
    Selector,
)
from generator.model.filters import PROTOCOL_WORD
from generator.model.secret import Secret

WORDS: Final[dict[str, str]] = {
    "vrfs": "VRF",
    "interfaces": "interface",
    "prefix_lists": "prefix list",
    "as_path_lists": "AS path list",
    "community_lists": "community list",
    "policies": "policy",
    "bgp": "BGP in VRF",
    "neighbors": "neighbor",
    "static_routes": "static route",
    "tunnels": "tunnel",
    "zones": "zone",
    "zone_policies": "policy",
    "filters": "filter",
    "control_plane": "control plane filter",
    "nat_rules": "NAT rule",
    "shapers": "shaper",
    "remarks": "DSCP policy",
    "macsec": "MACsec on port",
    "state_sync": "state sync on",
}

MEANING: Final[dict[tuple[str, str], str]] = {
    ("interfaces", "tags"): "Microsoft's edge drops frames with other tags (PAIR-005)",
    ("interfaces", "vrf"): "the address belongs into the customer's VRF (PAIR-006)",
    ("interfaces", "addresses"): "the first address of the link's /30 or /126 is ours (PAIR-003)",
    ("interfaces", "mtu"): "the IP MTU towards Microsoft is 1500 (PAIR-024)",
    ("interfaces", "enabled"): "traffic only passes while the interface is up (PAIR-038)",
    ("interfaces", "fhrp"): "a first-hop redundancy group does not belong here (PAIR-039)",
    ("neighbors", "remote_as"): "Microsoft is AS 12076 on every peering (PAIR-004)",
    ("neighbors", "local_as"): "both routers speak for the same AS (PAIR-004)",
    ("neighbors", "password"): "the key is the one entered in Azure, on both links (PAIR-004)",
    ("neighbors", "hold"): "both links have the same timers (PAIR-004)",
    ("neighbors", "keepalive"): "both links have the same timers (PAIR-004)",
    ("neighbors", "bfd"): "both links detect failures alike (PAIR-004)",
    ("neighbors", "import_policy"): "without it everything comes in (PAIR-008)",
    ("neighbors", "export_policy"): "without it everything leaves (PAIR-008)",
    ("neighbors", "activated"): "the session carries no routes of this family (PAIR-018)",
    ("neighbors", "enabled"): "the session stays down (PAIR-038)",
    ("neighbors", "max_prefix"): "it guards against a flood of routes (PAIR-017)",
    ("vrfs", "imports"): "routes leak from another VRF (PAIR-027)",
    ("vrfs", "exports"): "routes may leak to another VRF (PAIR-027)",
    ("bgp", "as_path_ignore"): "maintenance then moves nothing (PAIR-013)",
    ("bgp", "networks"): "other prefixes are originated than planned (PAIR-009, PAIR-016)",
    ("policies", "rules"): "other routes pass than planned (PAIR-009 to PAIR-012)",
    ("policies", "default_permit"): "what no rule decides passes (PAIR-041)",
    ("prefix_lists", "entries"): "other routes pass than planned (PAIR-009 to PAIR-012)",
    ("interfaces", "urpf"): "a strict check drops what came in over the other link (PAIR-023)",
    ("interfaces", "mss"): "packets that are too large for the tunnel are lost (PAIR-024)",
    ("interfaces", "filter_in"): "other packets pass than planned (PAIR-021, PAIR-022)",
    ("interfaces", "filter_out"): "other packets pass than planned (PAIR-021, PAIR-022)",
    ("tunnels", "crypto"): "both ends and both routers must agree (PAIR-029)",
    ("tunnels", "remote"): "each router reaches each instance of the gateway once (PAIR-030)",
    ("tunnels", "key"): "the key is the one of the connection in Azure (PAIR-030)",
    ("tunnels", "local_identity"): "the gateway knows the router by its outer address (PAIR-030)",
    ("tunnels", "remote_identity"): "the router knows the instance by its outer address (PAIR-030)",
    ("tunnels", "front_vrf"): "it is the VRF of the interface that owns the source (PAIR-031)",
    ("tunnels", "local"): "Azure's local network gateway has the planned source (PAIR-031)",
    ("zones", "interfaces"): "what is in no zone, or in another, is filtered otherwise (PAIR-021)",
    ("zone_policies", "filter"): "other packets pass than planned (PAIR-021, PAIR-022)",
    ("zone_policies", "stateful"): "answers pass otherwise than planned (PAIR-021)",
    ("filters", "rules"): "other packets pass than planned (PAIR-021, PAIR-022)",
    ("nat_rules", "outside"): "Microsoft sends answers to what is announced (PAIR-036)",
    ("nat_rules", "outside_interfaces"): "nothing is translated towards private peering (PAIR-035)",
    ("shapers", "rate_mbps"): "Microsoft drops what is above the circuit's bandwidth (PAIR-025)",
    ("remarks", "kept"): "Microsoft takes these values only (PAIR-026)",
    ("state_sync", "local_id"): "each firewall has a number of its own (FW-PLACE-03)",
    ("state_sync", "peer"): "a firewall alone drops answers to what left by the other one (FW-PLACE-03)",
    ("macsec", "cak"): "the key is the one of the port in Azure, with no way back to clear text (ER-MACS-01)",
}

FROM_POLICY: Final = frozenset(("dpd_interval", "dpd_retries"))
"""Attributes of a tunnel that devices keep beside its policy, and that are gone with it."""


def meaning_of(table: str, name: str, planned: Any) -> str:
    """Why an attribute matters; the MTU of a tunnel is not that of a link."""
    if (table, name) == ("interfaces", "mtu") and planned.mss:
        return "packets that are too large for the tunnel are lost (PAIR-024)"
    return MEANING.get((table, name), "")


"""What a wrong attribute means, and the rule that knows more about it."""


def title(table: str, key: object, thing: Any) -> str:
    """An object in plain words: ``neighbor 172.31.0.2 in VRF ALPHA``."""
    word = WORDS[table]
    if isinstance(thing, Neighbor):
        return f"{word} {thing.address}{_in_vrf(thing.vrf)}"
    if table == "static_routes":
        return f"{word} {thing.prefix} to {thing.next_hop}{_in_vrf(thing.vrf)}"
    if table in ("prefix_lists", "filters"):
        return f"{word} {thing.name} (IPv{thing.family})"
    if table == "zone_policies":
        return f"{word} from zone {thing.source} to zone {thing.destination}"
    if table == "bgp":
        return f"{word} {thing.vrf}" if thing.vrf else "BGP in the global table"
    return f"{word} {key}"


def _in_vrf(vrf: str) -> str:
    return f" in VRF {vrf}" if vrf else ""


def explain(name: str, want: Any, have: Any) -> Iterator[str]:
    """One attribute's difference in words; ordered things entry by entry."""
    if isinstance(want, Secret) or isinstance(have, Secret):
        # A key is never shown, not even whether it is like the other one.
        words = "differs from the plan" if want is not None and have is not None else ""
        yield f"{name} {words or ('is missing' if have is None else 'is set, the plan has none')}"
    elif name == "rules":
        yield from _rules(want, have)
    elif isinstance(want, CryptoPolicy) and isinstance(have, CryptoPolicy):
        for field in want.__struct_fields__:
            wanted, found = getattr(want, field), getattr(have, field)
            if wanted != found:
                yield f"{field.replace('_', ' ')} is {value_text(found)}, the plan says {value_text(wanted)}"
    elif isinstance(want, tuple) and isinstance(have, tuple):
        yield from _entries(name, want, have)
    else:
        yield f"{name.replace('_', ' ')} is {value_text(have)}, the plan says {value_text(want)}"


def _rules(want: tuple[Any, ...], have: tuple[Any, ...]) -> Iterator[str]:
    """Steps of a routing policy, or rules of a filter."""
    planned, there = {one.label: one for one in want}, {one.label: one for one in have}
    for label in sorted(planned.keys() - there.keys()):
        yield f"rule {label} is missing{_quoted(planned[label])}"
    for label in sorted(there.keys() - planned.keys()):
        yield f"rule {label} is not in the plan{_quoted(there[label])}"
    for label, one in planned.items():
        other = there.get(label)
        for name in one.__struct_fields__ if other is not None and other != one else ():
            wanted, found = getattr(one, name), getattr(other, name)
            if wanted != found:
                if name == "protocol":
                    wanted, found = _protocol(wanted), _protocol(found)
                yield f"rule {label}: {name.replace('_', ' ')} is {value_text(found)}, the plan says {value_text(wanted)}"
    if planned == there:
        yield f"rules are in the order {', '.join(there)}, the plan says {', '.join(planned)}"


def _quoted(rule: Any) -> str:
    return f": {filter_rule(rule)}" if isinstance(rule, FilterRule) else ""


def filter_rule(rule: FilterRule) -> str:
    """A rule as a person would say it: ``permit tcp from 10.20.0.0/16 to 10.60.0.0/16 port 443``."""
    words = ["permit" if rule.permit else "deny", _protocol(rule.protocol)]
    if rule.icmp:
        words.append(f"type {_list(rule.icmp)}")
    for word, prefixes, ports in (
        ("from", rule.sources, rule.source_ports),
        ("to", rule.destinations, rule.destination_ports),
    ):
        if prefixes or ports:
            words.append(f"{word} {_list(prefixes) if prefixes else 'anywhere'}")
        if ports:
            words.append(f"port {_list(ports)}")
    words += ["answers only"] if rule.established else []
    words += ["under conditions that are not understood"] if rule.unknown else []
    return " ".join(words) + (", logged" if rule.log else "")


def _protocol(number: int) -> str:
    return PROTOCOL_WORD.get(number, str(number))


def _entries(name: str, want: tuple[Any, ...], have: tuple[Any, ...]) -> Iterator[str]:
    less = [one for one in want if one not in have]
    more = [one for one in have if one not in want]
    word = name.replace("_", " ")
    if not less and not more:
        yield f"{word} are in another order than in the plan"
    if less:
        yield f"{word} lack {_list(less)}"
    if more:
        yield f"{word} have {_list(more)}, which the plan does not"


def _list(things: Iterable[Any], limit: int = 5) -> str:
    texts = [value_text(one) for one in things]
    rest = len(texts) - limit
    return ", ".join(texts[:limit]) + (f" and {rest} more" if rest > 0 else "")


def _entry(entry: PrefixEntry) -> str:
    words = f"{'permit' if entry.permit else 'deny'} {entry.prefix}"
    if entry.low == entry.high == entry.prefix.prefixlen:
        return words
    return f"{words} with lengths {entry.low} to {entry.high}"


def _pattern(pattern: AsPathPattern) -> str:
    return f"{pattern.kind} {pattern.text or pattern.asn or ''}".rstrip()


_VALUES: Final[dict[type, Callable[[Any], str]]] = {
    PrefixEntry: _entry,
    AsPathPattern: _pattern,
    AsPathEntry: lambda one: f"{'permit' if one.permit else 'deny'} paths: {_pattern(one.pattern)}",
    Bfd: lambda one: (
        f"{one.transmit_ms}/{one.receive_ms} ms x{one.multiplier}"
        + (", echo" if one.echo else "")
        + (", strict" if one.strict else "")
    ),
    MaxPrefix: lambda one: (
        f"{one.limit} at {one.warn_percent} %"
        + (f", restart after {one.restart_minutes} min" if one.restart_minutes else "")
        + (", warning only" if one.warning_only else "")
    ),
    IcmpType: lambda one: f"{one.type}/{one.code}" if one.code >= 0 else str(one.type),
    Selector: lambda one: f"{one.local} with {one.remote}",
    CryptoPolicy: lambda one: (
        f"IKEv{one.ike_version} {one.ike_encryption}/{one.ike_integrity}/{one.dh_group}, "
        f"ESP {one.ipsec_encryption}/{one.ipsec_integrity}, PFS {one.pfs_group}, {one.mode} mode"
    ),
    IPv4Interface: str,
    IPv6Interface: str,
    bool: lambda one: "on" if one else "off",
    type(None): lambda _: "not set",
}


def value_text(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, tuple):
        return _list(value) if value else "empty"
    words = _VALUES.get(type(value))
    if words is not None:
        return words(value)
    return str(value) if value != "" else "empty"
