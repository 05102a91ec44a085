"""``router bgp`` → facts: the process, its address families, and where each neighbour's settings come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.model.address import Address, parse_address, parse_masked, parse_prefix, prefix_key
from generator.model.asn import parse_asn
from generator.model.facts import Bfd, BgpVrf, Family, Interface, Neighbor, NeighborKey
from generator.platforms.cisco_xe.found import Found, Option, Scope
from generator.platforms.cisco_xe.neighbor_options import SESSION, Settings, apply
from generator.platforms.cisco_xe.passed_over import BGP, BGP_OPTIONS
from generator.platforms.tree import Node

_ORIGINATES: Final = frozenset(("redistribute", "aggregate-address", "default-information"))
"""Lines that bring routes into BGP beside ``network``."""


def router(found: Found, words: list[str], node: Node) -> None:
    """``router bgp N`` and everything in it."""
    try:
        found.asn = parse_asn(words[2])
    except (IndexError, ValueError):
        found.reject(node)
        return
    process = Scope("", None, node)
    found.scopes.append(process)
    for child in node.children:
        line = child.text.split()
        if line[0] == "address-family":
            _address_family(found, line, child)
        elif line[0] == "template":
            _template(found, line, child)
        else:
            _line(found, process, line, child)
    if "explicit" in process.settings:
        found.switches.add("explicit-activation")


def _address_family(found: Found, words: list[str], node: Node) -> None:
    family: Family | None = {"ipv4": 4, "ipv6": 6}.get(words[1]) if len(words) > 1 else None  # type: ignore[assignment]
    rest = [word for word in words[2:] if word != "unicast"]
    if family is None or rest[:1] not in ([], ["vrf"]) or len(rest) == 1:
        return  # vpnv4, multicast and the like are none of our business
    scope = Scope(rest[1] if rest else "", family, node)
    found.scopes.append(scope)
    for child in node.children:
        _line(found, scope, child.text.split(), child)


def _template(found: Found, words: list[str], node: Node) -> None:
    """``template peer-session NAME``: lines as under a neighbour, without the neighbour."""
    if len(words) != 3:
        found.reject(node)
        return
    lines = [(["neighbor", "", *child.text.split()], child) for child in node.children]
    found.templates[words[2]] = [option for option in lines if not option[0][2].startswith("exit-peer")]


def _line(found: Found, scope: Scope, words: list[str], node: Node) -> None:
    first = words[0]
    if first == "neighbor":
        if len(words) > 2:
            scope.lines.setdefault(words[1], []).append((words, node))
            if words[2] == "peer-group" and len(words) == 3:
                scope.groups.add(words[1])
        else:
            found.reject(node)
    elif first == "no" and words[1:2] == ["neighbor"] and len(words) > 3:
        scope.lines.setdefault(words[2], []).append((["neighbor", words[2], "no", *words[3:]], node))
    elif first == "no":
        _no(found, scope, words, node)
    elif first not in BGP and not _setting(scope, words):
        found.reject(node)


def _no(found: Found, scope: Scope, words: list[str], node: Node) -> None:
    if words[1:] == ["bgp", "default", "ipv4-unicast"]:
        scope.settings["explicit"] = True
    elif words[1:2] not in (["bgp"], ["auto-summary"], ["synchronization"]):
        found.reject(node)


def _setting(scope: Scope, words: list[str]) -> bool:
    """A line about the process or the family itself.  False: not understood."""
    settings = scope.settings
    try:
        if words[0] == "bgp":
            return _bgp(settings, words)
        if words[0] == "network":
            networks: list[object] = settings.setdefault("networks", [])  # type: ignore[assignment]
            networks.append(_network(words))
        elif words[0] in _ORIGINATES:
            redistribute: list[str] = settings.setdefault("redistribute", [])  # type: ignore[assignment]
            redistribute.append(" ".join(words[1:] if words[0] == "redistribute" else words))
        elif words[0] == "maximum-paths":
            _maximum_paths(settings, words)
        elif words[:2] == ["timers", "bgp"]:
            settings["timers"] = (int(words[2]), int(words[3]))
        else:
            return False
    except (IndexError, ValueError):
        return False
    return True


def _bgp(settings: dict[str, object], words: list[str]) -> bool:
    if words[1:2] == ["router-id"]:
        settings["router_id"] = words[2]
    elif words[1:4] == ["bestpath", "as-path", "ignore"]:
        settings["as_path_ignore"] = True
    elif words[1:2] == ["maxas-limit"]:
        settings["max_as_limit"] = int(words[2])
    elif words[1:2] == ["default"]:
        return words[2:3] in (["ipv4-unicast"], ["local-preference"], ["route-target"])
    else:
        return words[1] in BGP_OPTIONS
    return True


def _network(words: list[str]) -> object:
    if len(words) > 3 and words[2] == "mask":
        return parse_masked(words[1], words[3])
    if "/" in words[1]:
        return parse_prefix(words[1])
    first = int(words[1].partition(".")[0])
    return parse_prefix(f"{words[1]}/{8 if first < 128 else 16 if first < 192 else 24}")


def _maximum_paths(settings: dict[str, object], words: list[str]) -> None:
    if words[1] in ("ibgp", "eibgp"):
        settings["ibgp"] = int(words[2])
    if words[1] != "ibgp":
        settings["ebgp"] = int(words[-1])


def finish(found: Found, timed: dict[str, list[Interface]]) -> tuple[dict[str, BgpVrf], dict[NeighborKey, Neighbor]]:
    """Resolve what is inherited.  ``timed``: by VRF, the interfaces that have BFD timers."""
    neighbors: dict[NeighborKey, Neighbor] = {}
    instances: dict[str, list[Scope]] = {}
    process = next((scope for scope in found.scopes if scope.family is None), None)
    for scope in found.scopes:
        if scope.family is None:
            _old_style(found, scope, timed, neighbors)
        elif process is not None:
            for target in scope.lines:
                if target not in scope.groups and target not in process.groups:
                    _add(found, scope, process, target, timed, neighbors)
        if scope.family is not None or _speaks(scope):
            instances.setdefault(scope.vrf, []).append(scope)
    bgp = {vrf: _instance(found, vrf, scopes, process) for vrf, scopes in instances.items()}
    return bgp, neighbors


def _speaks(process: Scope) -> bool:
    """Whether the process itself has a neighbour or routes in the global table."""
    return bool(process.lines) or any(name in process.settings for name in ("networks", "redistribute", "router_id"))


def _instance(found: Found, vrf: str, scopes: list[Scope], process: Scope | None) -> BgpVrf:
    ours = [scope.settings for scope in scopes]
    whole = process.settings if process is not None else {}
    families = [scope.settings for scope in scopes if scope.family is not None] or ours
    networks = {prefix for settings in ours for prefix in settings.get("networks", ())}  # type: ignore[attr-defined]
    redistribute = [text for settings in ours for text in settings.get("redistribute", ())]  # type: ignore[attr-defined]
    found.place("bgp", vrf, scopes[0].node.line)
    return BgpVrf(
        vrf=vrf,
        asn=found.asn,
        router_id=next((str(settings["router_id"]) for settings in ours if "router_id" in settings), ""),
        networks=tuple(sorted(networks, key=prefix_key)),
        redistribute=tuple(dict.fromkeys(redistribute)),
        maximum_paths=min(int(str(settings.get("ebgp", 1))) for settings in families),
        maximum_paths_ibgp=min(int(str(settings.get("ibgp", 1))) for settings in families),
        as_path_ignore=any("as_path_ignore" in settings for settings in (whole, *ours)),
        max_as_limit=int(str(whole.get("max_as_limit", 0))),
    )


def _old_style(
    found: Found, process: Scope, timed: dict[str, list[Interface]], neighbors: dict[NeighborKey, Neighbor]
) -> None:
    """Neighbours of the process itself: those that no address family mentions, or that IPv4 has without asking."""
    mentioned = {
        (target, scope.family)
        for scope in found.scopes
        if scope.family is not None and not scope.vrf
        for target in scope.lines
    }
    explicit = "explicit" in process.settings
    for target in process.lines:
        if target in process.groups:
            continue
        family: Family = 6 if ":" in target else 4
        implicit = family == 4 and not explicit
        others = (target, 4) in mentioned or (target, 6) in mentioned
        if (target, family) not in mentioned and (implicit or not others):
            _add(found, Scope("", family, process.node), process, target, timed, neighbors)


def _add(
    found: Found,
    scope: Scope,
    process: Scope,
    target: str,
    timed: dict[str, list[Interface]],
    neighbors: dict[NeighborKey, Neighbor],
) -> None:
    own = scope.lines.get(target) or process.lines[target]
    node = own[0][1]
    try:
        address = parse_address(target)
    except ValueError:
        found.reject(node, "neither an address nor a peer group of this address family")
        return
    family: Family = scope.family or 4
    if family != address.version and all(words[2:4] == ["no", "activate"] for words, _ in own):
        return
    settings = Settings()
    settings.activated = not scope.vrf and family == 4 and address.version == 4 and "explicit" not in process.settings
    timers = scope.settings.get("timers") or process.settings.get("timers")
    if timers is not None:
        settings.keepalive, settings.hold = timers  # type: ignore[misc]
    for words, line in _chain(found, scope, process, target):
        if not apply(settings, words):
            found.reject(line)
    if settings.remote_as is None:
        found.reject(node, "no line gives this neighbour's AS number")
        return
    neighbor = settings.neighbor(scope.vrf, address, family, found.asn, _timers(settings, scope.vrf, address, timed))
    neighbors[neighbor.key] = neighbor
    found.place("neighbors", neighbor.key, node.line)
    _check_families(found, neighbor)


def _chain(found: Found, scope: Scope, process: Scope, target: str) -> Iterator[Option]:
    """The lines that make up a neighbour, the weakest first: templates, peer group, its own."""
    layers = [scope] if scope.vrf else [process, scope]
    for layer in layers:
        own = layer.lines.get(target, ())
        for words, _ in own:
            if words[2] == "peer-group" and len(words) > 3:
                yield from _group(found, scope, process, words[3])
            elif words[2] == "inherit" and len(words) > 4:
                yield from _inherited(found, words[4], frozenset())
        for option in own:
            if layer is scope or scope.family == 4 or option[0][2] in SESSION:
                yield option


def _group(found: Found, scope: Scope, process: Scope, name: str) -> Iterator[Option]:
    for layer in (process, scope):
        for words, node in layer.lines.get(name, ()):
            if words[2] == "inherit" and len(words) > 4:
                yield from _inherited(found, words[4], frozenset())
            elif words[2] != "peer-group":
                yield words, node


def _inherited(found: Found, name: str, seen: frozenset[str]) -> Iterator[Option]:
    """The lines of a template, those of the templates it inherits first."""
    if name in seen:
        return
    lines = found.templates.get(name, ())
    for words, _ in lines:
        if words[2] == "inherit" and len(words) > 4:
            yield from _inherited(found, words[4], seen | {name})
    yield from (option for option in lines if option[0][2] != "inherit")


def _timers(settings: Settings, vrf: str, address: Address, timed: dict[str, list[Interface]]) -> Bfd | None:
    """The BFD timers of the interface towards the neighbour; all zero where it has none, and so no session comes up."""
    if not settings.bfd:
        return None
    for interface in timed.get(vrf, ()):
        if any(address in link.network for link in interface.addresses if link.version == address.version):
            timers = interface.bfd
            if timers is not None:
                return Bfd(timers.transmit_ms, timers.receive_ms, timers.multiplier, timers.echo, settings.bfd_strict)
    return Bfd(0, 0, 0, strict=settings.bfd_strict)


def _check_families(found: Found, neighbor: Neighbor) -> None:
    """A route-map that matches prefixes of the other IP version matches nothing here."""
    for name in (neighbor.import_policy, neighbor.export_policy):
        for family, node in found.prefix_matches.get(name, {}).items():
            if family != neighbor.family:
                found.reject(
                    node,
                    f"matches IPv{family} prefixes, but neighbour {neighbor.address} exchanges IPv{neighbor.family}",
                )
