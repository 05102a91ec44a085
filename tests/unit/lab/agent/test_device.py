"""Programs of a device in order, and commands of ``ip`` as one."""

from __future__ import annotations

from generator.lab.agent.device import together
from generator.lab.model import Program


def test_commands_of_ip_in_a_row_are_one_and_nothing_changes_places() -> None:
    programs = [
        Program(argv=("ip", "-4", "rule", "add", "iif", "a", "lookup", "101")),
        Program(argv=("ip", "-4", "route", "add", "unreachable", "default", "table", "101")),
        Program(argv=("ip", "-6", "rule", "add", "iif", "a", "lookup", "101")),
        Program(argv=("bird",), title="BIRD"),
        Program(argv=("ip", "link", "set", "up", "dev", "x")),
        Program(argv=("ip", "route", "add", "default", "via", "192.0.2.1"), vrf="x"),
    ]
    assert [(one.argv, lines) for one, lines in together(programs)] == [
        (
            ("ip", "-4", "-batch", "-"),
            ["rule add iif a lookup 101", "route add unreachable default table 101"],
        ),
        (("ip", "-6", "-batch", "-"), ["rule add iif a lookup 101"]),
        (("bird",), []),
        (("ip", "-batch", "-"), ["link set up dev x"]),
        (("ip", "route", "add", "default", "via", "192.0.2.1"), []),
    ]
