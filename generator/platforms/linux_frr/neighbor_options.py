"""The options of a BGP neighbour, one function each.

A function gets what was found so far, the words after the option and whether the line had no ``no``
before it.  It says whether it understood the line.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from generator.model.asn import parse_asn
from generator.model.facts import Bfd, MaxPrefix
from generator.model.secret import Secret
from generator.platforms.linux_frr.found import Instance, Options
from generator.platforms.tree import Node

_EXTRA: Final = frozenset(
    [
        "advertisement-interval",
        "attribute-unchanged",
        "addpath-tx-all-paths",
        "allowas-in",
        "capability",
        "disable-connected-check",
        "distribute-list",
        "dont-capability-negotiate",
        "enforce-first-as",
        "extended-optional-parameters",
        "filter-list",
        "local-as",
        "local-role",
        "maximum-prefix-out",
        "nexthop-local",
        "override-capability",
        "passive",
        "port",
        "prefix-list",
        "route-reflector-client",
        "route-server-client",
        "sender-as-path-loop-detection",
        "soft-reconfiguration",
        "solo",
        "strict-capability-match",
        "tcp-mss",
        "ttl-security",
        "unsuppress-map",
        "weight",
        "interface",
    ]
)
"""Options that we know and never write."""


def read_neighbor(instance: Instance, table: dict[str, Options], words: list[str], on: bool, line: Node) -> bool:
    """One ``neighbor`` line into ``table``.  False: not understood.  `ValueError`, `LookupError`: its value cannot be."""
    name, option, rest = words[1], words[2], words[3:]
    options = table.get(name)
    if options is None:
        options = table[name] = {}
        instance.lines.setdefault(name, line.line)
    if option == "peer-group":
        instance.groups[name] = rest[0] if rest else ""
        return True
    handler = _OPTIONS.get(option)
    if handler is not None and handler(options, rest, on):
        return True
    if option not in _EXTRA:
        return False
    options["extra"] = (*options.get("extra", ()), " ".join(words[2:] if on else ["no", *words[2:]]))  # type: ignore[misc]
    return True


def _remote_as(options: Options, rest: list[str], on: bool) -> bool:
    options["remote_as"] = rest[0] if rest[0] in ("internal", "external") else parse_asn(rest[0])
    return on


def _description(options: Options, rest: list[str], on: bool) -> bool:
    options["description"] = " ".join(rest)
    return on


def _shutdown(options: Options, rest: list[str], on: bool) -> bool:
    options["enabled"] = not on
    return not rest or rest[0] == "message"


def _bfd(options: Options, rest: list[str], on: bool) -> bool:
    """``bfd``, ``bfd profile P``, ``bfd MULTIPLIER RECEIVE TRANSMIT``, ``bfd strict``."""
    match rest:
        case [] | ["check-control-plane-failure"]:
            options["bfd"] = options.get("bfd", "")
        case ["profile", name]:
            options["bfd"] = name
        case ["strict", *_]:
            options["strict"] = on
        case [multiplier, receive, transmit]:
            options["bfd"] = Bfd(int(transmit), int(receive), int(multiplier))
        case _:
            return False
    return on


def _password(options: Options, rest: list[str], on: bool) -> bool:
    options["password"] = Secret(" ".join(rest))
    return on


def _multihop(options: Options, rest: list[str], on: bool) -> bool:
    options["multihop"] = int(rest[0]) if rest else 255
    return on


def _update_source(options: Options, rest: list[str], on: bool) -> bool:
    options["update_source"] = rest[0]
    return on


def _timers(options: Options, rest: list[str], on: bool) -> bool:
    if rest[0] in ("connect", "delayopen"):
        return on
    options["keepalive"], options["hold"] = int(rest[0]), int(rest[1])
    return on


def _activate(options: Options, rest: list[str], on: bool) -> bool:
    options["activated"] = on
    return not rest


def _route_map(options: Options, rest: list[str], on: bool) -> bool:
    options["import_policy" if rest[1] == "in" else "export_policy"] = rest[0]
    return on


def _maximum_prefix(options: Options, rest: list[str], on: bool) -> bool:
    """``N [percent] [warning-only | restart M]``; FRR warns at 75 percent unless told otherwise."""
    percent, restart, at = 75, None, 1
    if rest[1:2] and rest[1].isdigit():
        percent, at = int(rest[1]), 2
    if rest[at : at + 1] == ["restart"]:
        restart = int(rest[at + 1])
    elif rest[at:] not in ([], ["warning-only"]):
        return False
    options["max_prefix"] = MaxPrefix(int(rest[0]), percent, restart, rest[at:] == ["warning-only"])
    return on


def _send_community(options: Options, rest: list[str], on: bool) -> bool:
    """FRR sends all kinds; only without the standard ones does it matter here."""
    if not rest or rest[0] in ("all", "both", "standard"):
        options["send_community"] = on
    return True


def _default_originate(options: Options, rest: list[str], on: bool) -> bool:
    options["default_originate"] = on
    return not rest or rest[0] == "route-map"


def _remove_private(options: Options, rest: list[str], on: bool) -> bool:
    options["remove_private"] = on
    return all(word in ("all", "replace-AS") for word in rest)


def _flag(name: str) -> Callable[[Options, list[str], bool], bool]:
    def handler(options: Options, rest: list[str], on: bool) -> bool:
        options[name] = on
        return not rest or (name == "allowas_in" and rest[0].isdigit())

    return handler


_OPTIONS: Final[dict[str, Callable[[Options, list[str], bool], bool]]] = {
    "remote-as": _remote_as,
    "description": _description,
    "shutdown": _shutdown,
    "bfd": _bfd,
    "password": _password,
    "ebgp-multihop": _multihop,
    "update-source": _update_source,
    "timers": _timers,
    "activate": _activate,
    "next-hop-self": _flag("next_hop_self"),
    "route-map": _route_map,
    "maximum-prefix": _maximum_prefix,
    "send-community": _send_community,
    "default-originate": _default_originate,
    "allowas-in": _flag("allowas_in"),
    "as-override": _flag("as_override"),
    "remove-private-AS": _remove_private,
}
