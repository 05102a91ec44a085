"""Flows: written twice, let through by wider ones, leading nowhere, open for everything."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import ALPHA, BASE, MICROSOFT, PRIVATE, found_by, intent_of, microsoft, with_values

FLOWS = f"{ALPHA}.flows"
VNET: dict[str, Any] = {f"{ALPHA}.vnets": [{"name": "shop", "prefixes": ["10.100.0.0/16"]}]}


def flow(source: Any, destination: Any, services: Any = "any", **more: Any) -> dict[str, Any]:
    return {"from": source, "to": destination, "services": services, **more}


def paths(rule: str, *flows: dict[str, Any], **more: Any) -> list[str]:
    return [path for _, path, _ in found_by(rule, {FLOWS: list(flows), **more})]


def test_the_default_flows_have_no_finding() -> None:
    for rule in ("INV-076", "INV-077", "INV-078", "INV-079", "INV-080"):
        assert found_by(rule, {}) == []
        assert found_by(rule, {MICROSOFT: microsoft()}) == []
        assert found_by(rule, {FLOWS: []}) == []


def test_a_flow_that_is_there_twice() -> None:
    twice = [flow("onprem", "vnets", "https"), flow("10.0.0.0/16", "vnets", "tcp/443", log=True)]
    assert found_by("INV-076", {FLOWS: twice}) == [
        ("warning", f"{FLOWS}[1]", "flow 1 of customer alpha lets through exactly what flow 0 does")
    ]
    assert found_by("INV-077", {FLOWS: twice}) == []
    assert paths("INV-076", twice[0], flow("vnets", "onprem", "https")) == []


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ([flow("onprem", "vnets", ["https", "ssh"]), flow("10.0.4.0/24", "vnets", "ssh")], [1]),
        ([flow("10.0.4.0/24", "vnets", "ssh"), flow("onprem", "vnets", ["https", "ssh"])], [0]),
        ([flow("onprem", "vnets", "tcp/1-1024"), flow("onprem", "vnets", "https")], [1]),
        ([flow("onprem", "vnets", "tcp"), flow("onprem", "vnets", "tcp/8443")], [1]),
        ([flow("onprem", "vnets", "tcp/8443"), flow("vnets", "onprem", "tcp")], []),
        ([flow("onprem", "vnets", "udp"), flow("onprem", "vnets", "tcp/8443")], []),
        ([flow("10.0.4.0/24", "vnets", "ssh"), flow("10.0.5.0/24", "vnets", "ssh")], []),
        # One that logs has a purpose beside a wider one that comes later and does not.
        ([flow("10.0.4.0/24", "vnets", "ssh", log=True), flow("onprem", "vnets", "ssh")], []),
        ([flow("onprem", "vnets", "ssh"), flow("10.0.4.0/24", "vnets", "ssh", log=True)], [1]),
        # The same in other words: the later one is too many.
        ([flow(["onprem", "10.0.4.0/24"], "vnets", "ssh"), flow("onprem", "vnets", "ssh")], [1]),
    ],
)
def test_a_flow_that_another_lets_through(flows: list[dict[str, Any]], expected: list[int]) -> None:
    assert paths("INV-077", *flows) == [f"{FLOWS}[{at}]" for at in expected]


def test_a_flow_that_several_let_through_together() -> None:
    parts = [
        flow(["10.0.4.0/24", "10.0.5.0/24"], "vnets", ["https", "dns"]),
        flow("10.0.4.0/24", "vnets", ["ssh", "dns"]),
        flow("10.0.5.0/24", "vnets", ["ssh", "ntp"]),
    ]
    assert found_by("INV-077", {FLOWS: [*parts, flow(["10.0.4.0/24", "10.0.5.0/24"], "vnets", ["https", "ssh"])]}) == [
        (
            "warning",
            f"{FLOWS}[3]",
            "flow 3 of customer alpha lets through nothing that flows 0, 1 and 2 together do not let through",
        )
    ]
    # All that is found can be removed at once: the one that covers the others stays.
    narrow = [flow("10.0.4.0/24", "vnets", "https"), flow("10.0.4.0/24", "vnets", "ssh")]
    assert paths("INV-077", *narrow, flow("10.0.4.0/24", "vnets", ["https", "ssh"])) == [f"{FLOWS}[0]", f"{FLOWS}[1]"]
    assert paths("INV-077", *parts, flow(["10.0.4.0/24", "10.0.6.0/24"], "vnets", ["https", "ssh"])) == []


def test_flows_that_lead_nowhere() -> None:
    assert found_by("INV-078", {FLOWS: [flow("onprm", "vnets", "https")]}) == [
        ("error", f"{FLOWS}[0].from", "'onprm' is no network of this customer (customer alpha)")
    ]
    assert paths("INV-078", flow("onprem", "vnets", ["https", "htps"])) == [f"{FLOWS}[0].services[1]"]
    assert paths("INV-078", flow("onprem", "10.0.9.0/24", "https")) == [f"{FLOWS}[0]"]
    assert found_by("INV-078", {FLOWS: [flow("onprem", "vnets", "https")], f"{ALPHA}.onprem": []}) == [
        ("error", f"{FLOWS}[0]", "flow 0 of customer alpha has no prefixes at one end, some at both were expected")
    ]
    assert paths("INV-078", flow("microsoft", "published", "https")) == [f"{FLOWS}[0]"]
    assert paths("INV-078", flow("microsoft", "published", "https"), **{MICROSOFT: microsoft()}) == []


def test_names_with_a_meaning() -> None:
    networks = {f"{ALPHA}.networks": {"Onprem": ["10.0.0.0/24"], "shop": ["10.0.1.0/24"], "desks": ["10.0.2.0/24"]}}
    assert [path for _, path, _ in found_by("INV-078", networks | VNET)] == [
        f"{ALPHA}.networks.Onprem",
        f"{ALPHA}.networks.shop",
    ]
    named = {f"{ALPHA}.vnets": [{"name": "internet", "prefixes": ["10.100.0.0/16"]}]}
    assert found_by("INV-078", named) == []
    assert paths("INV-078", flow("onprem", "vnets", "https"), **named) == [f"{ALPHA}.vnets[0].name"]


def test_services_of_ones_own() -> None:
    own = {"services": {"erp": ["tcp/8443", "https"], "HTTPS": ["tcp/8443"], "none": [], "odd": ["erp", "tcp/0"]}}
    assert [(path, message) for _, path, message in found_by("INV-078", own)] == [
        ("services.HTTPS", "service 'HTTPS' is in the table already, another name was expected"),
        ("services.none", "service 'none' stands for nothing, such as tcp/8443 was expected"),
        ("services.odd[0]", "service 'odd' stands for 'erp', which is not known"),
        ("services.odd[1]", "service 'odd' stands for 'tcp/0', which is not known"),
    ]


def test_flows_that_no_peering_carries() -> None:
    to_microsoft = flow("onprem", "microsoft", "https")
    assert found_by("INV-079", {FLOWS: [to_microsoft]}) == [
        (
            "warning",
            f"{FLOWS}[0]",
            "flow 0 of customer alpha is for Microsoft's services, and there is no Microsoft peering",
        )
    ]
    assert paths("INV-079", to_microsoft, **{MICROSOFT: microsoft()}) == []
    outside = flow("vnets", "internet", "https")
    assert paths("INV-079", outside) == [f"{FLOWS}[0]"]
    assert paths("INV-079", outside, **{f"{PRIVATE}.forced_tunnelling": True}) == []
    private = {MICROSOFT: microsoft(), PRIVATE: None}
    assert paths("INV-079", flow("onprem", "vnets", "https"), **private) == [f"{FLOWS}[0]"]
    unlinked = {f"{ALPHA}.vnets": [{"prefixes": ["10.100.0.0/16"], "circuits": []}]}
    assert paths("INV-079", flow("onprem", "vnets", "https"), **unlinked) == [f"{FLOWS}[0]"]
    assert paths("INV-079", flow("10.77.0.0/24", "vnets", "https")) == [f"{FLOWS}[0]"]


def test_flows_that_open_everything() -> None:
    assert found_by("INV-080", {FLOWS: [flow("onprem", "vnets")]}) == [
        (
            "warning",
            f"{FLOWS}[0]",
            "flow 0 of customer alpha opens every service between everything at home and in Azure, some were expected",
        )
    ]
    assert paths("INV-080", flow("vnets", "onprem")) == [f"{FLOWS}[0]"]
    assert paths("INV-080", flow("10.0.4.0/24", "vnets"), flow("onprem", "vnets", "tcp")) == []
    published = {MICROSOFT: microsoft()}
    assert paths("INV-080", flow("microsoft", "published"), **published) == [f"{FLOWS}[0]"]
    assert paths("INV-080", flow("microsoft", "published", "https"), **published) == []


def test_what_is_written_in_flows_is_what_the_rules_see() -> None:
    customer = intent_of(with_values(BASE, {FLOWS: [flow(["onprem", "vnets"], ["vnets", "onprem"], "ssh")]})).customers[
        0
    ]
    assert [one.inbound for one in customer.flows] == [True, False]
