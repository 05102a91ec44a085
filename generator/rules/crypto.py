"""What both ends of a tunnel agree on: proposals that Azure has, that are strong, and lifetimes it takes."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final, get_args

from generator.inventory.security import EspPolicy, IkePolicy
from generator.model import crypto as words
from generator.model.finding import DataPath, Severity
from generator.rules.base import Problem, rule
from generator.rules.tunnelled import TunnelledPeering

IKE: Final[dict[str, tuple[str, ...]]] = {
    "encryption": get_args(words.IkeEncryption),
    "integrity": get_args(words.IkeIntegrity),
    "dh_group": tuple([one for one in get_args(words.DhGroup) if one in words.WORDS["dh_group"]]),
}
"""Azure's words for the IKE SA (IPS-POL-02 to IPS-POL-04)."""
ESP: Final[dict[str, tuple[str, ...]]] = {
    "encryption": tuple([one for one in get_args(words.EspEncryption) if one in words.WORDS["ipsec_encryption"]]),
    "integrity": get_args(words.EspIntegrity),
    "pfs_group": get_args(words.PfsGroup),
}
"""Azure's words for the child SA (IPS-POL-05 to IPS-POL-07)."""
WEAK_IKE: Final = {
    "integrity": frozenset({"SHA1", "MD5"}),
    "dh_group": frozenset({"DHGroup1", "DHGroup2", "DHGroup24"}),
}
WEAK_ESP: Final = {
    "encryption": frozenset({"DES3", "DES"}),
    "integrity": frozenset({"SHA1", "MD5"}),
    "pfs_group": frozenset({"PFS1", "PFS2", "PFS24", "None"}),
}
SHORTEST_SECONDS: Final = 300
FEWEST_KILOBYTES: Final = 1024
"""Azure's minima for a child SA (IPS-POL-08)."""
DPD: Final = (9, 3600)
DPD_ADVISED: Final = (30, 45)
"""Azure's dead-peer timeout in seconds: what it takes, and what it advises (IPS-POL-09)."""

Written = tuple[str, DataPath, IkePolicy | EspPolicy, dict[str, tuple[str, ...]]]


def _written(one: TunnelledPeering) -> list[Written]:
    """The parts of a custom policy that a person wrote: word, place, values, and the words Azure has."""
    spec = one.ipsec.spec
    parts: list[Written] = []
    if spec.ike is not None:
        parts.append(("ike", (*one.path, "ike"), spec.ike, IKE))
    if spec.esp is not None:
        parts.append(("esp", (*one.path, "esp"), spec.esp, ESP))
    return parts


@rule("INV-057", Severity.ERROR, source="IPS-POL-01 IPS-POL-02 IPS-POL-03 IPS-POL-04 IPS-POL-05 IPS-POL-06 IPS-POL-07")
def proposals(one: TunnelledPeering) -> Iterator[Problem]:
    """A policy of one's own is in Azure's words, and complete.

    Why:
        Azure takes all parameters of a custom policy or none, and then offers and accepts nothing else: with a word
        that it does not have, or with one missing, the two ends never agree.
    Fix:
        Write all of encryption, integrity and dh_group under ike, and of encryption, integrity and pfs_group under esp,
        in Azure's words; or leave both out and get the strongest set.
    Bad:
        ipsec:
          ike: {encryption: GCMAES256, integrity: SHA512, dh_group: ECP384}
    Good:
        ipsec:
          ike: {encryption: GCMAES256, integrity: SHA384, dh_group: ECP384}
    """
    for part, path, policy, known in _written(one):
        missing = [field for field in known if getattr(policy, field) is None]
        if missing and len(missing) < len(known):
            yield Problem(
                message=f"{part} of the {one.title} lacks {', '.join(missing)}, all of {', '.join(known)} or none was expected",
                path=path,
                fix=f"add {', '.join(missing)}, as in Azure",
                on_key=True,
            )
        for field, choices in known.items():
            value: str | None = getattr(policy, field)
            if value is not None and value not in choices:
                yield Problem(
                    message=f"{part} {field} {value!r} is not one that both ends can use, expected one of {', '.join(choices)}",
                    path=(*path, field),
                    fix=_near(value, choices),
                )


def _near(value: str, choices: tuple[str, ...]) -> str:
    same = [one for one in choices if one.lower() == value.strip().lower()]
    near = same or get_close_matches(value, choices, n=1)
    return f"did you mean {near[0]}?" if near else "write the word that Azure's policy has"


@rule("INV-058", Severity.WARNING, source="IPS-POL-03 IPS-POL-04 IPS-POL-05 IPS-POL-06 IPS-POL-07 IPS-POL-12")
def weak_crypto(one: TunnelledPeering) -> Iterator[Problem]:
    """The policy is strong.

    Why:
        Azure still takes DES, MD5, SHA-1, small groups and no forward secrecy, for devices of long ago.  The profile
        compatibility is sound, and for devices that have no GCM in IKE; every other one has the strongest.
    Fix:
        Leave profile, ike and esp out, or write GCMAES256, SHA384, ECP384, and set the same policy in Azure.
    Bad:
        ipsec:
          esp: {encryption: DES3, integrity: SHA1, pfs_group: None}
    Good:
        ipsec:
          esp: {encryption: GCMAES256, integrity: GCMAES256, pfs_group: ECP384}
    """
    for part, path, policy, _ in _written(one):
        weak = WEAK_IKE if part == "ike" else WEAK_ESP
        for field, values in weak.items():
            value = getattr(policy, field)
            if value in values:
                yield Problem(
                    message=f"{part} {field} {value} is weak, a strong one was expected",
                    path=(*path, field),
                    fix="leave ike and esp out to get the strongest set, and set the same one in Azure",
                )
    if one.ipsec.spec.profile == "compatibility":
        yield Problem(
            message="profile compatibility has no GCM and group 14, strongest was expected where the device can do it",
            path=(*one.path, "profile"),
            fix="remove profile, unless the device has no GCM in IKE",
            severity=Severity.INFO,
        )


@rule("INV-059", Severity.ERROR, source="IPS-POL-06")
def gcm_pair(one: TunnelledPeering) -> Iterator[Problem]:
    """With GCM, encryption and integrity of ESP are the same word.

    Why:
        GCM does both at once; Azure refuses a policy in which the two differ.
    Fix:
        Write the same GCM word in both places.
    Bad:
        ipsec:
          esp: {encryption: GCMAES256, integrity: GCMAES128, pfs_group: ECP384}
    Good:
        ipsec:
          esp: {encryption: GCMAES256, integrity: GCMAES256, pfs_group: ECP384}
    """
    esp = one.ipsec.spec.esp
    if esp is None or esp.encryption is None or esp.integrity is None or esp.encryption == esp.integrity:
        return
    if "GCM" in esp.encryption or "GCM" in esp.integrity:
        gcm = esp.encryption if "GCM" in esp.encryption else esp.integrity
        yield Problem(
            message=f"esp integrity {esp.integrity} does not go with encryption {esp.encryption}, "
            "the same word was expected with GCM",
            path=(*one.path, "esp", "integrity"),
            fix=f"write {gcm} for both",
        )


@rule("INV-060", Severity.ERROR, source="IPS-POL-08 IPS-POL-09")
def lifetimes(one: TunnelledPeering) -> Iterator[Problem]:
    """Lifetimes and the dead-peer timeout are ones that Azure takes.

    Why:
        A child SA lives at least 300 s and 1,024 KB, and Azure's dead-peer timeout is 9 to 3,600 s; 30 to 45 s is
        advised, because a shorter one ends tunnels in a short disturbance and a longer one keeps a dead one.
    Fix:
        Leave them out: 27,000 s, 102,400,000 KB and 45 s are Azure's own.
    Bad:
        ipsec: {dpd_seconds: 5}
    Good:
        ipsec: {dpd_seconds: 45}
    """
    esp, dpd = one.ipsec.spec.esp, one.ipsec.dpd_seconds
    minima = (("lifetime_seconds", SHORTEST_SECONDS, "s"), ("lifetime_kilobytes", FEWEST_KILOBYTES, "KB"))
    for field, least, unit in minima if esp is not None else ():
        value: int | None = getattr(esp, field)
        if value is not None and value < least:
            yield Problem(
                message=f"esp {field} {value} is below Azure's minimum, at least {least} {unit} was expected",
                path=(*one.path, "esp", field),
                fix=f"remove {field}, or write the value that is set in Azure",
            )
    low, high = DPD_ADVISED
    if low <= dpd <= high:
        return
    refused = not DPD[0] <= dpd <= DPD[1]
    yield Problem(
        message=f"dpd_seconds {dpd} is refused by Azure, {DPD[0]} to {DPD[1]} was expected"
        if refused
        else f"dpd_seconds {dpd} is outside Azure's advice, {low} to {high} was expected",
        path=(*one.path, "dpd_seconds"),
        fix="remove dpd_seconds to get 45",
        severity=Severity.ERROR if refused else Severity.WARNING,
    )
