"""Secrets stay out of the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.inventory.secrets import is_reference
from generator.inventory.security import Ipsec
from generator.model.finding import DataPath, Severity
from generator.model.plan import Role
from generator.rules.base import Problem, rule

_ROLES: Final = frozenset(role.value for role in Role)


@rule("INV-068", Severity.WARNING, source="ER-BGP-02")
def clear_text(intent: Intent) -> Iterator[Problem]:
    """Secrets stand outside the inventory, and the inventory refers to them.

    Why:
        An inventory is kept under version control and sent around; a key in it stays in every copy for ever.
    Fix:
        Put the key into a file or an environment variable, and write file:PATH or env:NAME.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: AlphaKey2016}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: "file:secrets/alpha"}
    """
    for path, key, text in _secrets(intent):
        if text is not None and not is_reference(text):
            yield Problem(
                message=f"{'key' if key in _ROLES else key} is written in clear text, env:NAME or file:PATH was expected",
                path=(*path, key),
                fix="put the key into a file or the environment, and refer to it",
            )


def _secrets(intent: Intent) -> Iterator[tuple[DataPath, str, str | None]]:
    """What may hold a secret: its parent's place, its key, its text."""
    for customer in intent.customers:
        for attachment in customer.attachments:
            yield attachment.path, "md5", attachment.spec.md5
            if attachment.spec.firewall is not None:
                yield (*attachment.path, "firewall"), "md5", attachment.spec.firewall.md5
        for circuit in customer.circuits:
            if circuit.spec.macsec is not None:
                yield (*circuit.path, "macsec"), "cak", circuit.spec.macsec.cak
            for peering in circuit.peerings:
                yield peering.path, "md5", peering.spec.md5
                if peering.spec.ipsec is not None:
                    yield from _shared(peering.spec.ipsec, (*peering.path, "ipsec"))


def _shared(spec: Ipsec, path: DataPath) -> Iterator[tuple[DataPath, str, str | None]]:
    """The keys of the two connections; one for both is written once."""
    if spec.key.primary == spec.key.secondary:
        yield path, "key", spec.key.primary
        return
    for role in Role:
        yield (*path, "key"), role.value, getattr(spec.key, role.value)
