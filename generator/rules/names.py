"""Names and descriptions that go into a config as they are written, and words that YAML versions read differently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.model.finding import DataPath, Related, Severity
from generator.model.naming import MAX_DESCRIPTION, description, is_object_name, object_name
from generator.rules.base import Problem, rule

_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")


@rule("INV-067", Severity.ERROR, source="PLT-NAME-01 PLT-NAME-03")
def names(intent: Intent) -> Iterator[Problem]:
    """Names of VRFs and routers are ones that every platform takes, and names stay different on the routers.

    Why:
        A VRF's name goes into the config as it is written.  Names of customers and circuits are turned into upper
        case letters, digits and ``-``; two that become the same would share their lists.
    Fix:
        VRFs: upper-case letters, digits and -, beginning with a letter, at most 31.  Routers: letters, digits, dots
        and hyphens, at most 63.
    Bad:
        vrf: "Müller & Söhne GmbH (Nord)"
    Good:
        vrf: MUELLER-NORD
    """
    for name, path in _vrfs(intent):
        if name is not None and not is_object_name(name):
            yield Problem(
                message=f"VRF name {name!r} is not one that every platform takes",
                path=path,
                fix=f"write {object_name(name)}, or leave it out and get a name made from the customer's",
            )
    for name, router in intent.routers.items():
        if not _HOST.fullmatch(name):
            yield Problem(
                message=f"router name {name!r} is not letters, digits, dots and hyphens, at most 63",
                path=("routers", name),
                fix="choose another name",
                on_key=True,
            )
        if router.hostname is not None and not _HOST.fullmatch(router.hostname):
            yield Problem(
                message=f"hostname {router.hostname!r} is not letters, digits, dots and hyphens, at most 63",
                path=("routers", name, "hostname"),
                fix="write the name that the router has",
            )
    yield from _same("customer", ((one.name, one.path) for one in intent.customers))
    yield from _same("circuit", ((one.name, one.path) for one in intent.circuits()))


def _vrfs(intent: Intent) -> Iterator[tuple[str | None, DataPath]]:
    for customer in intent.customers:
        yield customer.spec.vrf, (*customer.path, "vrf")
        yield customer.spec.vrf_dmz, (*customer.path, "vrf_dmz")
        for peering in customer.peerings():
            yield peering.spec.vrf, (*peering.path, "vrf")
            if peering.ipsec is not None:
                yield peering.ipsec.spec.vrf, (*peering.ipsec.path, "vrf")


def _same(what: str, named: Iterator[tuple[str, DataPath]]) -> Iterator[Problem]:
    """Different names that become the same on the routers."""
    first: dict[str, tuple[str, DataPath]] = {}
    for name, path in named:
        other, place = first.setdefault(object_name(name), (name, path))
        if other != name:
            yield Problem(
                message=f"{what} {name!r} has the name {object_name(name)} on the routers, as has {other!r}",
                path=path,
                fix="rename one of the two",
                related=(Related(place, note="the same name"),),
                on_key=True,
            )


@rule("INV-067", Severity.ERROR, source="PLT-NAME-02")
def descriptions(intent: Intent) -> Iterator[Problem]:
    """Descriptions are ones that every platform takes.

    Why:
        Quotes, ``?``, ``!``, ``#``, ``;`` and braces end or change the line they stand in on one platform or another;
        such a description is cleaned before it is written, and is then not what you wrote.
    Fix:
        Use printable ASCII without these characters, at most 80.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, description: "Alpha; #1"}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, description: Alpha no. 1}
    """
    for text, path in _descriptions(intent):
        if text is None or description(text) == " ".join(text.split()):
            continue
        trouble = (
            "is longer than 80 characters" if len(text) > MAX_DESCRIPTION else "has characters not every platform takes"
        )
        yield Problem(
            message=f"description {text!r} {trouble}",
            path=path,
            fix=f"write for instance {description(text)!r}",
        )


def _descriptions(intent: Intent) -> Iterator[tuple[str | None, DataPath]]:
    for name, router in intent.routers.items():
        for port, spec in router.ports.items():
            yield spec.description, ("routers", name, "ports", port, "description")
    for customer in intent.customers:
        for attachment in customer.attachments:
            yield attachment.spec.description, (*attachment.path, "description")
        for circuit in customer.circuits:
            yield circuit.spec.description, (*circuit.path, "description")
            for peering in circuit.peerings:
                yield peering.spec.description, (*peering.path, "description")


@rule("INV-073", Severity.ERROR, source="ER-COMM-01 ER-BGP-03")
def yaml_words(intent: Intent) -> Iterator[Problem]:  # noqa: ARG001
    """A word without quotes means the same in every version of YAML.

    Why:
        YAML 1.1 reads 010 as 8, no as false and 12:30 as 750, YAML 1.2 does not.  Such a word is kept as the text that
        it is, and reported where it stands, when the file is read.
    Fix:
        Put it in quotes where text is meant, and write the number or true and false where that is meant.
    Bad:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: 0123}
    Good:
        peerings:
          private: {azure_vlan: 100, v4: 172.31.0.0/29, md5: "0123"}
    """
    # Found by generator.source while it reads: the plain values no longer show it.
    yield from ()
