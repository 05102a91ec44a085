"""MACsec on ExpressRoute Direct."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import CircuitIntent
from generator.model.finding import Severity
from generator.rules.base import Problem, rule

CAK_DIGITS: Final = {"GcmAes128": 32, "GcmAesXpn128": 32, "GcmAes256": 64, "GcmAesXpn256": 64}
"""Hexadecimal digits of the key, by cipher (ER-MACS-02, ER-MACS-03)."""
CKN_DIGITS: Final = 64
_HEX: Final = frozenset("0123456789abcdefABCDEF")


@rule("INV-053", Severity.ERROR, source="ER-MACS-01 ER-MACS-02 ER-MACS-03")
def macsec(circuit: CircuitIntent) -> Iterator[Problem]:
    """MACsec is asked for on ExpressRoute Direct only, with a cipher and keys that Azure takes.

    Why:
        Only a Direct port is yours and Microsoft's alone.  Azure pads a short key with zeros at the end, and most
        routers do not: the link stays down, and there is no fallback to clear text.
    Fix:
        Use kind: direct, one of Azure's ciphers, and both keys: a CAK of 32 hexadecimal digits for the 128-bit ciphers or 64 for
        the 256-bit ones, and a CKN of an even number of digits, at most 64.
    Bad:
        kind: provider
        macsec: {cipher: GcmAes256, ckn: "1000"}
    Good:
        kind: direct
        macsec: {cipher: GcmAes256, ckn: "1000", cak: "env:ALPHA_CAK"}
    """
    spec = circuit.spec.macsec
    if spec is None:
        return
    path = (*circuit.path, "macsec")
    if circuit.kind != "direct":
        yield Problem(
            message=f"macsec is set on circuit {circuit.name} of kind {circuit.kind}, only direct can have it",
            path=path,
            fix="remove macsec, or correct kind",
            on_key=True,
        )
    if spec.cipher not in CAK_DIGITS:
        yield Problem(
            message=f"cipher {spec.cipher!r} is unknown to Azure, expected one of {', '.join(CAK_DIGITS)}",
            path=(*path, "cipher"),
            fix="write one of them, GcmAes256 where in doubt",
        )
    ckn = spec.ckn
    if ckn is not None and (not ckn or len(ckn) % 2 or len(ckn) > CKN_DIGITS or not _HEX.issuperset(ckn)):
        yield Problem(
            message=f"ckn {ckn!r} is not an even number of hexadecimal digits, at most {CKN_DIGITS}",
            path=(*path, "ckn"),
            fix="write the CKN that is set in Azure, in quotes",
        )
    for key in ("ckn", "cak"):
        if getattr(spec, key) is None:
            yield Problem(
                message=f"macsec of circuit {circuit.name} has no {key}, the one that is set in Azure was expected",
                path=path,
                fix=f"add {key}, the same as in Azure",
                on_key=True,
            )
    digits = CAK_DIGITS.get(spec.cipher)
    if digits and circuit.cak is not None and not circuit.cak.passes(lambda key: _is_hex(key, digits)):
        yield Problem(
            message=f"cak of circuit {circuit.name} is not of the {digits} hexadecimal digits that {spec.cipher} takes",
            path=(*path, "cak"),
            fix=f"make a key of {digits} hexadecimal digits, and set the same one in Azure",
        )


def _is_hex(key: str, digits: int) -> bool:
    return len(key) == digits and _HEX.issuperset(key)
