"""Pre-shared keys of tunnels: their form, and who else has them."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.model.finding import DataPath, Related, Severity
from generator.model.plan import Role
from generator.model.secret import Secret
from generator.rules.base import Problem, rule
from generator.rules.tunnelled import TunnelledPeering, all_tunnelled

SHORTEST: Final = 20
LONGEST: Final = 128
"""Often quoted, never documented (IPS-PSK-02)."""
AZURE: Final = frozenset(map(chr, range(0x21, 0x7E))) - {"-"}
"""Printable ASCII without space, hyphen and tilde (IPS-PSK-01)."""
PORTABLE: Final = frozenset(string.ascii_letters + string.digits + "._+=@")
"""What no CLI and no file format reads as anything else (IPS-PSK-04)."""
PREFIXES: Final = ("0x", "0s")
"""How strongSwan marks keys in hexadecimal and in Base64 (IPS-PSK-03)."""


def _keys(one: TunnelledPeering) -> dict[Role, tuple[DataPath, Secret]]:
    """The key of each of our devices and its place; one key for both has one place."""
    spec = one.ipsec.spec.key
    single = spec.primary == spec.secondary
    found: dict[Role, tuple[DataPath, Secret]] = {}
    for tunnel in one.ipsec.tunnels:
        path = (*one.path, "key") if single else (*one.path, "key", tunnel.role.value)
        found.setdefault(tunnel.role, (path, tunnel.key))
    return found


def _charset(key: str) -> bool:
    return AZURE.issuperset(key)


def _long_enough(key: str) -> bool:
    return len(key) >= SHORTEST


def _plain(key: str) -> bool:
    return not key.lower().startswith(PREFIXES)


def _short_enough(key: str) -> bool:
    return len(key) <= LONGEST


def _portable(key: str) -> bool:
    return PORTABLE.issuperset(key) or not _charset(key)


FORMS: Final = (
    (_charset, Severity.ERROR, "has characters that Azure does not take, printable ASCII without space, - and ~ was expected"),
    (_long_enough, Severity.ERROR, f"is too short, at least {SHORTEST} characters were expected"),
    (_plain, Severity.ERROR, "begins like a key in hexadecimal or Base64, which strongSwan decodes and Azure does not"),
    (_short_enough, Severity.WARNING, f"is longer than {LONGEST} characters, which may be more than Azure takes"),
    (_portable, Severity.WARNING, "has characters that some routers read as their own, letters, digits and . _ + = @ were expected"),
)  # fmt: skip
"""Test, severity where it fails, and what is wrong then; the key itself is never in a message."""


@rule("INV-061", Severity.ERROR, source="IPS-PSK-01 IPS-PSK-02 IPS-PSK-03 IPS-PSK-04 IPS-PSK-05")
def key_form(one: TunnelledPeering) -> Iterator[Problem]:
    """A pre-shared key has a form that both ends read alike, and each connection has one of its own.

    Why:
        Azure takes printable ASCII without space, hyphen and tilde.  strongSwan decodes what begins with 0x or 0s, and
        a few characters mean something to the router that reads them: then the two ends have different keys.
    Fix:
        Draw 20 to 64 letters, digits and . _ + = @ for each connection, and set the same in Azure.
    Bad:
        ipsec: {key: {primary: "0sLab.Only7qT4mXz2Rk9s", secondary: "Lab.Only_Wb3eHn8uYc5d"}}
    Good:
        ipsec: {key: {primary: "Lab.Only_7qT4mXz2Rk9s", secondary: "Lab.Only_Wb3eHn8uYc5d"}}
    """
    keys = _keys(one)
    for role, (path, key) in keys.items():
        if role is Role.SECONDARY and Role.PRIMARY in keys and keys[Role.PRIMARY][0] == path:
            continue  # said of the primary one
        whose = f"key of the {role.value} connection" if path[-1] == role.value else "key"
        for test, severity, wrong in FORMS:
            if not key.passes(test):
                yield Problem(
                    message=f"{whose} of the {one.title} {wrong}",
                    path=path,
                    fix="draw another key, and set the same one in Azure",
                    severity=severity,
                )
    if len(keys) == len(Role) and keys[Role.PRIMARY][1] == keys[Role.SECONDARY][1]:
        yield Problem(
            message=f"both connections of the {one.title} have the same key, one for each was expected",
            path=keys[Role.SECONDARY][0],
            fix="write key: {primary: ..., secondary: ...}, and set the same two in Azure",
            severity=Severity.WARNING,
        )


@rule("INV-061", Severity.ERROR, source="IPS-PSK-05")
def key_of_another(intent: Intent) -> Iterator[Problem]:
    """No two customers have the same pre-shared key.

    Why:
        Who knows the key can be the other end: a key that two customers know protects neither of them from the other.
    Fix:
        Give each customer keys of its own.
    Bad:
        customers:
          alpha: {circuits: {alpha-ams: {peerings: {private: {ipsec: {key: "Lab.Only_7qT4mXz2Rk9s"}}}}}}
          bravo:
            ce: {asn: 64702, vlan: 702, v4: 192.168.255.0/29}
            vnets:
              - prefixes: [10.60.0.0/16]
                gateways: [{kind: vpn, addresses: [10.60.255.4, 10.60.255.5], bgp: [169.254.21.2, 169.254.22.2]}]
            circuits:
              bravo-ams:
                s_tag: 102
                peerings:
                  private:
                    azure_vlan: 100
                    v4: 172.31.0.8/29
                    ipsec: {source: {primary: 172.20.0.1, secondary: 172.20.0.2}, key: "Lab.Only_7qT4mXz2Rk9s"}
    Good:
        customers:
          alpha: {circuits: {alpha-ams: {peerings: {private: {ipsec: {key: {primary: "env:ALPHA_1", secondary: "env:ALPHA_2"}}}}}}}
    """
    first: dict[Secret | str, tuple[str, DataPath]] = {}
    for one in all_tunnelled(intent):
        customer = one.peering.customer.name
        for path, key in dict(_keys(one).values()).items():
            owner, place = first.setdefault(key if key.known else key.reference, (customer, path))
            if owner != customer:
                yield Problem(
                    message=f"pre-shared key of customer {customer} is also a key of customer {owner}, "
                    "one of its own was expected",
                    path=path,
                    fix=f"give {customer} another key, here and in Azure",
                    related=(Related(place, note=f"the same key for {owner}"),),
                )
