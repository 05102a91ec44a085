"""Zones, policies between them, and the control plane → facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from generator.model.address import Address
from generator.model.facts import ControlPlane, Family, FilterRule, Zone, ZonePolicy
from generator.model.filters import ANY, ICMP, ICMP6, TCP, UDP
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.read_lists import forgotten, plain_name, use
from generator.platforms.cisco_xe.read_maps import full_name
from generator.platforms.cisco_xe.records import AccessList, ClassMap, PolicyClass, ZonePair
from generator.platforms.tree import Node

_DEFAULT: Final = "class-default"
_INSPECTED: Final = frozenset((ANY, ICMP, TCP, UDP, ICMP6))


def zone(found: Found, words: list[str], node: Node) -> None:
    """``zone security NAME``."""
    if len(words) == 3 and words[1] == "security":
        found.zones.setdefault(words[2], node)


def zone_pair(found: Found, words: list[str], node: Node) -> None:
    """``zone-pair security NAME source A destination B`` with its ``service-policy``."""
    ends = dict(zip(words[3::2], words[4::2], strict=False))
    if words[1:2] != ["security"] or not {"source", "destination"} <= ends.keys():
        found.reject(node)
        return
    policy = ""
    for child in node.children:
        line = child.text.split()
        if line[:3] == ["service-policy", "type", "inspect"] and len(line) == 4:
            policy = full_name(line)
        elif line[0] not in ("description", "exit"):
            found.reject(child)
    found.zone_pairs.append(ZonePair(ends["source"], ends["destination"], policy, node))


def control_plane(found: Found, words: list[str], node: Node) -> None:
    """``control-plane`` with its ``service-policy input``; its parts (``host``, ``transit``) are not ours."""
    if len(words) > 1:
        return
    for child in node.children:
        line = child.text.split()
        if line[:2] == ["service-policy", "input"] and len(line) == 3:
            found.plane_policy = (line[2], child)


def finish_zones(found: Found) -> dict[str, Zone]:
    """Zones with the interfaces that say they are in them, and those interfaces' VRF."""
    members: dict[str, list[str]] = {name: [] for name in found.zones}
    for name, extras in found.extras.items():
        if extras.zone:
            members.setdefault(extras.zone, []).append(name)
    zones = {}
    for name, interfaces in members.items():
        ordered = tuple(sorted(interfaces))
        zones[name] = Zone(name, found.interfaces[ordered[0]].vrf if ordered else "", ordered)
        node = found.zones.get(name) or found.extras[ordered[0]].node
        if node is not None:
            found.place("zones", name, node.line)
    return zones


def finish_policies(found: Found) -> dict[tuple[str, str], ZonePolicy]:
    """What each pair lets through.  A pair without a policy lets nothing through, as if it were not there."""
    policies = {}
    for pair in found.zone_pairs:
        policy = _policy(found, pair)
        if policy is not None:
            policies[pair.source, pair.destination] = policy
            found.place("zone_policies", (pair.source, pair.destination), pair.node.line)
    return policies


def _policy(found: Found, pair: ZonePair) -> ZonePolicy | None:
    found_map = found.policy_maps.get(pair.policy)
    if found_map is None:
        if pair.policy:
            found.reject(pair.node, f"policy-map {pair.policy} does not exist")
        return None
    parts = [part for part in found_map.classes if part.name != _DEFAULT]
    for part in found_map.classes:
        if part.name == _DEFAULT and part.action("drop") is None and part.actions:
            found.reject(part.actions[0][1], "what no class matches passes")
    passed = [part for part in parts if part.action("pass") is not None]
    inspected = [part for part in parts if part.action("inspect") is not None]
    if len(passed) + len(inspected) != len(parts) or not parts:
        found.reject(found_map.node, "a class that neither inspects nor passes")
        return None
    main = (inspected or passed)[-1]
    name = _filter_of(found, main)
    ahead = parts[: parts.index(main)]
    if inspected:
        _check_inspected(found, ahead, main)
    for part in parts:
        if part is not main and not _is_part_of(found, part, main, stateful=bool(inspected)):
            found.reject(part.node, "more than one class, which are not one filter")
    return ZonePolicy(pair.source, pair.destination, name, stateful=bool(inspected))


def _filter_of(found: Found, part: PolicyClass) -> str:
    """The one filter behind a class; empty where it is something else, which is reported."""
    one = found.class_maps.get(part.name)
    if one is None:
        found.reject(part.node, f"class-map {part.name} does not exist")
        return ""
    names = {plain_name(found, name): None for name in one.lists}
    for node in one.unknown:
        found.reject(node)
    for name in one.lists:
        use(found, name, "filter")
    if len(names) != 1 or not (one.match_any or len(one.lists) == 1):
        found.reject(one.node, "not one filter in one or both address families")
        return ""
    other = forgotten(found, one.lists)
    if other:
        found.reject(one.node, f"{other} is the same filter, but not in this class")
    return next(iter(names))


def _is_part_of(found: Found, part: PolicyClass, main: PolicyClass, *, stateful: bool) -> bool:
    """Whether a class ahead of the inspected one only passes what that one's filter permits too."""
    ahead, whole = found.class_maps.get(part.name), found.class_maps.get(main.name)
    if not stateful or ahead is None or whole is None or ahead.unknown or part.action("pass") is None:
        return False
    for name in ahead.lists:
        use(found, name, "pass")
    return _permits(found, ahead) <= _permits(found, whole)


def _permits(found: Found, one: ClassMap) -> set[tuple[Family, FilterRule]]:
    """What its lists permit, whatever the numbers."""
    return {
        (each.family, replace(rule, label="", log=False))
        for each in _lists(found, one)
        for rule in each.rules.values()
        if rule.permit
    }


def _lists(found: Found, one: ClassMap) -> Iterator[AccessList]:
    for name in one.lists:
        access_list = found.access_lists.get(name)
        if access_list is not None:
            yield access_list


def _check_inspected(found: Found, ahead: list[PolicyClass], main: PolicyClass) -> None:
    """``inspect`` drops what it has no state for: such protocols must have been passed ahead of it."""
    whole = found.class_maps.get(main.name)
    passed = {
        rule for part in ahead if part.name in found.class_maps for rule in _permits(found, found.class_maps[part.name])
    }
    if whole is not None:
        for family, rule in _permits(found, whole) - passed:
            if rule.protocol not in _INSPECTED and not rule.unknown:
                found.reject(main.node, f"inspect drops IP protocol {rule.protocol} of IPv{family}, which needs pass")


# Control plane


def finish_control_plane(found: Found) -> dict[str, ControlPlane]:
    """The filter whose packets come through, if what it denies is dropped."""
    if found.plane_policy is None:
        return {}
    name, node = found.plane_policy
    policy = found.policy_maps.get(name)
    if policy is None:
        found.reject(node, f"policy-map {name} does not exist")
        return {}
    closed = False
    names: dict[str, Node] = {}
    limits: dict[Family, int] = {}
    for part in policy.classes:
        one = found.class_maps.get(part.name)
        if _drops(part):
            closed = part.name == _DEFAULT or (one is not None and _guards(found, one, part.node))
            break
        limited = _limit(found, part)
        if one is not None:
            names[_icmp_filter(found, one, part.node) if limited else _filter_of(found, part)] = part.node
            limits.update({each.family: limited for each in _lists(found, one) if limited})
    if len(names) != 1 or "" in names:
        if len(names) > 1:
            found.reject(node, "the control plane has more than one filter")
        return {}
    if not closed:
        found.reject(node, "what the control plane's filter denies is not dropped")
        return {}
    filter_name = next(iter(names))
    families = {each.family for each in found.access_lists.values() if plain_name(found, each.name) == filter_name}
    if limits and (limits.keys() != families or len(set(limits.values())) > 1):
        found.reject(node, "ICMP is not limited alike in both address families")
    found.place("control_plane", filter_name, node.line)
    return {filter_name: ControlPlane(filter_name, max(limits.values(), default=0) // 1000)}


def _drops(part: PolicyClass) -> bool:
    police = part.action("police")
    if part.action("drop") is not None:
        return True
    return police is not None and "transmit" not in police and "drop" in police


def _limit(found: Found, part: PolicyClass) -> int:
    """The rate in bit/s above which packets are dropped, 0: none."""
    police = part.action("police")
    if police is None or "transmit" not in police or "drop" not in police:
        return 0
    if "pps" in police or "percent" in police:
        found.reject(part.node, "a limit that is not in bit/s")
        return 0
    return next((int(word) for word in police if word.isdigit()), 0)


def _icmp_filter(found: Found, one: ClassMap, node: Node) -> str:
    """A limited class matches ICMP, and what the filter permits of it: the filter is the list that is more than ICMP."""
    filters = []
    for name in one.lists:
        access_list = found.access_lists.get(name)
        protocols = {rule.protocol for rule in access_list.rules.values()} if access_list else set()
        if protocols and protocols <= {1, 58}:
            use(found, name, "plane")
        else:
            filters.append(plain_name(found, name))
    if len(one.lists) == len(filters) or one.match_any or one.unknown:
        found.reject(node, "a limit on something else than ICMP")
        return ""
    return filters[0] if filters else ""


def _is_all(rule: FilterRule) -> bool:
    return rule.protocol == ANY and not rule.sources and not rule.unknown


def _guards(found: Found, one: ClassMap, node: Node) -> bool:
    """Whether the class that ends it all matches every packet for this router, as far as the text says its addresses."""
    for name in one.lists:
        use(found, name, "plane")
    rules = [rule for each in _lists(found, one) for rule in each.rules.values() if rule.permit and _is_all(rule)]
    if not rules or one.unknown or not one.match_any:
        return False
    families = {each.family for each in _lists(found, one) for rule in each.rules.values() if not rule.destinations}
    guarded: set[Address] = {
        prefix.network_address
        for rule in rules
        for prefix in rule.destinations
        if prefix.prefixlen == prefix.max_prefixlen
    }
    ours = [(one.vrf, link.ip) for one in found.interfaces.values() for link in one.addresses]
    vrfs = {vrf for vrf, address in ours if address in guarded}
    for vrf, address in ours:
        if vrf in vrfs and address not in guarded and address.version not in families:
            found.reject(node, f"packets for {address} are not among those that the control plane drops")
    return True
