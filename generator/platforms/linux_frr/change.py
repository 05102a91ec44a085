"""How a Linux router with FRRouting is changed: FRR line by line with ``vtysh``, all other files as a whole.

Facts, seen with FRRouting 8.4: a ``match`` or ``set`` line takes the place of the last of its kind; a name of a prefix
list that is not defined permits everything (PLT-LNX-02); ``no set as-path prepend`` takes one number at most; a
neighbour does nothing in an address family before ``activate`` there.  ``nft -f`` takes a file as a whole, ``ifreload``
changes the devices that differ, and ``swanctl --load-all`` leaves alone connections that are the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from generator.model.change import Risk
from generator.platforms.blocks import between
from generator.platforms.changing import EMPTY, Item, Key, Typed
from generator.platforms.entries import Entry, in_place
from generator.platforms.linux_frr.change_items import LOADS, finished, items
from generator.platforms.linux_frr.change_risks import risks
from generator.platforms.tree import Node

_RANKS: Final = {
    kind: place
    for place, kind in enumerate(
        ("hostname", "bfd profile", "prefix-list", "as-path", "community-list", "route-map", "bgp", "bgp-af", "neighbor", "route", "file")
    )
}  # fmt: skip
_FILES: Final = tuple(LOADS)
_FILTERS: Final = frozenset(("prefix-list", "as-path", "community-list", "route-map"))
_LISTS: Final = frozenset(("prefix-list", "as-path", "community-list"))
_ENTRY: Final = re.compile(r".* seq (\d+) (.*)")
_NEIGHBOR: Final = re.compile(r"(?:no )?neighbor \S+ (\S+)(?: \S+)*?(?: (in|out))?")
_SCALARS: Final = re.compile(
    r"match (?:ip|ipv6) address prefix-list|match as-path|match community|set \S+(?: prepend)?|bgp router-id|hostname"
    r"|maximum-paths ibgp|maximum-paths(?= \d)|detect-multiplier|transmit-interval|receive-interval"
)
_OURS: Final = {
    "neighbor": re.compile(
        r"(?:no )?neighbor \S+ (?:remote-as|description|password|ebgp-multihop|update-source|timers|bfd|shutdown|activate"
        r"|send-community|next-hop-self|default-originate|allowas-in|as-override|remove-private-AS|route-map|maximum-prefix)\b.*"
    ),
    "bgp": re.compile(r"router bgp .*|(?:no )?bgp (?:router-id|default ipv4-unicast|bestpath as-path ignore)\b.*"),
    "bgp-af": re.compile(r"address-family .*|(?:network|redistribute|maximum-paths)\b.*"),
}
_KEY: Final = re.compile(r"(\b(?:password |secret = )).+")


def negated(text: str) -> str:
    """The line that takes a line away."""
    if text.startswith("no "):
        return text.removeprefix("no ")
    return re.sub(r"^(neighbor \S+ (?:password|description)|set as-path prepend) .*", r"\1", text).join(("no ", ""))


def slot(text: str) -> tuple[str, bool]:
    """Which place in its block a line takes; the next one there always replaces it."""
    found = _NEIGHBOR.fullmatch(text)
    if found is not None:
        profile = " profile" if " bfd profile " in text else ""
        return f"neighbor {found[1]}{profile} {found[2] or ''}", True
    found = _SCALARS.match(text.removeprefix("no "))
    return (found[0] if found is not None else text.removeprefix("no ")), True


class LinuxFrr:
    """`generator.platforms.changing.Grammar` of a Linux router."""

    atomic = False

    def items(
        self, trees: Mapping[str, list[Node]], texts: Mapping[str, str], like: Mapping[Key, Item] = EMPTY
    ) -> dict[Key, Item]:
        return items(trees, texts, like)

    def create(self, item: Item, live: bool) -> list[Typed]:
        kind, name = item.key
        if kind == "file":
            return [*item.lines, Typed((), LOADS[name])]
        if kind == "neighbor":
            return sorted(item.lines, key=_turn)
        return list(item.lines)

    def destroy(self, item: Item) -> list[Typed]:
        kind, name = item.key
        first = item.lines[0]
        if kind == "file" or kind == "hostname":
            return []
        if kind == "prefix-list":
            family, _, bare = name.partition(" ")
            return [Typed((), f"no {family} prefix-list {bare}")]
        if kind in _LISTS:
            return [Typed((), f"no {first.text.partition(' seq ')[0]}")]
        if kind == "route-map":
            return [Typed((), f"no route-map {name}")]
        if kind == "neighbor":
            return [Typed(first.context[:1], f"no neighbor {name.partition('|')[2]}")]
        if kind == "bgp-af":
            return [Typed(line.context, negated(line.text)) for line in item.lines[1:]]
        return [Typed(first.context, negated(first.text))]

    def edit(self, old: Item, new: Item, used: bool) -> list[Typed] | None:
        kind = old.key[0]
        if kind == "file":
            return self.create(new, False)
        if kind in _LISTS:
            return _edit_list(old, new)
        if kind == "route":
            return None
        commands = between(old.lines, new.lines, slot, negated)
        if kind == "route-map" and used and not _at_once(old, new, commands):
            return None
        if kind == "neighbor":
            commands.sort(
                key=lambda line: (
                    line.text.startswith("no ") and not line.text.endswith(" all"),
                    -line.text.count("profile"),
                )
            )
        return commands

    def same(self, old: Item, new: Item) -> bool:
        if old.key[0] in _LISTS:
            return [one for _, one in sorted(_entries(old).items())] == [
                one for _, one in sorted(_entries(new).items())
            ]
        if old.key[0] == "file":
            return _statements(old) == _statements(new)
        return set(old.lines) == set(new.lines)

    def release(self, item: Item, claims: Collection[str]) -> tuple[list[Typed], Item]:
        return [], item

    def twin(self, item: Item, taken: Collection[Key]) -> Item | None:
        kind, name = item.key
        if kind not in _FILTERS:
            return None
        other, number = f"{name}_NEXT", 1
        while (kind, other) in taken:
            number += 1
            other = f"{name}_NEXT{number}"
        before, after = name.split(" ")[-1], other.split(" ")[-1]
        lines = tuple(
            Typed(
                tuple(_swap(one, before, after) for one in line.context),
                line.text if line.context else _swap(line.text, before, after),
            )
            for line in item.lines
        )
        return finished((kind, other), lines)

    def pointing(self, item: Item, old: Key, new: Key) -> Item:
        before, after = old[1].split(" ")[-1], new[1].split(" ")[-1]
        return finished(
            item.key,
            tuple(
                Typed(line.context, _swap(line.text, before, after))
                if old in finished(item.key, (line,)).refs
                else line
                for line in item.lines
            ),
            item.number,
        )

    def merged(self, running: Item, intended: Item, prune: bool) -> Item:
        pattern = _OURS.get(intended.key[0])
        if prune or pattern is None:
            return intended
        kept = [line for line in running.lines if not pattern.fullmatch(line.text) and line not in intended.lines]
        return finished(intended.key, (*intended.lines, *kept), intended.number) if kept else intended

    def rank(self, key: Key) -> int:
        return _RANKS[key[0]] + (_FILES.index(key[1]) if key[0] == "file" and key[1] in _FILES else 0)

    def filters(self, key: Key) -> bool:
        return key[0] in _FILTERS

    def ours(self, item: Item, intended: Mapping[Key, Item]) -> bool:
        texts = [line.text for line in item.lines]
        return (
            item.key[0] == "neighbor"
            and any(text.endswith(" remote-as 12076") for text in texts)
            and any(" description MSEE " in text for text in texts)
        )

    def space(self, item: Item) -> Key | None:
        if item.key[0] in ("neighbor", "bgp-af"):
            return ("bgp", item.key[1].partition("|")[0])
        return None

    def reaches(self, item: Item, neighbor: Item) -> bool:
        return False

    def session(self, item: Item) -> tuple[str, str] | None:
        if item.key[0] != "neighbor":
            return None
        header, _, address = item.key[1].partition("|")
        return header.partition(" vrf ")[2], address

    def risks(self, commands: Iterable[Typed]) -> Iterator[Risk]:
        return risks(commands)

    def mask(self, text: str) -> str:
        return _KEY.sub(r"\1••••", text)


GRAMMAR: Final = LinuxFrr()


def _turn(line: Typed) -> tuple[int, int]:
    """The session first, then its filters, and what lets routes through last."""
    text = line.text
    if len(line.context) == 1:
        return (0, 0) if " remote-as " in text else (1, text.count("profile"))
    return (2, 0) if " route-map " in text else (4, 0) if text.endswith(" activate") else (3, 0)


def _statements(item: Item) -> list[str]:
    """The lines of a file that say something: no comments, no indentation."""
    return [text for line in item.lines if (text := line.text.strip()) and not text.startswith("#")]


def _entries(item: Item) -> dict[int, Entry]:
    found = {}
    for line in item.lines:
        match = _ENTRY.fullmatch(line.text)
        if match is not None:
            found[int(match[1])] = Entry(match[2].startswith("permit"), match[2])
    return found


def _edit_list(old: Item, new: Item) -> list[Typed] | None:
    there, wanted = _entries(old), _entries(new)
    if not all(one.permit for one in (*there.values(), *wanted.values())):
        return None
    moves = in_place(there, wanted)
    if moves is None:
        return None
    texts = {True: _by_number(new), False: _by_number(old)}
    return [Typed((), texts[True][one.number] if one.add else f"no {texts[False][one.number]}") for one in moves]


def _by_number(item: Item) -> dict[int, str]:
    return {int(match[1]): line.text for line in item.lines if (match := _ENTRY.fullmatch(line.text)) is not None}


def _at_once(old: Item, new: Item, commands: list[Typed]) -> bool:
    """Whether the conditions change with one command, or each from the same name to the same other one."""
    if [one.text for one in old.lines if not one.context] != [one.text for one in new.lines if not one.context]:
        return False
    conditions = [line for line in commands if "match " in line.text]
    return len(conditions) <= 1 or len({line.text for line in conditions}) == 1


def _swap(text: str, before: str, after: str) -> str:
    return re.sub(rf"(?<!\S){re.escape(before)}(?!\S)", lambda _found: after, text)
