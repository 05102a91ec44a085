"""The plans of `tests.security_plans` on Junos, written and read back."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from generator.model.address import parse_prefix
from generator.model.crypto import CryptoPolicy, Selector
from generator.model.facts import FACT_TABLES, Interface
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.readback.read import read_device, read_rendered
from generator.render.engine import renderer_of
from tests.security_plans import ONPREM, VNET, r1

PLATFORM = load("juniper_junos")
PORTS = ("xe-0/1/0", "xe-0/1/1", "xe-0/1/2")
LINK, PUBLIC, CORE = "xe-0/1/0.410", "xe-0/1/0.420", "xe-0/1/1.20"
STRONG = CryptoPolicy()
PAIRS = (Selector(ONPREM, VNET), Selector(ONPREM, parse_prefix("10.61.0.0/16")))
SRX = "SRX1500"


def mx() -> DevicePlan:
    return r1(PLATFORM, PORTS)


def srx(**more: Any) -> DevicePlan:
    return r1(PLATFORM, PORTS, model=SRX, stateful=True, **more)


def render(plan: DevicePlan) -> str:
    (artifact,) = renderer_of("juniper_junos").render(plan)
    return artifact.text


def block(text: str, first: str, nth: int = 0) -> str:
    """A block with that first line (the nth such), and all in it, without its margin."""
    lines = text.split("\n")
    start = [index for index, line in enumerate(lines) if line.strip() == first][nth]
    margin = len(lines[start]) - len(lines[start].lstrip())
    end = lines.index(" " * margin + "}", start)
    return "\n".join(line[margin:] for line in lines[start : end + 1]) + "\n"


def assert_back(plan: DevicePlan) -> str:
    """Written, and read back by both parsers, the facts are what Junos can show of them.  Gives the text."""
    text = render(plan)
    wanted = PLATFORM.observable(plan.facts)
    assert "None" not in text
    assert not text.endswith("\n\n\n")
    for result in (
        read_rendered(PLATFORM, {"junos.conf": text}),
        read_device(PLATFORM, {"junos.conf": text}),
    ):
        assert result.unrecognised == ()
        for table in FACT_TABLES:
            assert getattr(result.facts, table) == getattr(wanted, table), table
        assert result.facts == wanted
        for table in FACT_TABLES:
            for key in getattr(wanted, table):
                assert (table, key) in result.places, (table, key)
    return text


def with_facts(plan: DevicePlan, **changes: Any) -> DevicePlan:
    return replace(plan, facts=replace(plan.facts, **changes))


def with_interface(plan: DevicePlan, name: str, **changes: Any) -> DevicePlan:
    one = plan.facts.interfaces.get(name, Interface(name))
    return with_facts(plan, interfaces={**plan.facts.interfaces, name: replace(one, **changes)})
