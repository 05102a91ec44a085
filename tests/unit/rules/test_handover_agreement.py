"""Both ends: any one value that a router has otherwise than the handover sheet is found, and nothing else is said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from generator.handover import terms_of
from generator.inventory.intent import Intent
from generator.model.address import parse_address, parse_link, parse_prefix
from generator.model.crypto import Selector, Tunnel
from generator.model.facts import Facts, Neighbor, ReadResult
from generator.model.finding import Severity
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.model.vlan import Dot1q, QinQ, Tags
from generator.pipeline import read_inventory
from generator.plan import plan
from generator.platforms import load as load_platform
from generator.platforms.base import Feature, Platform
from generator.readback.evidence import DeviceEvidence
from generator.readback.other_end import HandoverEvidence, handover_things
from generator.rules import REGISTRY, load
from tests.inventories import with_values
from tests.security_plans import r1
from tests.unit.handover.fjellmark import FJELLMARK, write

INVENTORIES = Path(__file__).parents[3] / "inventories"


@dataclass(frozen=True)
class PaperOs:
    """A platform that can do everything, and shows what it is told to."""

    id: str = "paper"
    hide: tuple[str, ...] = ()

    def can(self, model: str) -> frozenset[Feature]:
        return frozenset(Feature)

    def loopback(self, number: int) -> str:
        return f"Loopback{number}"

    def tunnel(self, number: int) -> str:
        return f"Tunnel{number}"

    def subinterface(self, port: str, tags: Tags, unit: int | None) -> str:
        return f"{port}.{tags}"

    def observable(self, facts: Facts) -> Facts:
        if "lifetime" in self.hide:
            tunnels = {
                name: replace(one, crypto=None if one.crypto is None else replace(one.crypto, sa_kilobytes=0))
                for name, one in facts.tunnels.items()
            }
            facts = replace(facts, tunnels=tunnels)
        if "keys" in self.hide:
            facts = replace(
                facts,
                neighbors={key: replace(one, password=None) for key, one in facts.neighbors.items()},
                tunnels={name: replace(one, key=None) for name, one in facts.tunnels.items()},
            )
        return facts


def paper(*hide: str) -> Platform:
    return cast(Platform, PaperOs(hide=hide))


def said(*things: HandoverEvidence) -> list[tuple[str, str]]:
    """Rule and message of everything that the rules on both ends find."""
    rules = [one for rule_id in ("HND-001", "HND-002") for one in load()[rule_id]]
    assert all(one.severity is Severity.ERROR for one in rules)
    return [(rule.id, problem.message) for thing in things for rule in rules for problem in rule.check(thing)]


# Peerings: charlie of Northlake, planned by the planner and read as the plan says.


@pytest.fixture(scope="module")
def northlake() -> Intent:
    intent = read_inventory(INVENTORIES / "northlake").intent
    assert intent is not None
    return intent


def pe1(intent: Intent, facts: Facts | None = None, **more: Any) -> HandoverEvidence:
    device = plan(intent).plan.devices["pe1"]
    platform = more.pop("platform", None) or load_platform(device.platform)
    read = ReadResult(device.facts if facts is None else facts, {})
    evidence = {"pe1": DeviceEvidence(plan=device, platform=platform, result=read, **more)}
    (found,) = handover_things(intent.customers, evidence)
    return found


def facts_of(intent: Intent) -> Facts:
    return plan(intent).plan.devices["pe1"].facts


MSEE = ("CHARLIE", parse_address("172.31.0.18"), 4)
PORT = "TenGigabitEthernet0/1/0.1030100"


def with_neighbor(facts: Facts, **values: Any) -> Facts:
    old = facts.neighbors[MSEE]
    new = replace(old, **values)
    others = {key: one for key, one in facts.neighbors.items() if key != MSEE}
    return replace(facts, neighbors={**others, new.key: new})


def with_interface(facts: Facts, **values: Any) -> Facts:
    return replace(facts, interfaces={**facts.interfaces, PORT: replace(facts.interfaces[PORT], **values)})


def test_what_was_planned_is_what_the_other_end_is_told(northlake: Intent) -> None:
    assert said(pe1(northlake)) == []


@pytest.mark.parametrize("inventory", ["northlake", "hollins", "saltmarsh"])
def test_every_shipped_router_agrees_with_its_sheet(inventory: str) -> None:
    intent = read_inventory(INVENTORIES / inventory).intent
    assert intent is not None
    evidence = {
        name: DeviceEvidence(plan=one, platform=load_platform(one.platform), result=ReadResult(one.facts, {}))
        for name, one in plan(intent).plan.devices.items()
    }
    things = list(handover_things(intent.customers, evidence))
    facing = [name for name, one in evidence.items() if one.links]
    assert [one.device.name for one in things] == facing, "firewalls behind the routers have no end at Microsoft"
    assert all(one.terms.links for one in things)
    assert said(*things) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"remote_as": 12075}, "the remote AS of 172.31.0.18 is 12075, the handover sheet has 12076"),
        ({"local_as": 64601}, "the own AS towards 172.31.0.18 is 64601, the handover sheet has 64600"),
        (
            {"password": Secret("Other", "")},
            "the MD5 key on the router is not that of file:secrets/charlie-private, which the handover sheet names",
        ),
        ({"password": None}, "the router has no MD5 key, the handover sheet has one"),
    ],
)
def test_a_session_that_differs(northlake: Intent, values: dict[str, Any], message: str) -> None:
    found = said(pe1(northlake, with_neighbor(facts_of(northlake), **values)))
    assert found == [("HND-001", f"charlie-ams private IPv4: {message}")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"tags": QinQ(103, 101)},
            f"the tagging of {PORT} is S-tag 103 and VLAN 101, the handover sheet has S-tag 103 and VLAN 100",
        ),
        ({"tags": Dot1q(100)}, f"the tagging of {PORT} is VLAN 100, the handover sheet has S-tag 103 and VLAN 100"),
        (
            {"addresses": (parse_link("172.31.0.17/29"),)},
            f"the own address on {PORT} is 172.31.0.17/29, the handover sheet has 172.31.0.17/30",
        ),
    ],
)
def test_a_link_that_differs(northlake: Intent, values: dict[str, Any], message: str) -> None:
    found = said(pe1(northlake, with_interface(facts_of(northlake), **values)))
    assert found == [("HND-001", f"charlie-ams private IPv4: {message}")]


def test_a_session_with_another_address_of_microsofts(northlake: Intent) -> None:
    found = said(pe1(northlake, with_neighbor(facts_of(northlake), address=parse_address("172.31.0.19"))))
    message = "a session with AS 12076 goes to 172.31.0.19 in VRF CHARLIE, the handover sheet has 172.31.0.18 there"
    assert found == [("HND-001", message)]


def test_sessions_of_others_are_nobodys_business(northlake: Intent) -> None:
    facts = facts_of(northlake)
    stranger = Neighbor("STRANGER", parse_address("172.31.0.18"), 4, 12076, 64600)
    facts = replace(facts, neighbors={**facts.neighbors, stranger.key: stranger})
    assert said(pe1(northlake, facts, own_render=False)) == []


def test_a_key_that_cannot_be_known_is_not_judged(northlake: Intent) -> None:
    assert said(pe1(northlake, with_neighbor(facts_of(northlake), password=Secret(None, "type 6")))) == []


def test_a_platform_that_cannot_show_a_key_is_excused_and_a_plan_without_it_is_not(northlake: Intent) -> None:
    without = with_neighbor(facts_of(northlake), password=None)
    assert said(pe1(northlake, without, platform=paper("keys"))) == []
    thing = pe1(northlake, without, platform=paper("keys"))
    thing.device.plan = replace(thing.device.plan, facts=without)
    assert said(thing) == [
        ("HND-001", "charlie-ams private IPv4: the router has no MD5 key, the handover sheet has one")
    ]


def test_no_message_holds_a_key(northlake: Intent) -> None:
    found = said(pe1(northlake, with_neighbor(facts_of(northlake), password=Secret("Other9999", "running config"))))
    assert "CharlieKeyP1" not in str(found)
    assert "Other9999" not in str(found)


def test_findings_point_at_the_line_and_at_the_inventory(northlake: Intent) -> None:
    thing = pe1(northlake, with_neighbor(facts_of(northlake), local_as=1))
    (problem,) = [problem for rule in load()["HND-001"] for problem in rule.check(thing)]
    assert (problem.device, problem.fact) == ("pe1", ("neighbors", MSEE))
    assert problem.path == ("customers", "charlie", "circuits", "charlie-ams", "peerings", "private")


# Tunnels: R1 of Fjellmark, a plan that was written by hand, against the sheet of the inventory (G.3).


@pytest.fixture(scope="module")
def fjellmark(tmp_path_factory: pytest.TempPathFactory) -> Intent:
    return intent_at(tmp_path_factory.mktemp("net") / "fjellmark")


def intent_at(folder: Path, changes: dict[str, Any] | None = None) -> Intent:
    loaded = read_inventory(write(folder, with_values(FJELLMARK, changes or {})))
    assert loaded.intent is not None
    assert loaded.findings == []
    return loaded.intent


def planned(**more: Any) -> DevicePlan:
    made = r1(paper(), ("Te0/0/0", "Gi0/0/1", "Gi0/0/2"), **more)
    public = [key for key in made.facts.neighbors if key[0] == "DMZ-MS"]
    assert not public
    return made


def router(intent: Intent, facts: Facts | None = None, hide: str = "", **more: Any) -> HandoverEvidence:
    device = more.pop("device", None) or planned()
    read = ReadResult(device.facts if facts is None else facts, {})
    evidence = DeviceEvidence(plan=device, platform=paper(hide), result=read, **more)
    return HandoverEvidence(device=evidence, terms=terms_of(intent.customers)["r1"])


def with_tunnel(name: str, **values: Any) -> Facts:
    facts = planned().facts
    return replace(facts, tunnels={**facts.tunnels, name: replace(facts.tunnels[name], **values)})


def with_crypto(**values: Any) -> Facts:
    crypto = planned().facts.tunnels["Tunnel309"].crypto
    assert crypto is not None
    return with_tunnel("Tunnel309", crypto=replace(crypto, **values))


def test_r1_agrees_with_its_sheet(fjellmark: Intent) -> None:
    thing = router(fjellmark)
    assert len(thing.device.facts.tunnels) == 2
    assert len(thing.terms.tunnels) == 2
    assert said(thing) == []


@pytest.mark.parametrize(
    ("field", "value", "what", "agreed"),
    [
        ("ike_version", 1, "IKE version", 2),
        ("ike_encryption", "AES256", "IKE encryption", "GCMAES256"),
        ("ike_integrity", "SHA256", "IKE integrity/PRF", "SHA384"),
        ("dh_group", "DHGroup14", "DH group", "ECP384"),
        ("ike_seconds", 10800, "IKE SA lifetime in seconds", 28800),
        ("ipsec_encryption", "AES256", "IPsec encryption", "GCMAES256"),
        ("ipsec_integrity", "SHA256", "IPsec integrity", "GCMAES256"),
        ("pfs_group", "None", "PFS group", "ECP384"),
        ("sa_seconds", 3600, "IPsec SA lifetime in seconds", 27000),
        ("sa_kilobytes", 4608000, "IPsec SA lifetime in kilobytes", 102400000),
        ("mode", "transport", "ESP mode", "tunnel"),
    ],
)
def test_each_field_of_the_policy(fjellmark: Intent, field: str, value: object, what: str, agreed: object) -> None:
    message = f"Tunnel309: the {what} is {value}, the handover sheet has {agreed}"
    assert said(router(fjellmark, with_crypto(**{field: value}))) == [("HND-002", message)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"crypto": None}, "there is no complete IPsec/IKE policy, the handover sheet has a custom one"),
        ({"local_identity": "r1.example"}, "the own identity is r1.example, the handover sheet has 172.20.0.1"),
        (
            {"remote_identity": "10.60.255.14"},
            "the identity of Azure is 10.60.255.14, the handover sheet has 10.60.255.15",
        ),
        (
            {"selectors": (Selector(parse_prefix("10.20.0.0/16"), parse_prefix("10.60.0.0/16")),)},
            "the set of traffic selectors is 10.20.0.0/16 to 10.60.0.0/16, the handover sheet has any to any",
        ),
        (
            {"key": Secret("Lab.Only_Wb3eHn8uYc5d", "")},
            "the pre-shared key on the router is not that of file:secrets/r1, which the handover sheet names",
        ),
        ({"key": None}, "the router has no pre-shared key, the handover sheet has one"),
        ({"vrf": "OTHER"}, "there is no BGP session with 169.254.22.2 in VRF OTHER, the handover sheet has one"),
    ],
)
def test_a_tunnel_that_differs(fjellmark: Intent, values: dict[str, Any], message: str) -> None:
    assert said(router(fjellmark, with_tunnel("Tunnel309", **values))) == [("HND-002", f"Tunnel309: {message}")]


@pytest.mark.parametrize("end", ["local", "remote"])
def test_a_tunnel_to_or_from_another_address(fjellmark: Intent, end: str) -> None:
    facts = with_tunnel("Tunnel309", **{end: parse_address("10.9.9.9")})
    tunnel = facts.tunnels["Tunnel309"]
    message = f"Tunnel309 goes from {tunnel.local} to {tunnel.remote}, the handover sheet has no such tunnel"
    assert said(router(fjellmark, facts)) == [("HND-002", message)]


def test_a_tunnel_of_somebody_else_is_nobodys_business(fjellmark: Intent) -> None:
    facts = planned().facts
    other = Tunnel("Tunnel1", "MGMT", "INTERNET", parse_address("192.0.2.1"), parse_address("192.0.2.2"), None)
    facts = replace(facts, tunnels={**facts.tunnels, "Tunnel1": other})
    assert said(router(fjellmark, facts, own_render=False)) == []
    assert len(said(router(fjellmark, facts))) == 1, "but not in a text of our own"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"remote_as": 65514}, "the remote AS of 169.254.22.2 is 65514, the handover sheet has 65515"),
        ({"local_as": 64611}, "the own AS towards 169.254.22.2 is 64611, the handover sheet has 64610"),
        (
            {"update_source": "Loopback309"},
            "the own BGP address towards 169.254.22.2 is 172.20.0.1, the handover sheet has 169.254.100.1",
        ),
        (
            {"update_source": "169.254.100.9"},
            "the own BGP address towards 169.254.22.2 is 169.254.100.9, the handover sheet has 169.254.100.1",
        ),
    ],
)
def test_the_session_inside_differs(fjellmark: Intent, values: dict[str, Any], message: str) -> None:
    key = ("CORP", parse_address("169.254.22.2"), 4)
    facts = planned().facts
    facts = replace(facts, neighbors={**facts.neighbors, key: replace(facts.neighbors[key], **values)})
    assert said(router(fjellmark, facts)) == [("HND-002", f"Tunnel309: {message}")]


def test_what_a_platform_cannot_show_is_the_plans_to_answer_for(fjellmark: Intent) -> None:
    facts = paper("lifetime").observable(planned().facts)
    assert said(router(fjellmark, facts, hide="lifetime")) == []
    wrong = with_crypto(sa_kilobytes=1024)
    device = replace(planned(), facts=wrong)
    found = said(router(fjellmark, paper("lifetime").observable(wrong), hide="lifetime", device=device))
    assert [message.split(":")[0] for _, message in found] == ["Tunnel309"]
    assert said(router(fjellmark, paper("keys").observable(planned().facts), hide="keys")) == []


def test_the_inventory_may_be_what_changed(tmp_path: Path) -> None:
    """The routers still have yesterday's values; the sheet of today is compared."""
    ipsec = "customers.fjellmark.circuits.fjellmark-osl.peerings.private.ipsec"
    changes = {f"{ipsec}.profile": "compatibility", f"{ipsec}.key": "file:secrets/r2"}
    found = said(router(intent_at(tmp_path / "net", changes)))
    assert len([one for one in found if "Tunnel308" in one[1]]) == 7, "six algorithms and the key"
    assert not [one for one in found if "Lab.Only" in one[1]]


def test_the_same_outer_addresses_in_two_front_vrfs(fjellmark: Intent) -> None:
    terms = terms_of(fjellmark.customers)["r1"]
    key = (parse_address("172.20.0.1"), parse_address("10.60.255.14"))
    (mine,) = terms.tunnels[key]
    other = replace(mine, front_vrf="OTHER", circuit="other")
    terms.tunnels[key] = [other, mine]
    found = terms.tunnel("TRANSPORT", *key)
    assert found is not None
    assert found.circuit == "fjellmark-osl"
    assert terms.tunnel("TRANSPORT", key[0], key[0]) is None


def test_both_rules_are_documented() -> None:
    load()
    for rule_id in ("HND-001", "HND-002"):
        for rule in REGISTRY[rule_id]:
            assert rule.scope == "HandoverEvidence"
            assert all(rule.part(name) for name in ("Why", "Fix", "Bad", "Good"))


def test_a_device_without_another_end_is_not_looked_at() -> None:
    assert list(handover_things((), {"x": cast(DeviceEvidence, SimpleNamespace(name="x"))})) == []
