"""The eight changes on which other tools were measured (B1 to B8): running and intended text of a small router."""

from __future__ import annotations

from tests.changes.texts import JUNOS, XE

Edits = tuple[tuple[str, str], ...]

EIGHT: dict[str, tuple[str, str, str, Edits, Edits]] = {
    "b1-entry-replaced": (
        "cisco_xe", "one prefix-list entry replaced under a live neighbour", XE, (),
        (("ip prefix-list ALPHA-OUT seq 5 permit 10.0.0.0/16", "ip prefix-list ALPHA-OUT seq 5 permit 10.9.0.0/16"),),
    ),
    "b2-other-order": (
        "cisco_xe", "the same lines in another order", XE, (),
        (("  neighbor 172.31.0.2 route-map ALPHA-IN in\n  neighbor 172.31.0.2 route-map ALPHA-OUT out\n",
          "  neighbor 172.31.0.2 route-map ALPHA-OUT out\n  neighbor 172.31.0.2 route-map ALPHA-IN in\n"),),
    ),
    "b3-default-not-shown": (
        "cisco_xe", "the intended text has lines that IOS-XE does not show", XE, ((" no shutdown\n", ""), (" mode tunnel\n", "")), (),
    ),
    "b4-map-renamed": ("cisco_xe", "a route-map renamed under a live neighbour", XE, (), (("ALPHA-IN", "ALPHA-AMS-IN"),)),
    "b5-neighbour-moved": (
        "cisco_xe", "the neighbour has another address, in another subnet", XE, (), (("172.31.0.", "172.31.9."),),
    ),
    "b6-interface-moved": (
        "cisco_xe", "an interface moves to another VRF, which is new", XE, (),
        (("vrf definition ALPHA\n", "vrf definition OMEGA\n"), ("vrf forwarding ALPHA\n", "vrf forwarding OMEGA\n"),
         ("ipv4 vrf ALPHA\n", "ipv4 vrf OMEGA\n"), ("rd 64600:1\n", "rd 64600:2\n")),
    ),
    "b7-term-before-others": (
        "juniper_junos", "a new term before those that are there", JUNOS, (),
        (("        term 20 {", "        term 10 {\n            from {\n                route-filter-list BOGONS;\n            }\n            then reject;\n        }\n        term 20 {"),),
    ),
    "b8-entry-renumbered": (
        "cisco_xe", "an entry of an access list goes, and the one behind it takes its number", XE, (),
        ((" 10 permit ip 10.0.0.0 0.0.255.255 any\n 20 permit ip 10.2.0.0 0.0.1.255 any\n", " 10 permit ip 10.2.0.0 0.0.1.255 any\n"),),
    ),
}  # fmt: skip
"""Name → platform, what it is about, the text, what of it the running config has otherwise, and the intended one."""


def texts_of(name: str) -> tuple[str, str]:
    """Running and intended text."""
    _, _, text, running, intended = EIGHT[name]
    return _edited(text, running), _edited(text, intended)


def _edited(text: str, edits: Edits) -> str:
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text
