"""What a person should know before the window, and orders that were once wrong."""

from __future__ import annotations

import copy

from generator.change.simulate import simulate
from generator.model.change import Command, Step
from generator.platforms import load
from tests.changes.cases import MICROSOFT, Inventory, base
from tests.changes.make import planned, texts
from tests.changes.texts import XE
from tests.changing import proven, rendered

FILE = "running.cfg"


def translating(platform: str, pools: dict[str, str]) -> Inventory:
    found = base(platform)
    customer = found["customers"]["alpha"]
    customer["ce"] |= {"domain": "microsoft", "accept": ["10.0.0.0/16"]}
    peering = copy.deepcopy(MICROSOFT)
    peering |= {
        "advertised_public_prefixes": list(pools.values()),
        "nat": {"design": "per_router", "inside": ["10.0.0.0/16"], "pool": pools},
    }
    customer["circuits"]["line-1"]["peerings"] = {"microsoft": peering}
    customer.pop("vnets")
    return found


def risks(platform: str, before: Inventory, after: Inventory) -> str:
    running = rendered(before)[1]
    device, intended = rendered(after)
    proof = proven(device, running, intended, before=running)
    assert proof.problems() == []
    return "\n".join(f"{one.text}: {one.why}" for one in proof.change.risks)


def test_a_pool_that_changes_ends_translations_and_says_so() -> None:
    old = {"primary": "20.1.1.0/28", "secondary": "20.1.1.16/28"}
    new = {"primary": "20.1.1.32/28", "secondary": "20.1.1.16/28"}
    found = risks("cisco_xe", translating("cisco_xe", old), translating("cisco_xe", new))
    assert "is taken away: its translations end" in found
    found = risks("linux_frr", translating("linux_frr", old), translating("linux_frr", new))
    assert "sessions that are translated keep the address" in found


def test_a_vrf_with_another_distinguisher_is_made_again_and_says_so() -> None:
    assert "rd 64600:1\n" in XE
    proof = planned("cisco_xe", "b6-interface-moved", {FILE: XE}, {FILE: XE.replace("rd 64600:1\n", "rd 64600:9\n")})
    assert any("VRF ALPHA is taken away and made again" in one.text for one in proof.change.risks)
    assert proof.problems() == []


def test_a_vrf_that_only_goes_is_no_such_risk() -> None:
    proof = planned("cisco_xe", "off-boarding", *texts("cisco_xe", "off-boarding"))
    assert not any("made again" in one.text for one in proof.change.risks)


def test_a_file_that_goes_as_a_whole_is_a_risk_and_only_that_one() -> None:
    proof = planned("linux_frr", "firewall-on", *texts("linux_frr", "firewall-on"))
    found = [one.text for one in proof.change.risks]
    assert any(text.startswith("nftables takes the whole file") for text in found)
    assert not any(text.startswith(("ifreload", "FRR starts anew")) for text in found)


def test_a_new_filter_waits_for_a_list_that_others_use_and_that_changes() -> None:
    old, new = "ip prefix-list ALPHA-OUT seq 5 permit 10.0.0.0/16", "ip prefix-list ALPHA-OUT seq 5 permit 10.9.0.0/16"
    maps = "route-map BRAVO-OUT permit 10\n match ip address prefix-list ALPHA-OUT\n"
    proof = planned("cisco_xe", "b1-entry-replaced", {FILE: XE}, {FILE: XE.replace(old, new) + maps})
    lines = [" / ".join((*one.context, one.text)) for step in proof.change.steps for one in step.commands]
    assert lines.index(new) < lines.index("route-map BRAVO-OUT permit 10 / match ip address prefix-list ALPHA-OUT")
    assert proof.problems() == []


def test_the_simulated_frr_takes_one_number_at_most_after_no_set_as_path_prepend() -> None:
    platform = load("linux_frr")
    running = {"frr.conf": "route-map OUT permit 10\n set as-path prepend 64600 64600\nexit\n"}
    context = ("route-map OUT permit 10",)
    for text, refused in (("no set as-path prepend 64600 64600", True), ("no set as-path prepend", False)):
        run = simulate(platform, running, (Step((Command(context, text, text),), "as typed"),))
        assert any("refused" in one for one in run.problems) is refused
        assert ("prepend" in run.text) is refused
