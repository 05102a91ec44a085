"""What a platform declares.  Nothing outside a platform's package ever asks which platform it has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Literal

from generator.model.address import Prefix
from generator.model.audit import AuditFacts
from generator.model.change import Command
from generator.model.facts import Facts, NeighborKey, ReadResult
from generator.model.plan import DevicePlan
from generator.model.vlan import Tags
from generator.model.watch import Watch
from generator.platforms.changing import Device, Grammar
from generator.platforms.health import Health
from generator.platforms.tree import Node, Parsed


class Feature(StrEnum):
    """What a platform may or may not be able to do; a plan that needs a missing one is refused (INV-066)."""

    VRF = "vrf"
    DOT1Q = "dot1q"
    QINQ = "qinq"
    IPV6 = "ipv6"
    MD5 = "md5"
    BFD = "bfd"
    MAX_PREFIX_RESTART = "max-prefix-restart"
    KEEPALIVE = "keepalive"
    """Keepalive settable on its own; without it the platform uses a third of the hold time (PLT-JUN-06)."""
    VRF_ASN = "vrf-asn"
    """An AS number of its own in each VRF; without it the router has one for all."""
    IPSEC = "ipsec"
    """Route-based IKEv2 tunnels with a front VRF."""
    SOURCE_PER_VRF = "source-per-vrf"
    """Tunnels of two front VRFs may have the same outer source."""
    SELECTORS = "selectors"
    """Several traffic selectors in one tunnel (policy-based peers)."""
    ZONES = "zones"
    """A zone-based firewall; without it, policies become filters on interfaces."""
    STATELESS = "stateless"
    """Packets can be let through one by one, without a session table."""
    STATEFUL = "stateful"
    """Answers to what was let through can be let back by themselves."""
    NAT = "nat"
    SHAPER = "shaper"
    SHARED_SHAPER = "shared-shaper"
    """Several subinterfaces share one rate; without it each gets a part."""
    REMARK = "remark"
    """DSCP values are rewritten on the way out."""
    MACSEC = "macsec"
    CONTROL_PLANE = "control-plane"
    STATE_SYNC = "state-sync"
    """Two firewalls share their session tables."""


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One file of a device: its name, and the sections it is made of, in the device's order.

    Section ``x`` is the template ``<platform>/x.j2``.
    """

    name: str
    sections: tuple[str, ...]
    syntax: Literal["indent", "braces"] = "indent"
    comment: str = "!"
    """What begins a comment line."""
    path: str = ""
    """Where it is on a router that takes it as a whole."""
    other_form: Callable[[str, str], Parsed | None] | None = None
    """Text and file name → tree and what is wrong, where the platform has a second way to print the same; None: it is not that."""


@dataclass(frozen=True, slots=True)
class NativeCheck:
    """A real program that parses one of our files.

    ``argv`` may hold ``{file}`` (the file to check).  Exit status 0 means that it takes the file.
    A checker that needs more than a program and a file (a daemon, a namespace) gives ``run``.
    """

    title: str
    argv: tuple[str, ...]
    file: str
    package: str
    """The Debian package that has the program."""
    run: Callable[[Path], str] | None = None
    """Check the file; empty text if it is taken, else what the program said.  `OSError` where it cannot be run here."""


@dataclass(frozen=True, slots=True)
class Napalm:
    """The platform's NAPALM driver and what it can do (domain rules E.11)."""

    driver: str
    replace: bool
    merge: bool
    commit_confirm: bool


@dataclass(frozen=True, slots=True)
class BootStep:
    """A command that a router of the lab runs at its start, in order."""

    argv: tuple[str, ...]
    title: str
    wait: bool = True
    """Wait for its end, and take any exit status but 0 as a failed boot; else it is a daemon in the foreground."""
    needs: str = ""
    """A path that must exist before: where an earlier daemon listens."""


@dataclass(frozen=True, slots=True)
class Boot:
    """How a router of the platform is booted on a Linux machine, from its rendered files."""

    files: Mapping[str, str]
    """Absolute path → text."""
    steps: tuple[BootStep, ...]
    owned: Mapping[str, str]
    """File → ``user:group`` that it belongs to, where not root."""
    empty: tuple[str, ...] = ()
    """Folders of the machine's that it must not see."""


@dataclass(frozen=True, slots=True)
class LabSupport:
    """What the lab needs of a platform whose software runs on a Linux machine."""

    port: Callable[[int], str]
    """Number, from 1 → name of a port, for inventories of other platforms."""
    boot: Callable[[Mapping[str, str]], Boot]
    """Rendered files by name → what makes them a router."""
    sessions: tuple[str, ...]
    """The command that prints the state of every BGP session."""
    established: Callable[[str, DevicePlan], Mapping[NeighborKey, str]]
    """What it printed → the state of each planned session, ``Established`` where it is up; ``absent`` where the router
    does not have it."""
    routes: tuple[str, ...]
    """The command that prints every BGP route, of every neighbour, that passed the import policy."""
    accepted: Callable[[str, DevicePlan], Mapping[NeighborKey, frozenset[Prefix]]]
    """What it printed → the prefixes of each planned session."""
    drops: tuple[str, ...]
    """The command that prints how often each rule of the packet filters was met."""
    dropped: Callable[[str], int]
    """What it printed → packets that were refused."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of the platform that the rules check before anything is rendered."""

    reserved_vlans: Mapping[int, str]
    """VLAN id → why it cannot be used here, beside 0 and 4095."""
    outer_vlan_advised: int = 4094
    """An S-tag above it works only on some models: a warning (PLT-JUN-02)."""
    name_length: int = 31


def _no_audit(_trees: Mapping[str, list[Node]], _result: ReadResult) -> AuditFacts:
    """A platform without an auditor of its own: the rules on its facts are all there is."""
    return AuditFacts()


@dataclass(frozen=True, slots=True)
class Platform:
    """One kind of router.

    A package ``generator.platforms.<id>`` with ``PLATFORM`` in it, and a folder ``templates/<id>``,
    are all there is to adding one.
    """

    id: str
    title: str
    versions: str
    documents: tuple[str, ...]
    """Where the facts about it come from."""
    files: tuple[ConfigFile, ...]
    features: frozenset[Feature]
    """What every model of it can do, or the one that is taken where no model is named."""
    limits: Limits
    napalm: Napalm
    port_example: str
    is_port: Callable[[str], bool]
    """Whether a text is a name for a physical port (or bundle) on it."""
    subinterface: Callable[[str, Tags, int | None], str]
    """Port, tags and the unit number a person asked for (or None) → the subinterface's name."""
    view: Callable[[DevicePlan], Mapping[str, object]]
    """Plan → the platform's own words, for the templates.  The only place that reveals secrets."""
    observable: Callable[[Facts], Facts]
    """What of a plan's facts the text of this platform can show.  Shared by nobody but the comparison."""
    read: Callable[[Mapping[str, list[Node]]], ReadResult]
    """Trees by file name → facts.  Shares no code with the view or the templates."""
    checks: tuple[NativeCheck, ...] = ()
    unit_on_shared_port: Callable[[Tags, int], int | None] | None = None
    """Tags and number of the domain (0, 1, 2) → unit number on a port that carries many customers, where the
    default numbering of ``subinterface`` is not unique there."""
    features_of: Callable[[str], frozenset[Feature]] | None = None
    """Model (upper case, may be empty) → features, where they differ by model."""
    models: tuple[str, ...] = ()
    """Models whose features are not those of ``features``, for messages that say who can do something: ``SRX1500``."""
    loopback: Callable[[int], str] = "lo{}".format
    """Number → name of a loopback interface."""
    tunnel: Callable[[int], str] = "tunnel{}".format
    """Number → name of a tunnel interface."""
    templates: Path | None = None
    """Folder of its templates, where it is not ``templates/<id>`` of peerwright itself."""
    firewall_class: bool = False
    """A stateful firewall by trade (INV-056)."""
    shows: Callable[[Watch], tuple[str, ...]] | None = None
    """The commands that show the state of something, for the checks before and after a change."""
    one_line: Callable[[tuple[str, ...], str], str] | None = None
    """Context and command → the command on one line, where the platform's commands bear their whole path."""
    merge_text: Callable[[Iterable[Command]], str] | None = None
    """Commands → the text that its NAPALM driver merges, keys in clear; without it nothing can be merged."""
    change: Grammar | None = None
    """How a running config is changed; without it peerwright cannot plan changes for the platform."""
    device: Callable[[Mapping[str, list[Node]]], Device] | None = None
    """A router with this config that takes commands: what plans of changes are proved with."""
    health: Health | None = None
    """What the push asks a router beside NAPALM's getters."""
    lab: LabSupport | None = None
    """None: there is no free software to boot it with."""
    signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """File name → expressions, searched line by line, that tell a text of this platform from those of others."""
    audit: Callable[[Mapping[str, list[Node]], ReadResult], AuditFacts] = _no_audit
    """Trees, as for ``read``, and what was read of them → what an auditor wants to know beside the facts."""
    notes: tuple[str, ...] = ()
    """What a user should know about it; printed by ``peerwright platforms``."""

    def can(self, model: str) -> frozenset[Feature]:
        """The features of a router of this platform, by its model."""
        return self.features if self.features_of is None else self.features_of(model.upper())
