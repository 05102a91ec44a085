"""Chains and maps of zones, and filters on interfaces → facts.

Zones mean something only if the chains at the hooks lead into them, and every pair of zones ends in a
drop.  Where that is not so the text is not a firewall, whatever its chains are called.
"""

from __future__ import annotations

from typing import Final

from generator.model.filters import SELF, Zone, ZonePolicy
from generator.platforms.linux_frr.found import Found
from generator.platforms.linux_frr.nft_statement import Statement, elements, parse
from generator.platforms.linux_frr.nft_table import Table
from generator.platforms.tree import Node

_STATES: Final = {"established", "related"}
_DIRECTIONS: Final = {"": ("own", "other"), "original": ("own",), "reply": ("other",)}


class _Pair:
    """What a chain ``zone/A/B`` says."""

    __slots__ = ("filter", "lets", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.filter = ""
        self.lets: tuple[str, ...] = ()
        """``own``: packets of connections that this direction began; ``other``: answers to those of the other one."""


def read_zones(found: Found, table: Table) -> None:
    """Zones and policies of our table."""
    members = _members(found, table)
    pairs = {key: _pair(found, table, node) for key, node in table.pairs.items()}
    for zone, node in table.from_chains.items():
        found.place("zones", zone, node.line)
        _targets(found, table, zone, node, members)
    for word, direction in (("zone-to-self", 0), ("zone-from-self", 1)):
        _self_zones(found, table, word, direction, members)
    if table.from_chains and not _whole(found, table):
        return
    for zone in table.from_chains:
        interfaces = tuple(sorted(members.get(zone, ())))
        vrfs = {found.vrf_of(name) for name in interfaces}
        if len(vrfs) > 1:
            found.reject(table.from_chains[zone], "its interfaces are in several VRFs")
        found.zones[zone] = Zone(zone, min(vrfs, default=""), interfaces)
    for (source, destination), pair in pairs.items():
        _policy(found, pairs, source, destination, pair)


def _members(found: Found, table: Table) -> dict[str, list[str]]:
    """Zone → its interfaces, from the map that the hook asks."""
    members: dict[str, list[str]] = {}
    for name, target in table.verdicts(found, "zone-from"):
        kind, _, zone = target.partition("/")
        if kind == "goto from" and zone in table.from_chains:
            members.setdefault(zone, []).append(name)
        else:
            found.reject(table.maps["zone-from"], f"{name} leads to no zone")
    return members


def _whole(found: Found, table: Table) -> bool:
    """Whether the hooks lead into the zones: both lookups, and nothing enters a zone from outside."""
    wanted = {"meta sdifname vmap @zone-from", "iifname vmap @zone-from", "oifname @zoned drop"}
    zoned = set(elements(table.sets["zoned"].text)) if "zoned" in table.sets else set()
    inside = {name for name, _ in table.verdicts(found, "zone-from")}
    if zoned != inside:
        found.reject(table.sets.get("zoned", Node("set zoned", 0)), "it has not the interfaces of all zones")
    if table.rules("zone-forward") == wanted and zoned == inside:
        return True
    found.reject(table.chains.get("zone-forward", Node("chain zone-forward", 0)), "it does not lead into the zones")
    return False


def _targets(found: Found, table: Table, zone: str, node: Node, members: dict[str, list[str]]) -> None:
    """From a zone: everything within it, to others only through their pair's chain, and then drop."""
    seen: dict[str, set[str]] = {}
    for line in node.children[:-1]:
        try:
            (match,) = parse(line.text).matches
            if match.key != "oifname" or match.form != "vmap":
                raise ValueError(match.key)
            for element in match.values:
                name, _, verdict = element.partition(" : ")
                seen.setdefault(verdict, set()).add(name)
        except (ValueError, LookupError):
            found.reject(line)
    ends_in_drop(found, node)
    if seen.pop("accept", set()) != set(members.get(zone, ())):
        found.reject(node, "within the zone not everything passes")
    for verdict, names in seen.items():
        words = verdict.split("/")
        if words[0] != "goto zone" or tuple(words[1:]) not in table.pairs or words[1] != zone:
            found.reject(node, f"{verdict} is no chain of this zone")
        elif names != set(members.get(words[2], ())):
            found.reject(node, f"not all interfaces of {words[2]} are there")
    there = {verdict.split("/")[-1] for verdict in seen}
    for source, destination in table.pairs:
        if source == zone and destination != SELF and destination not in there:
            found.reject(table.pairs[(source, destination)], "nothing leads into it")


def _self_zones(found: Found, table: Table, word: str, direction: int, members: dict[str, list[str]]) -> None:
    """The map towards the router, or from it: every interface of each zone that has a chain for it."""
    seen: dict[str, set[str]] = {}
    for name, verdict in table.verdicts(found, word):
        seen.setdefault(verdict, set()).add(name)
    asked = {"zone-to-self": "zone-input", "zone-from-self": "zone-output"}[word]
    lookups = {"meta sdifname", "iifname"} if direction == 0 else {"oifname"}
    if seen and table.rules(asked) != {f"{key} vmap @{word}" for key in lookups}:
        found.reject(table.chains.get(asked, Node(f"chain {asked}", 0)), f"it does not ask {word}")
    for pair, node in table.pairs.items():
        if pair[1 - direction] != SELF:
            continue
        zone = pair[direction]
        if seen.pop(f"goto zone/{pair[0]}/{pair[1]}", set()) != set(members.get(zone, ())):
            found.reject(node, f"{word} does not lead all interfaces of {zone} into it")
    for verdict in seen:
        found.reject(table.maps[word], f"{verdict} is no chain of a zone")


def _pair(found: Found, table: Table, node: Node) -> _Pair:
    pair = _Pair(node)
    jumps: list[tuple[str, str]] = []
    for line in node.children[:-1]:
        try:
            statement = parse(line.text)
            if statement.verdict == "jump":
                jumps.append(jump(statement))
            else:
                pair.lets += _lets(statement)
        except (ValueError, LookupError):
            found.reject(line)
    ends_in_drop(found, node)
    pair.filter = filter_of(found, table, node, jumps)
    return pair


def filter_of(found: Found, table: Table, node: Node, jumps: list[tuple[str, str]]) -> str:
    """The one filter that is jumped into, in each family in which it exists."""
    name = jumps[0][0] if jumps else ""
    if set(jumps) != {key for key in table.filters if key[0] == name}:
        found.reject(node, "it does not go through one filter in each family in which that exists")
    return name


def jump(statement: Statement) -> tuple[str, str]:
    """``meta nfproto ipv4 jump filter/X/4`` → ``X``, ``4``."""
    (match,) = statement.matches
    kind, _, rest = statement.target.partition("/")
    name, _, family = rest.rpartition("/")
    if kind != "filter" or match.key != "meta nfproto" or match.values != [f"ipv{family}"]:
        raise ValueError(statement.target)
    return name, family


def _lets(statement: Statement) -> tuple[str, ...]:
    """``ct state established,related [ct direction D] accept``."""
    state, direction = statement.one("ct state"), statement.one("ct direction")
    if statement.verdict != "accept" or state is None or set(state.values) != _STATES or state.form != "is":
        raise ValueError(statement.verdict)
    if len(statement.matches) != 1 + (direction is not None):
        raise ValueError("more conditions")
    return _DIRECTIONS[direction.values[0] if direction is not None else ""]


def ends_in_drop(found: Found, node: Node) -> None:
    """Behind the last rule of a chain: the hook's own policy, which lets everything pass."""
    last = node.children[-1] if node.children else node
    try:
        closing = parse(last.text)
        closed = closing.verdict == "drop" and not closing.matches
    except (ValueError, LookupError):
        closed = False
    if not closed:
        found.reject(last, "its chain does not end in drop")


def _policy(found: Found, pairs: dict[tuple[str, str], _Pair], source: str, destination: str, pair: _Pair) -> None:
    """A policy; stateful if its own packets pass and the other direction lets answers back."""
    back = pairs.get((destination, source))
    forth = "own" in pair.lets
    answered = back is not None and "other" in back.lets
    open_back = back is None and SELF in (source, destination)
    if forth != answered and not (forth and open_back):
        found.reject(pair.node, "answers to what it lets through are not let back")
    if not pair.filter and "other" in pair.lets and not forth:
        return
    found.zone_policies[(source, destination)] = ZonePolicy(source, destination, pair.filter, forth)
    found.place("zone_policies", (source, destination), pair.node.line)


def read_interface_filters(found: Found, table: Table) -> None:
    """``filter_in`` and ``filter_out`` of interfaces, where a hook asks the map."""
    for chain, word, key in (
        ("interface-in", "filtered-in", "iifname"),
        ("interface-out", "filtered-out", "oifname"),
    ):
        verdicts = table.verdicts(found, word)
        if verdicts and table.rules(chain) != {f"{key} vmap @{word}"}:
            found.reject(table.chains.get(chain, Node(f"chain {chain}", 0)), f"it does not ask {word}")
            continue
        for name, verdict in verdicts:
            kind, _, filter_name = verdict.partition("/")
            if kind != "goto interface" or filter_name not in table.interface_chains:
                found.reject(table.maps[word], f"{name} leads to no filter")
                continue
            (found.filter_in if key == "iifname" else found.filter_out)[name] = filter_name
    for name, node in table.interface_chains.items():
        _interface_chain(found, table, name, node)


def _interface_chain(found: Found, table: Table, name: str, node: Node) -> None:
    """For each family: into the filter, and what comes back is dropped."""
    jumps: list[tuple[str, str]] = []
    closed: list[str] = []
    for line in node.children:
        try:
            statement = parse(line.text)
            if statement.verdict == "jump":
                jumps.append(jump(statement))
                continue
            (family,) = statement.matches
            if statement.verdict != "drop" or family.key != "meta nfproto" or len(closed) + 1 != len(jumps):
                raise ValueError(statement.verdict)
            closed += family.values
        except (ValueError, LookupError):
            found.reject(line)
    if filter_of(found, table, node, jumps) != name or closed != [f"ipv{family}" for _, family in jumps]:
        found.reject(node, "a family does not go through its filter and end in drop")
