"""What an IOS-XE router makes of commands: the simulated one that proves plans of changes.

It knows nothing of the planner.  Where Cisco's documents are silent it does the worse thing: it refuses what a router
may refuse, and a neighbour in a VRF is active from its first line on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from generator.platforms.cisco_xe.device_lines import ENTRY, HIDDEN, ON, TIMERS, Block, key_of, plain, replaces, split
from generator.platforms.cisco_xe.device_names import dangling, points
from generator.platforms.cisco_xe.device_print import is_bare, nodes_of, ordered, printed
from generator.platforms.cisco_xe.device_rules import in_use, refusal
from generator.platforms.tree import Node


class Router:
    """`generator.platforms.changing.Device` of IOS-XE."""

    def __init__(self, trees: Mapping[str, list[Node]]) -> None:
        self.file = next(iter(trees), "running.cfg")
        self.header: list[Node] = []
        self.top = Block()
        for nodes in trees.values():
            self.header += [node for node in nodes if node.text.startswith("!")]
            self._load(self.top, [node for node in nodes if not node.text.startswith("!")])

    def _load(self, block: Block, nodes: list[Node]) -> None:
        for node in nodes:
            for text in split(plain(node.text)):
                if text not in HIDDEN and not TIMERS.fullmatch(text) and not text.startswith("banner "):
                    self._load(block.setdefault(text, Block()), node.children)

    def apply(self, context: tuple[str, ...], text: str) -> str:
        block = self.top
        for place, line in enumerate(context):
            found = block.get(line)
            if found is None:
                refused = self._set(block, context[:place], plain(line))
                if refused:
                    return refused
                found = block[line]
            block = found
        line = plain(text)
        if line.startswith("no ") and (bare := line.removeprefix("no ")) not in ON and bare != "shutdown":
            return self._unset(block, context, bare)
        return self._set(block, context, line)

    def _set(self, block: Block, context: tuple[str, ...], line: str) -> str:
        if line == "no shutdown":
            block.pop("shutdown", None)
            return ""
        refused = refusal(self.top, block, context, line)
        if refused:
            return refused
        if line.startswith("no "):
            bare = line.removeprefix("no ")
            for other in [one for one in block if one == bare or one.startswith(f"{bare} ")]:
                del block[other]
        elif line in ON:
            block.pop(f"no {line}", None)
            return ""
        if line.startswith("ip address "):
            block.pop("no ip address", None)
        for pattern in replaces(line):
            key = key_of(line, pattern)
            for other in [one for one in block if one != line and pattern.match(one) and key_of(one, pattern) == key]:
                children = block.pop(other)
                block.setdefault(line, Block()).update(children)
        if line in HIDDEN or TIMERS.fullmatch(line):
            block.pop(line, None)
            return ""
        block.setdefault(line, Block())
        self._effects(block, context, line)
        return ""

    def _effects(self, block: Block, context: tuple[str, ...], line: str) -> None:
        """What a line does beside being there."""
        head = context[-1] if context else ""
        if line.startswith("vrf forwarding ") and head.startswith("interface "):
            self._wipe(block)
        if " vrf " in head and line.startswith("neighbor ") and " remote-as " in line:
            block.setdefault(f"neighbor {line.split()[1]} activate", Block())
        if line.startswith("ip access-group") and not context:
            raise AssertionError("an access group outside an interface")

    def _wipe(self, block: Block) -> None:
        for one in [one for one in block if one.startswith(("ip address ", "ipv6 address ", "ip unnumbered "))]:
            del block[one]

    def _unset(self, block: Block, context: tuple[str, ...], bare: str) -> str:
        words = bare.split()
        if words[:1] == ["neighbor"] and len(words) == 2:
            return self._remove_neighbor(block, words[1])
        if words[1:2] == ["prefix-list"] and not context:
            return _drop(
                block, lambda one: one == bare or (one.startswith(f"{' '.join(words[:3])} ") and len(words) == 3)
            )
        if words[0] == "route-map" and not context:
            return _drop(block, lambda one: one == bare or one.startswith(f"{bare} "))
        head = context[-1] if context else ""
        if ("access-list" in head and "access-list extended" in head) or head.startswith("ipv6 access-list"):
            number = bare.removeprefix("sequence ").split()[0]
            return _drop(block, lambda one: (found := ENTRY.fullmatch(one)) is not None and found[1] == number)
        refused = in_use(self.top, bare, context)
        if refused:
            return refused
        matching = [one for one in block if one == bare or one.startswith(f"{bare} ")]
        if not matching:
            return f"there is no {bare}"
        for one in matching:
            del block[one]
        if bare.startswith("vrf forwarding"):
            self._wipe(block)
        if bare.startswith("encapsulation "):
            self._wipe(block)
        if bare.startswith("vrf definition "):
            self._remove_vrf(bare.split()[-1])
        return ""

    def _remove_neighbor(self, block: Block, address: str) -> str:
        blocks = [
            block,
            *(body for head, body in block.items() if head.startswith("address-family") and " vrf " not in head),
        ]
        gone = 0
        for one in blocks:
            for line in [line for line in one if line.split()[:2] == ["neighbor", address]]:
                del one[line]
                gone += 1
        return "" if gone else f"there is no neighbor {address}"

    def _remove_vrf(self, name: str) -> None:
        """What goes with a VRF: the addresses of its interfaces, its routes, its part of BGP."""
        for head, body in list(self.top.items()):
            if head.startswith("interface ") and body.pop(f"vrf forwarding {name}", None) is not None:
                self._wipe(body)
            elif head.startswith(("ip route vrf ", "ipv6 route vrf ")) and head.split()[3] == name:
                del self.top[head]
            elif head.startswith("router bgp "):
                for family in [one for one in body if one.endswith(f" vrf {name}")]:
                    del body[family]

    def trees(self) -> dict[str, list[Node]]:
        return {self.file: [*self.header, *nodes_of(self.top)]}

    def texts(self) -> dict[str, str]:
        header = "".join(f"{node.text}\n" for node in self.header)
        return {self.file: header + "\n".join(printed(self.trees()[self.file][len(self.header) :], 0)) + "\n"}

    def text(self) -> str:
        shown = Block({head: body for head, body in self.top.items() if not is_bare(head, body)})
        return "\n".join(ordered(shown, 0)) + "\n"

    def dangling(self) -> frozenset[str]:
        return dangling(self.top)

    def points(self) -> dict[str, tuple[str, ...]]:
        return points(self.top)


def _drop(block: Block, matches: Callable[[str], object]) -> str:
    gone = [one for one in block if matches(one)]
    for one in gone:
        del block[one]
    return "" if gone else "there is nothing to take away"
