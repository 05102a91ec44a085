"""What a running router says: recorded outputs of FRR 8.4 and nftables 1.0.6."""

from __future__ import annotations

import json

from generator.model.address import parse_address, parse_prefix
from generator.model.facts import Facts, Neighbor
from generator.model.plan import DevicePlan
from generator.platforms.linux_frr.running import accepted, dropped

ROUTES = """{
"TRANSPORT":{
 "vrfId": 17,
 "routes": { "10.60.0.0/16": [{"valid":true,"peerId":"169.254.0.2","path":"12076"},{"valid":true,"bestpath":true,"peerId":"172.19.254.2","path":"12076"}]
,"172.20.0.1/32": [{"valid":true,"bestpath":true,"peerId":"(unspec)","path":""}]
 }  }
,
"default":{ "routes": { "10.9.0.0/16": [{"valid":true,"peerId":"192.0.2.1","path":"65000"}] } }
}
{
"TRANSPORT":{ "routes": { "fd00:b::/48": [{"valid":true,"peerId":"fd12:76::2","path":"12076"}] } }
}
"""


def device(*sessions: tuple[str, str]) -> DevicePlan:
    neighbors = [
        Neighbor(vrf, parse_address(address), 6 if ":" in address else 4, 12076, 64610) for vrf, address in sessions
    ]
    facts = Facts(hostname="r1", neighbors={one.key: one for one in neighbors})
    return DevicePlan(name="r1", platform="linux_frr", title="", facts=facts, sessions=(), origins={})


def test_each_neighbours_prefixes_in_each_vrf_and_family() -> None:
    plan = device(
        ("TRANSPORT", "172.19.254.2"), ("TRANSPORT", "fd12:76::2"), ("", "192.0.2.1"), ("TRANSPORT", "10.1.1.1")
    )
    found = {str(key[1]): {str(one) for one in prefixes} for key, prefixes in accepted(ROUTES, plan).items()}
    assert found == {
        "172.19.254.2": {"10.60.0.0/16"},
        "fd12:76::2": {"fd00:b::/48"},
        "192.0.2.1": {"10.9.0.0/16"},
        "10.1.1.1": set(),
    }
    assert parse_prefix("10.60.0.0/16") in accepted(ROUTES, plan)["TRANSPORT", parse_address("172.19.254.2"), 4]


def test_a_router_that_says_nothing_has_accepted_nothing() -> None:
    assert list(accepted("", device(("", "192.0.2.1"))).values()) == [frozenset()]
    assert list(accepted("% BGP instance not found", device(("", "192.0.2.1"))).values()) == [frozenset()]


def test_only_rules_that_drop_are_counted() -> None:
    def rule(packets: int, verdict: str) -> dict[str, object]:
        return {"rule": {"expr": [{"counter": {"packets": packets, "bytes": 0}}, {verdict: None}]}}

    said = {"nftables": [{"metainfo": {}}, rule(5, "accept"), rule(7, "drop"), rule(11, "drop")]}
    assert dropped(json.dumps(said)) == 18
    assert dropped("") == 0
