"""What is said of a difference fits the thing that differs."""

from __future__ import annotations

from generator.model.facts import Interface
from generator.readback.words import meaning_of


def test_the_mtu_of_a_tunnel_is_not_explained_by_that_of_a_link() -> None:
    link, tunnel = Interface("Te0/1/0.100", mtu=1500), Interface("Tunnel308", mtu=1400, mss=1350)
    assert "towards Microsoft" in meaning_of("interfaces", "mtu", link)
    assert "towards Microsoft" not in meaning_of("interfaces", "mtu", tunnel)
    assert "PAIR-024" in meaning_of("interfaces", "mtu", tunnel)
