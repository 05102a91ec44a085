"""What can be said about a neighbour: one function an option, all of them on one :class:`Settings`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from generator.model.address import Address
from generator.model.asn import parse_asn
from generator.model.facts import Bfd, Family, MaxPrefix, Neighbor
from generator.model.secret import Secret
from generator.platforms.cisco_xe import type7


class Settings:
    """A neighbour while its lines are read; what comes later wins."""

    __slots__ = (
        "activated",
        "allowas_in",
        "as_override",
        "bfd",
        "bfd_strict",
        "default_originate",
        "description",
        "enabled",
        "export_policy",
        "extra",
        "hold",
        "import_policy",
        "keepalive",
        "max_prefix",
        "multihop",
        "next_hop_self",
        "password",
        "remote_as",
        "remove_private",
        "send_community",
        "update_source",
    )

    def __init__(self) -> None:
        self.remote_as: int | None = None
        self.description = ""
        self.activated = False
        self.enabled = True
        self.password: Secret | None = None
        self.keepalive = 60
        self.hold = 180
        self.bfd = False
        self.bfd_strict = False
        self.import_policy = ""
        self.export_policy = ""
        self.max_prefix: MaxPrefix | None = None
        self.next_hop_self = False
        self.multihop = 0
        self.update_source = ""
        self.send_community = False
        self.default_originate = False
        self.allowas_in = False
        self.as_override = False
        self.remove_private = False
        self.extra: dict[str, str] = {}

    def neighbor(self, vrf: str, address: Address, family: Family, local_as: int, bfd: Bfd | None) -> Neighbor:
        """The finished fact.  Only for a neighbour with a remote AS."""
        if self.remote_as is None:
            raise ValueError(f"neighbour {address} has no AS number")
        return Neighbor(
            vrf=vrf,
            address=address,
            family=family,
            remote_as=self.remote_as,
            local_as=local_as,
            description=self.description,
            activated=self.activated,
            enabled=self.enabled,
            password=self.password,
            keepalive=self.keepalive,
            hold=self.hold,
            bfd=bfd,
            import_policy=self.import_policy,
            export_policy=self.export_policy,
            max_prefix=self.max_prefix,
            next_hop_self=self.next_hop_self,
            multihop=self.multihop,
            update_source=self.update_source,
            send_community=self.send_community,
            default_originate=self.default_originate,
            allowas_in=self.allowas_in,
            as_override=self.as_override,
            remove_private=self.remove_private,
            extra=tuple(self.extra.values()),
        )


def apply(settings: Settings, words: list[str]) -> bool:
    """Take one line, ``neighbor ADDRESS OPTION …``.  False: not understood."""
    option = _OPTIONS.get(words[2])
    if option is None:
        return False
    try:
        return option(settings, words) is not False
    except (IndexError, ValueError):
        return False


def _remote_as(settings: Settings, words: list[str]) -> None:
    settings.remote_as = parse_asn(words[3])


def _description(settings: Settings, words: list[str]) -> None:
    settings.description = " ".join(words[3:])


def _activate(settings: Settings, _words: list[str]) -> None:
    settings.activated = True


def _shutdown(settings: Settings, _words: list[str]) -> None:
    settings.enabled = False


def _password(settings: Settings, words: list[str]) -> bool:
    """Type 0 is the key itself, type 7 hides it, type 6 needs a key that only the device has (PLT-XE-08)."""
    if len(words) == 4:
        settings.password = Secret(words[3])
    elif len(words) != 5:
        return False
    elif words[3] == "0":
        settings.password = Secret(words[4])
    elif words[3] == "7":
        settings.password = Secret(type7.decode(words[4]))
    elif words[3] == "6":
        settings.password = Secret(None)
    else:
        return False
    return True


def _timers(settings: Settings, words: list[str]) -> None:
    settings.keepalive, settings.hold = int(words[3]), int(words[4])


def _fall_over(settings: Settings, words: list[str]) -> bool:
    if words[3:4] != ["bfd"]:
        _extra(settings, words)
        return True
    settings.bfd = True
    settings.bfd_strict = "strict-mode" in words
    return True


def _route_map(settings: Settings, words: list[str]) -> bool:
    if words[4] == "in":
        settings.import_policy = words[3]
    elif words[4] == "out":
        settings.export_policy = words[3]
    else:
        return False
    return len(words) == 5


def _maximum_prefix(settings: Settings, words: list[str]) -> bool:
    """The warning comes at 75 percent where no other share is given."""
    limit, rest = int(words[3]), words[4:]
    percent = int(rest.pop(0)) if rest and rest[0].isdigit() else 75
    restart = int(rest[1]) if rest[:1] == ["restart"] else None
    settings.max_prefix = MaxPrefix(limit, percent, restart, rest[:1] == ["warning-only"])
    return rest in ([], ["warning-only"], ["restart", str(restart)])


def _send_community(settings: Settings, words: list[str]) -> None:
    if words[3:4] == ["extended"]:
        _extra(settings, words)
    else:
        settings.send_community = True


def _multihop(settings: Settings, words: list[str]) -> None:
    settings.multihop = int(words[3]) if len(words) > 3 else 255


def _update_source(settings: Settings, words: list[str]) -> None:
    settings.update_source = "".join(words[3:])


def _flag(name: str) -> Callable[[Settings, list[str]], None]:
    """An option whose presence is all that counts; more words on the line are kept as written."""

    def present(settings: Settings, words: list[str]) -> None:
        setattr(settings, name, True)
        if len(words) > 3 and words[3:] != ["all"]:
            _extra(settings, words)

    return present


def _extra(settings: Settings, words: list[str]) -> None:
    settings.extra[" ".join(words[2:4])] = " ".join(words[2:])


def _silent(_settings: Settings, _words: list[str]) -> None:
    """Says nothing about what is exchanged, or was followed already."""


def _no(settings: Settings, words: list[str]) -> bool:
    if words[3] == "activate":
        settings.activated = False
    elif words[3] == "shutdown":
        settings.enabled = True
    elif words[3] == "send-community":
        settings.send_community = False
    else:
        return words[3] in _OPTIONS
    return True


_OPTIONS: Final[dict[str, Callable[[Settings, list[str]], bool | None]]] = {
    "remote-as": _remote_as,
    "description": _description,
    "activate": _activate,
    "shutdown": _shutdown,
    "password": _password,
    "timers": _timers,
    "fall-over": _fall_over,
    "route-map": _route_map,
    "maximum-prefix": _maximum_prefix,
    "send-community": _send_community,
    "ebgp-multihop": _multihop,
    "update-source": _update_source,
    "next-hop-self": _flag("next_hop_self"),
    "default-originate": _flag("default_originate"),
    "allowas-in": _flag("allowas_in"),
    "as-override": _flag("as_override"),
    "remove-private-as": _flag("remove_private"),
    "no": _no,
    "peer-group": _silent,
    "inherit": _silent,
    "version": _silent,
    "log-neighbor-changes": _silent,
    "soft-reconfiguration": _silent,
    **dict.fromkeys(
        (
            "advertise-map",
            "advertisement-interval",
            "aigp",
            "capability",
            "cluster-id",
            "disable-connected-check",
            "distribute-list",
            "dmzlink-bw",
            "filter-list",
            "ha-mode",
            "local-as",
            "next-hop-unchanged",
            "path-attribute",
            "prefix-list",
            "route-reflector-client",
            "send-label",
            "slow-peer",
            "soo",
            "transport",
            "ttl-security",
            "unsuppress-map",
            "weight",
        ),
        _extra,
    ),
}

# fmt: off
SESSION: Final = frozenset((
    "description", "disable-connected-check", "ebgp-multihop", "fall-over", "inherit", "local-as",
    "log-neighbor-changes", "password", "peer-group", "remote-as", "shutdown", "timers", "transport",
    "ttl-security", "update-source", "version",
))
# fmt: on
"""Options of the session: given once, they hold for every address family it carries."""
