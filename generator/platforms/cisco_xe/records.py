"""Objects of the text while it is read: they name each other, so nothing is settled before the last line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from generator.model.address import Address, Prefix
from generator.model.facts import Family, FilterRule
from generator.model.secret import Secret
from generator.platforms.tree import Node


@dataclass(slots=True)
class AccessList:
    """By its name on the device, which is unique among both families."""

    name: str
    family: Family
    node: Node
    standard: bool = False
    rules: dict[int, FilterRule] = field(default_factory=dict)
    """By sequence number."""
    uses: set[str] = field(default_factory=set)
    """``filter`` where it decides what passes; ``nat``, ``selectors``, ``plane`` where it serves something else."""


@dataclass(slots=True)
class ClassMap:
    match_any: bool
    node: Node
    lists: list[str] = field(default_factory=list)
    dscps: list[int] = field(default_factory=list)
    matches: int = 0
    """Lines; those of one line are a choice in any case."""
    unknown: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class PolicyClass:
    name: str
    node: Node
    actions: list[tuple[list[str], Node]] = field(default_factory=list)
    """Words of each line, with those of the lines under it."""

    def action(self, *first: str) -> list[str] | None:
        """The words of the first line that begins like this."""
        wanted = list(first)
        for words, _ in self.actions:  # a loop is faster here: nearly all have one line
            if words[: len(wanted)] == wanted:
                return words
        return None


@dataclass(slots=True)
class PolicyMap:
    node: Node
    classes: list[PolicyClass] = field(default_factory=list)


class ZonePair(NamedTuple):
    source: str
    destination: str
    policy: str
    node: Node


@dataclass(slots=True)
class Extras:
    """What an interface says that belongs to other objects."""

    unnumbered: str = ""
    mss: int = 0
    mss_v6: int = 0
    filters: dict[tuple[Family, str], str] = field(default_factory=dict)
    """By family and direction."""
    zone: str = ""
    nat: str = ""
    policy: str = ""
    macsec: bool = False
    mka_policy: str = ""
    key_chain: str = ""
    sci: bool = True
    must_secure: bool = True
    source: str = ""
    destination: str = ""
    mode: str = ""
    front_vrf: str = ""
    profile: str = ""
    selectors: str = ""
    node: Node | None = None


@dataclass(slots=True)
class Proposal:
    """Algorithms in Azure's words where Azure has them; several where the text offers several."""

    encryption: list[str] = field(default_factory=list)
    integrity: list[str] = field(default_factory=list)
    prf: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


@dataclass(slots=True)
class IkePolicy:
    vrf: str = ""
    """``any``: every front VRF."""
    addresses: list[Address] = field(default_factory=list)
    proposals: list[str] = field(default_factory=list)


@dataclass(slots=True)
class KeyPeer:
    networks: list[Prefix] = field(default_factory=list)
    key: Secret | None = None
    vrf: str = ""
    """For the keyrings of IKEv1."""


@dataclass(slots=True)
class IkeProfile:
    front_vrf: str = ""
    addresses: list[str] = field(default_factory=list)
    """Local addresses, or interfaces."""
    remote_identities: list[str] = field(default_factory=list)
    local_identity: str = ""
    pre_shared: set[str] = field(default_factory=set)
    """``local`` and ``remote`` where they authenticate with a key."""
    key: Secret | None = None
    keyring: str = ""
    lifetime: int = 86400
    dpd: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class TransformSet:
    encryption: str = ""
    integrity: str = ""
    mode: str = "tunnel"


@dataclass(slots=True)
class IpsecProfile:
    transform_sets: list[str] = field(default_factory=list)
    pfs: str = "None"
    seconds: int | None = None
    kilobytes: int | None = None
    ike_profile: str = ""
    responder_only: bool = False


@dataclass(slots=True)
class IsakmpPolicy:
    """IKEv1; the defaults are the device's."""

    encryption: str = "DES"
    integrity: str = "SHA1"
    group: str = "DHGroup1"
    lifetime: int = 86400


@dataclass(slots=True)
class CryptoText:
    proposals: dict[str, Proposal] = field(default_factory=dict)
    policies: dict[str, IkePolicy] = field(default_factory=dict)
    keyrings: dict[str, list[KeyPeer]] = field(default_factory=dict)
    profiles: dict[str, IkeProfile] = field(default_factory=dict)
    transform_sets: dict[str, TransformSet] = field(default_factory=dict)
    ipsec_profiles: dict[str, IpsecProfile] = field(default_factory=dict)
    seconds: int = 3600
    kilobytes: int = 4608000
    isakmp: dict[int, IsakmpPolicy] = field(default_factory=dict)
    isakmp_keys: list[KeyPeer] = field(default_factory=list)
