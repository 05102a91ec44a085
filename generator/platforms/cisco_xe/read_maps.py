"""``class-map`` and ``policy-map``: what zones, the control plane and quality of service are made of."""

from __future__ import annotations

from typing import Final

from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.records import ClassMap, PolicyClass, PolicyMap
from generator.platforms.tree import Node

_DSCP_WORDS: Final = {
    "default": 0,
    "ef": 46,
    **{f"cs{number}": number * 8 for number in range(8)},
    **{f"af{number}{drop}": number * 8 + drop * 2 for number in range(1, 5) for drop in range(1, 4)},
}
_MATCHING: Final = {"match-any": True, "match-all": False}


def class_map(found: Found, words: list[str], node: Node) -> None:
    """``class-map [type inspect] [match-any|match-all] NAME``; of other types none is ours."""
    rest = _of_our_type(words)
    if not rest:
        return
    one = ClassMap(match_any=_MATCHING.get(rest[0], False), node=node)
    found.class_maps[full_name(words)] = one
    for child in node.children:
        line = child.text.split()
        if line[0] in ("description", "exit"):
            continue
        one.matches += 1
        if not _match(one, line):
            one.unknown.append(child)


def full_name(words: list[str]) -> str:
    """Name of a map or class, with the type in front: the firewall's have a name space of their own."""
    return f"type inspect {words[-1]}" if words[1:3] == ["type", "inspect"] else words[-1]


def _of_our_type(words: list[str]) -> list[str]:
    """What follows ``type inspect``, or the first word where no type is given."""
    if words[1:2] != ["type"]:
        return words[1:]
    return words[3:] if words[2:3] == ["inspect"] else []


def _match(one: ClassMap, words: list[str]) -> bool:
    if words[:3] == ["match", "access-group", "name"] and len(words) == 4:
        one.lists.append(words[3])
    elif words[:2] == ["match", "access-group"] and len(words) == 3:
        one.lists.append(words[2])
    elif words[:2] == ["match", "dscp"] or words[:3] == ["match", "ip", "dscp"]:
        values = [dscp(word) for word in words[words.index("dscp") + 1 :]]
        one.dscps += [value for value in values if value is not None]
        return None not in values
    else:
        return False
    return True


def dscp(word: str) -> int | None:
    """``46`` and ``ef`` → 46; None for anything else."""
    return int(word) if word.isdigit() else _DSCP_WORDS.get(word)


def policy_map(found: Found, words: list[str], node: Node) -> None:
    """``policy-map [type inspect] NAME`` with its classes."""
    rest = _of_our_type(words)
    if not rest:
        return
    one = PolicyMap(node)
    found.policy_maps[full_name(words)] = one
    for child in node.children:
        line = child.text.split()
        if line[0] != "class":
            continue
        part = PolicyClass(full_name(line), child)
        part.actions = [(_with_children(action), action) for action in child.children]
        one.classes.append(part)


def _with_children(node: Node) -> list[str]:
    """A policer may be printed on one line or on several."""
    words = node.text.split()
    for child in node.children:
        words += child.text.split()
    return words
