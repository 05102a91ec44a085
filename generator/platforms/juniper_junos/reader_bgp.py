"""``protocols bgp`` → neighbours, with what they inherit from their group and from BGP as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from generator.model.address import Address, parse_address
from generator.model.asn import parse_asn
from generator.model.facts import Bfd, Family, MaxPrefix, Neighbor
from generator.model.secret import Secret
from generator.platforms.juniper_junos import secret9
from generator.platforms.juniper_junos.reading import Reading, statements, unquote, values
from generator.platforms.tree import Node

DEFAULT_HOLD: Final = 90
"""Seconds, where no hold-time is written."""
DEFAULT_MULTIHOP: Final = 64

Settings = dict[str, Any]
"""Fields of a neighbour as known so far, going down from BGP to group to neighbour."""


class Instance(msgspec.Struct):
    """A BGP instance being read: where it is, and what it says as a whole."""

    vrf: str
    asn: int
    neighbors: dict[tuple[str, Address, Family], Neighbor]
    next_hop_self: set[str]
    """Policies that set the next hop to the router itself."""
    multipath: bool = False
    as_path_ignore: bool = False


def read_bgp(reading: Reading, node: Node, instance: Instance) -> None:
    """Read one ``bgp`` block into its instance."""
    settings: Settings = {}
    blocks = _level(reading, node, settings, instance)
    for block in blocks:
        word, _, _ = block.text.partition(" ")
        if word == "group":
            own = dict(settings)
            inner = _level(reading, block, own, instance)
            for one in inner:
                _neighbor(reading, one, own, instance)
        else:
            _neighbor(reading, block, settings, instance)


def _level(reading: Reading, node: Node, settings: Settings, instance: Instance) -> list[Node]:
    """Take one level's statements into the settings; its groups and neighbours are returned.

    A level that names a family takes none from above.
    """
    families = settings.pop("families", None)
    blocks: list[Node] = []
    for child in node.children:
        word, _, rest = child.text.partition(" ")
        if word in ("group", "neighbor") and rest:
            blocks.append(child)
            continue
        take = _STATEMENTS.get(word)
        try:
            if take is not None:
                take(reading, settings, child, rest)
            elif word in _KEPT:
                settings["extra"] = (*settings.get("extra", ()), child.text)
            elif word == "path-selection":
                _path_selection(reading, child, rest, instance)
            elif word not in _NO_MATTER:
                reading.unknown(child)
        except ValueError as problem:
            reading.unknown(child, str(problem))
    if families is not None:
        settings.setdefault("families", families)
    return blocks


def _path_selection(reading: Reading, node: Node, rest: str, instance: Instance) -> None:
    for one in statements(node, rest):
        if one.text == "as-path-ignore":
            instance.as_path_ignore = True
        else:
            reading.unknown(one)


def _neighbor(reading: Reading, node: Node, inherited: Settings, instance: Instance) -> None:
    word, _, text = node.text.partition(" ")
    if word != "neighbor":
        reading.unknown(node)
        return
    try:
        address = parse_address(text)
    except ValueError:
        reading.unknown(node, "address expected")
        return
    settings = dict(inherited)
    for stray in _level(reading, node, settings, instance):
        reading.unknown(stray, "neighbor or group inside of a neighbor")
    if settings.pop("multipath", False):
        instance.multipath = True
    families = _families(settings, address)
    _systems(reading, settings, node, instance)
    hold = settings.setdefault("hold", DEFAULT_HOLD)
    export = settings.get("export_policy", "")
    own_next_hop = not instance.next_hop_self.isdisjoint(export.split()) if export else False
    for family, more in families.items():
        key = (instance.vrf, address, family)
        instance.neighbors[key] = Neighbor(
            vrf=instance.vrf,
            address=address,
            family=family,
            keepalive=hold // 3,
            next_hop_self=own_next_hop,
            **settings,
            **more,
        )
        reading.place("neighbors", key, node)


def _systems(reading: Reading, settings: Settings, node: Node, instance: Instance) -> None:
    """Own and peer AS; an internal neighbour is in the own one."""
    settings.setdefault("local_as", instance.asn)
    if settings.pop("kind", "external") == "internal":
        settings.setdefault("remote_as", settings["local_as"])
    if "remote_as" not in settings:
        reading.unknown(node, "external neighbor without peer-as")
        settings["remote_as"] = 0


def _families(settings: Settings, address: Address) -> dict[Family, Settings]:
    """The families of a session, each with its own settings; where none is named, IPv4.

    An IPv6 neighbour without a family is one that is not activated: name all (PLT-JUN-07).
    """
    families: dict[Family, Settings] | None = settings.pop("families", None)
    if families is not None:
        return families
    if address.version == 4:
        return {4: {}}
    return {6: {"activated": False}}


# -- statements

Take = Callable[[Reading, Settings, Node, str], None]


def _text(field: str) -> Take:
    def take(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
        settings[field] = unquote(rest)

    return take


def _policies(field: str) -> Take:
    def take(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
        settings[field] = " ".join(values(rest))

    return take


def _flag(field: str, value: bool = True) -> Take:
    def take(_reading: Reading, settings: Settings, _node: Node, _rest: str) -> None:
        settings[field] = value

    return take


def _type(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
    if rest not in ("internal", "external"):
        raise ValueError("internal or external expected")
    settings["kind"] = rest


def _peer_as(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
    settings["remote_as"] = parse_asn(rest)


def _local_as(_reading: Reading, settings: Settings, node: Node, rest: str) -> None:
    number, _, more = rest.partition(" ")
    settings["local_as"] = parse_asn(number)
    if more:
        settings["extra"] = (*settings.get("extra", ()), node.text)


def _hold(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
    settings["hold"] = int(rest)


def _key(_reading: Reading, settings: Settings, _node: Node, rest: str) -> None:
    text = unquote(rest)
    settings["password"] = Secret(secret9.decode(text) if text.startswith(secret9.MAGIC) else text)


def _multihop(reading: Reading, settings: Settings, node: Node, rest: str) -> None:
    settings["multihop"] = DEFAULT_MULTIHOP
    for one in statements(node, rest):
        word, _, number = one.text.partition(" ")
        if word == "ttl" and number.isdecimal():
            settings["multihop"] = int(number)
        else:
            reading.unknown(one)


def _bfd(reading: Reading, settings: Settings, node: Node, _rest: str) -> None:
    timers = {"multiplier": 3}
    for one in node.children:
        word, _, number = one.text.partition(" ")
        if word == "minimum-interval" and number.isdecimal():
            timers.setdefault("transmit", int(number))
            timers.setdefault("receive", int(number))
        elif word == "minimum-receive-interval" and number.isdecimal():
            timers["receive"] = int(number)
        elif word == "multiplier" and number.isdecimal():
            timers["multiplier"] = int(number)
        elif word == "transmit-interval":
            for inner in statements(one, number):
                name, _, value = inner.text.partition(" ")
                if name == "minimum-interval" and value.isdecimal():
                    timers["transmit"] = int(value)
        elif word not in _BFD_NO_MATTER and word not in _BFD_ECHO:
            reading.unknown(one)
    if "transmit" not in timers or "receive" not in timers:
        raise ValueError("no interval in bfd-liveness-detection")
    settings["bfd"] = Bfd(
        timers["transmit"],
        timers["receive"],
        timers["multiplier"],
        any(one.text.partition(" ")[0] in _BFD_ECHO for one in node.children),
    )


def _family(reading: Reading, settings: Settings, node: Node, rest: str) -> None:
    """``family inet { unicast { … } }``.  Naming one family takes away the one there is by default (PLT-JUN-07)."""
    if rest not in ("inet", "inet6"):
        raise ValueError("family that is not IPv4 or IPv6 unicast")
    version: Family = 6 if rest == "inet6" else 4
    more: Settings = {}
    found = False
    for one in node.children:
        if one.text in ("unicast", "any"):
            found = True
            _unicast(reading, one, more)
        else:
            reading.unknown(one)
    if not found:
        raise ValueError("unicast expected")
    settings["families"] = {**settings.get("families", {}), version: more}


def _unicast(reading: Reading, node: Node, more: Settings) -> None:
    for one in node.children:
        word, _, _ = one.text.partition(" ")
        if word in ("prefix-limit", "accepted-prefix-limit"):
            more["max_prefix"] = _limit(reading, one)
        elif word == "loops":
            more["allowas_in"] = True
        else:
            reading.unknown(one)


def _limit(reading: Reading, node: Node) -> MaxPrefix:
    """Without ``teardown`` there is only a log line; without ``idle-timeout`` the session is back at once."""
    limit, percent, restart, warning = 0, 100, None, True
    for one in node.children:
        match one.text.split():
            case ["maximum", number]:
                limit = int(number)
            case ["teardown", *words]:
                warning = False
                if words and words[0].isdecimal():
                    percent = int(words.pop(0))
                match words:
                    case []:
                        restart = 0
                    case ["idle-timeout", "forever"]:
                        restart = None
                    case ["idle-timeout", minutes]:
                        restart = int(minutes)
                    case _:
                        reading.unknown(one)
            case _:
                reading.unknown(one)
    return MaxPrefix(limit, percent, restart, warning)


_STATEMENTS: Final[dict[str, Take]] = {
    "type": _type,
    "peer-as": _peer_as,
    "local-as": _local_as,
    "description": _text("description"),
    "local-address": _text("update_source"),
    "hold-time": _hold,
    "authentication-key": _key,
    "import": _policies("import_policy"),
    "export": _policies("export_policy"),
    "family": _family,
    "multihop": _multihop,
    "multipath": _flag("multipath"),
    "bfd-liveness-detection": _bfd,
    "as-override": _flag("as_override"),
    "remove-private": _flag("remove_private"),
    "disable": _flag("enabled", False),
    "shutdown": _flag("enabled", False),
}
_KEPT: Final = frozenset(
    [
        "accept-remote-nexthop",
        "advertise-external",
        "advertise-inactive",
        "advertise-peer-as",
        "authentication-algorithm",
        "authentication-key-chain",
        "cluster",
        "damping",
        "enforce-first-as",
        "graceful-restart",
        "keep",
        "local-preference",
        "metric-out",
        "no-client-reflect",
        "passive",
        "preference",
        "ttl",
    ]
)
"""Options that change what a session does; kept as written."""
_NO_MATTER: Final = frozenset(
    ["log-updown", "mtu-discovery", "out-delay", "precision-timers", "tcp-mss", "traceoptions", "bgp-error-tolerance"]
)
_BFD_ECHO: Final = frozenset(["echo", "echo-lite"])
_BFD_NO_MATTER: Final = frozenset(["detection-time", "holddown-interval", "no-adaptation", "session-mode", "version"])
