"""What scenarios want of the inventory, and what is planned of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.inventory.intent import Intent
from generator.lab.boot import Wish, planned
from generator.lab.engine.probe import Engine
from generator.lab.scenarios.rewrite import forced_tunnelling
from generator.lab.topology import rendered
from generator.model.plan import Domain, Plan

SHIPPED = Path(__file__).parents[4] / "inventories"
DEFAULTS = {"0.0.0.0/0", "::/0"}


def forced(name: str) -> tuple[Intent, Plan]:
    wish = Wish(inventory=SHIPPED / name, platform="linux_frr")
    intent, plan, _ = planned(wish, Engine.UML, forced_tunnelling)
    return intent, plan


@pytest.mark.parametrize(("name", "customers"), [("hollins", {"hollins"}), ("northlake", {"bravo", "charlie"})])
def test_the_default_route_is_announced_on_both_links_of_private_peering_in_clear(
    name: str, customers: set[str]
) -> None:
    """Not on Microsoft peering, and not where private peering carries tunnels: there it is a matter of the tunnels."""
    intent, _ = forced(name)
    links = [
        (peering.customer.name, peering.domain)
        for peering in intent.peerings()
        for prefixes in peering.announce.values()
        if DEFAULTS & set(map(str, prefixes))
    ]
    assert sorted(links) == sorted((one, Domain.PRIVATE) for one in customers for _ in range(2))


def test_no_router_makes_the_default_route_up_it_comes_from_home_or_not_at_all() -> None:
    """ER-DEF-05: what is anchored in a router is announced, whether there is a way out or not."""
    _, plan = forced("hollins")
    for router in ("ce1", "ce2"):
        config = rendered(plan)[router]["frr.conf"]
        for family, default in (("ip", "0.0.0.0/0"), ("ipv6", "::/0")):
            assert f"{family} prefix-list HOLLINS-LON-PRIVATE-OUT seq 5 permit {default}\n" in config
            assert f"{family} prefix-list HOLLINS-CORE-IN seq 5 permit {default}\n" in config
            assert f"{family} route {default}" not in config
        assert "default-originate" not in config
        assert "network 0.0.0.0/0" not in config


def test_everything_else_is_as_it_was() -> None:
    plain, _, _ = planned(Wish(inventory=SHIPPED / "hollins", platform="linux_frr"), Engine.UML)
    intent, _ = forced("hollins")
    for before, after in zip(plain.peerings(), intent.peerings(), strict=True):
        for role, prefixes in before.announce.items():
            assert set(map(str, after.announce[role])) - DEFAULTS == set(map(str, prefixes))
        assert after.accept == before.accept
