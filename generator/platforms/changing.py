"""What a platform tells about changes: its config as items, and the commands that make, change and remove each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, Protocol

import msgspec

from generator.model.change import Risk
from generator.platforms.tree import Node

Key = tuple[str, str]
"""Kind and name of an item: ``("route-map", "CE-IN")``."""


class Typed(NamedTuple):
    """One command: the lines that lead to where it is typed, and the line."""

    context: tuple[str, ...]
    text: str


class Item(msgspec.Struct, frozen=True):
    """A part of a config that is made, changed and removed as one: an interface, a prefix list, a neighbour."""

    key: Key
    lines: tuple[Typed, ...]
    """What it consists of, in the form in which the device keeps it: no defaults, no comments."""
    refs: frozenset[Key] = frozenset()
    """Items that it names, or stands in."""
    claims: frozenset[str] = frozenset()
    """What only one item at a time may hold: a subnet in a VRF, a tag on a port."""
    number: int = 0
    """Line of the file where it begins."""

    def named(self, kind: str) -> list[str]:
        """Names of the items of one kind that it refers to."""
        return sorted(name for one, name in self.refs if one == kind)


EMPTY: Final[Mapping[Key, Item]] = {}


class Grammar(Protocol):
    """How one platform's config is changed line by line."""

    atomic: bool
    """All commands take effect at once, with a commit."""

    def items(
        self, trees: Mapping[str, list[Node]], texts: Mapping[str, str], like: Mapping[Key, Item] = EMPTY
    ) -> dict[Key, Item]:
        """The parts of a config that peerwright knows; everything else is left out and thereby left alone.

        ``texts``: the same as written: files that are put into place as a whole are taken from there, byte for byte.
        ``like``: the items of another config; those that are equal may be taken from there.
        """

    def create(self, item: Item, live: bool) -> list[Typed]:
        """Make it.  ``live``: a neighbour that is reachable already, so that it must not come up half made."""

    def destroy(self, item: Item) -> list[Typed]:
        """Remove it."""

    def edit(self, old: Item, new: Item, used: bool) -> list[Typed] | None:
        """Change it in place; None where a state in between would be unsafe while something uses it."""

    def same(self, old: Item, new: Item) -> bool:
        """Whether two texts of an item mean the same: other order where it means nothing, other numbers."""

    def release(self, item: Item, claims: Collection[str]) -> tuple[list[Typed], Item]:
        """Let go of claims, and what is left of the item."""

    def twin(self, item: Item, taken: Collection[Key]) -> Item | None:
        """The same under a name that nobody has; None where its kind cannot have two."""

    def pointing(self, item: Item, old: Key, new: Key) -> Item:
        """The same item with a reference to another name."""

    def merged(self, running: Item, intended: Item, prune: bool) -> Item:
        """What should be there: the intended lines, and those of the running ones that are not ours."""

    def rank(self, key: Key) -> int:
        """Where its kind stands in the order of definitions before uses."""

    def filters(self, key: Key) -> bool:
        """Whether it is a filter, or part of one: changes to several parts at once must be seen together."""

    def ours(self, item: Item, intended: Mapping[Key, Item]) -> bool:
        """Whether it bears the marks of something that peerwright wrote, or takes part in what it writes."""

    def space(self, item: Item) -> Key | None:
        """The VRF that the item is in."""

    def reaches(self, item: Item, neighbor: Item) -> bool:
        """Whether an interface with this text brings a neighbour within reach."""

    def session(self, item: Item) -> tuple[str, str] | None:
        """VRF and address of a neighbour; None for everything else."""

    def risks(self, commands: Iterable[Typed]) -> Iterator[Risk]:
        """What traffic can feel while the platform takes these commands, and why: a file that goes as a whole."""

    def mask(self, text: str) -> str:
        """A line without keys."""


class Device(Protocol):
    """What a router of the platform makes of commands.  Shares no code with the `Grammar`: one proves the other."""

    def apply(self, context: tuple[str, ...], text: str) -> str:
        """Take one command; what the router says where it refuses it, else nothing."""

    def trees(self) -> dict[str, list[Node]]:
        """The config as it is now, for the reader."""

    def texts(self) -> dict[str, str]:
        """The config as it is now, by file name: a router can be started from it."""

    def text(self) -> str:
        """The config as it is now, in an order that depends on nothing but what it says."""

    def dangling(self) -> frozenset[str]:
        """What is named and not there."""

    def points(self) -> dict[str, tuple[str, ...]]:
        """Where packets are filtered, and the names of the filters of which one must let a packet through."""
