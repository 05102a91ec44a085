"""AS numbers (INV-026 to INV-030)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.rules.fleet import MICROSOFT, PRIVATE, WITH_MICROSOFT, found

OF_THE_PEERING = "private peering of circuit alpha-ams"


# INV-026, INV-027


@pytest.mark.parametrize(
    ("asn", "why"),
    [
        (65517, "reserved by Azure"),
        (65515, "reserved by Azure"),
        (12076, "Microsoft's own"),
        (23456, "AS_TRANS, a placeholder for 4-byte numbers"),
        (0, "reserved"),
        (65535, "reserved"),
        (4294967295, "reserved"),
    ],
)
def test_a_number_nobody_may_have(asn: int, why: str) -> None:
    message = f"asn {asn} of {OF_THE_PEERING} is {why}, expected an AS number of its own"
    assert found("INV-026", P__asn=asn) == [("INV-026", "error", f"{PRIVATE}.asn", message)]


@pytest.mark.parametrize("asn", [64512, 65514, 65521, 65534, 4200000000, 3320, "1.10"])
def test_numbers_that_one_may_have(asn: int | str) -> None:
    assert found("INV-026", P__asn=asn) == []


@pytest.mark.parametrize(
    ("changes", "path", "whose"),
    [
        ({"providers__northlake__asn": 65517}, "providers.northlake.asn", "provider northlake"),
        ({"pairs__ams__asn": 65517}, "pairs.ams.asn", "pair ams"),
        ({"A__asn": 65517}, "customers.alpha.asn", "customer alpha"),
        ({"A__ce__asn": 65517}, "customers.alpha.ce.asn", "session ce of customer alpha"),
        ({"P__customer_asn": 65517}, f"{PRIVATE}.customer_asn", OF_THE_PEERING),
        ({"P__prepend_asn": 65517}, f"{PRIVATE}.prepend_asn", OF_THE_PEERING),
    ],
)
def test_every_number_is_looked_at_where_it_is_written(changes: dict[str, Any], path: str, whose: str) -> None:
    [one] = found("INV-026", **changes)
    assert one[2] == path
    assert f" of {whose} is reserved by Azure" in one[3]


@pytest.mark.parametrize("asn", [64496, 64511, 65536, 65551])
def test_a_number_for_documentation(asn: int) -> None:
    message = f"asn {asn} of session ce of customer alpha is for documentation, expected an AS number of its own"
    assert found("INV-027", A__ce__asn=asn) == [("INV-027", "error", "customers.alpha.ce.asn", message)]
    assert found("INV-027", A__ce__asn=asn, meta__lab=True)[0][1] == "warning"


@pytest.mark.parametrize("asn", [64495, 64512, 65535, 65552])
def test_the_numbers_around_it(asn: int) -> None:
    assert found("INV-027", A__ce__asn=asn) == []


# INV-028, INV-029


def test_a_private_number_on_microsoft_peering() -> None:
    message = "asn 64600 of the microsoft peering of circuit alpha-ams is private, which Microsoft validates by hand"
    assert found("INV-028", WITH_MICROSOFT, M__asn=64600) == [("INV-028", "warning", f"{MICROSOFT}.asn", message)]
    assert found("INV-028", WITH_MICROSOFT, M__asn=None) == [("INV-028", "warning", MICROSOFT, message)]


def test_a_public_number_there_a_private_one_on_private_peering_and_one_that_is_worse() -> None:
    assert found("INV-028", WITH_MICROSOFT) == []
    assert found("INV-028", WITH_MICROSOFT, M__asn=65517) == []


def test_prepending_a_private_number_as_the_only_lever() -> None:
    assert found("INV-029", WITH_MICROSOFT, M__asn=64600, M__mode="active_passive", M__prepend=3) == [
        (
            "INV-029",
            "error",
            f"{MICROSOFT}.prepend",
            "AS 64600 is prepended 3 times on the microsoft peering of circuit alpha-ams, "
            "where Microsoft strips private AS numbers, and nothing else makes a link passive",
        )
    ]
    [one] = found("INV-029", WITH_MICROSOFT, M__asn=64600, M__mode="active_passive")
    assert one[1:3] == ("error", f"{MICROSOFT}.mode"), "prepended by default"


def test_prepending_a_private_number_beside_other_levers() -> None:
    pools = {"design": "per_router", "pool": {"primary": "20.30.41.0/29", "secondary": "20.30.41.8/29"}}
    changes: dict[str, Any] = {"M__asn": 64600, "M__prepend": 2}
    assert [one[1] for one in found("INV-029", WITH_MICROSOFT, **changes)] == ["warning"]
    changes |= {"M__mode": "active_passive", "M__nat": pools}
    assert [one[1] for one in found("INV-029", WITH_MICROSOFT, **changes)] == ["warning"]


def test_prepending_that_has_an_effect() -> None:
    active_passive = {"M__mode": "active_passive", "M__prepend": 3}
    assert found("INV-029", WITH_MICROSOFT, **active_passive) == []
    assert found("INV-029", WITH_MICROSOFT, M__asn=64600, M__prepend_asn=3320, **active_passive) == []
    assert found("INV-029", P__mode="active_passive", P__prepend=3) == []


# INV-030


def test_another_number_at_microsofts_side() -> None:
    message = f"peer_asn 8075 of the {OF_THE_PEERING} is not Microsoft's, expected 12076"
    assert found("INV-030", P__peer_asn=8075) == [("INV-030", "error", f"{PRIVATE}.peer_asn", message)]
    assert found("INV-030", P__peer_asn=12076) == []
