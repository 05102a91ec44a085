"""The firewalls of a pair: appliances between its routers and the core."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from generator.inventory.intent import Intent
from generator.inventory.models import Pair, Router
from generator.model.finding import DataPath, Related, Severity
from generator.platforms.base import Feature
from generator.rules.base import Problem, rule
from generator.rules.platform import platform_of

ZONED: Final = frozenset({Feature.ZONES, Feature.STATEFUL})
"""What an appliance between router and core must be able to do."""


@rule("INV-082", Severity.ERROR, source="FW-PLACE-02 ER-CKT-24")
def firewalls(intent: Intent) -> Iterator[Problem]:
    """The firewalls of a pair are firewalls, one behind each router, with a port on each side.

    Why:
        Each stands between one router and the core: it needs a port towards both, and zones and sessions to tell the two
        sides apart.  A router of the pair cannot stand behind itself.
    Fix:
        Name one appliance for each router, each with outside_port and inside_port, and with sync_port where they share
        their sessions.
    Bad:
        routers:
          fw1: {platform: linux_frr, outside_port: eth1}
          fw2: {platform: linux_frr, outside_port: eth1, inside_port: eth2}
        pairs:
          ams: {firewalls: [fw1, fw2]}
    Good:
        routers:
          fw1: {platform: linux_frr, outside_port: eth1, inside_port: eth2}
          fw2: {platform: linux_frr, outside_port: eth1, inside_port: eth2}
        pairs:
          ams: {firewalls: [fw1, fw2]}
    """
    inventory = intent.inventory
    routing = {name: pair for pair, spec in inventory.pairs.items() for name in spec.routers}
    for name, pair in inventory.pairs.items():
        path: DataPath = ("pairs", name)
        yield from _number(name, pair, path)
        for at, firewall in enumerate(pair.firewalls):
            place = (*path, "firewalls", at)
            if firewall in pair.firewalls[:at]:
                yield Problem(
                    message=f"firewall {firewall} is there twice in pair {name}, one behind each router was expected",
                    path=place,
                    fix="name another one",
                )
            elif firewall in routing:
                yield Problem(
                    message=f"firewall {firewall} of pair {name} is a router of pair {routing[firewall]}, "
                    "an appliance of its own was expected",
                    path=place,
                    fix="name another one",
                    related=(Related(("pairs", routing[firewall], "routers")),),
                )
            router = inventory.routers.get(firewall)
            if router is not None:
                yield from _appliance(firewall, router, sync=pair.state_sync, related=Related(place, note="a firewall"))


def _number(name: str, pair: Pair, path: DataPath) -> Iterator[Problem]:
    """As many firewalls as routers, and two where they share their sessions."""
    count, routers = len(pair.firewalls), len(pair.routers)
    if count and count != routers:
        yield Problem(
            message=f"pair {name} has {count} {'firewall' if count == 1 else 'firewalls'} and {routers} "
            f"{'router' if routers == 1 else 'routers'}, one behind each was expected",
            path=(*path, "firewalls"),
            fix="name one for each router",
        )
    elif pair.state_sync and count < 2:
        yield Problem(
            message=f"state_sync is set on pair {name}, which has {count or 'no'} firewalls, two were expected",
            path=(*path, "state_sync"),
            fix="name the two firewalls, or remove state_sync",
        )


def _appliance(name: str, router: Router, *, sync: bool, related: Related) -> Iterator[Problem]:
    """One appliance: what it is, and its ports."""
    path: DataPath = ("routers", name)
    platform = platform_of(router.platform)
    if platform is not None and not (platform.firewall_class or platform.can(router.model or "") >= ZONED):
        model = f", model {router.model}," if router.model else ""
        yield Problem(
            message=f"{platform.title}{model} of firewall {name} is a router, one with zones and sessions was expected",
            path=(*path, "model" if router.model else "platform"),
            fix="use a firewall, or a model that is one",
            related=(related,),
        )
    for key in ("outside_port", "inside_port", *(("sync_port",) if sync else ())):
        if getattr(router, key) is None:
            yield Problem(
                message=f"firewall {name} has no {key}, the name of a port was expected",
                path=path,
                fix=f"add {key}",
                related=(related,),
                on_key=True,
            )


@rule("INV-083", Severity.ERROR, source="FW-PLACE-02")
def session_at_firewall(intent: Intent) -> Iterator[Problem]:
    """A session that ends on firewalls is with a pair that has some.

    Why:
        What stands under firewall is the other side of the appliance; without an appliance there is no other side.
    Fix:
        Name the appliances in the pair (firewalls), or remove firewall from the session.
    Bad:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29, firewall: {asn: 64512, vlan: 40, v4: 192.168.250.0/29}}
    Good:
        ce: {asn: 64701, vlan: 701, v4: 192.168.255.0/29}
    """
    for customer in intent.customers:
        for attachment in customer.attachments:
            pair = intent.inventory.pairs.get(attachment.pair_name)
            if attachment.spec.firewall is not None and pair is not None and not pair.firewalls:
                yield Problem(
                    message=f"session {attachment.name} ends on a firewall, and pair {attachment.pair_name} has no firewalls",
                    path=(*attachment.path, "firewall"),
                    fix="add firewalls to the pair, or remove firewall here",
                    related=(Related(("pairs", attachment.pair_name), note="the pair"),),
                    on_key=True,
                )
