"""From the lines of one block to those of another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from generator.platforms.changing import Typed


def between(
    old: Iterable[Typed],
    new: Iterable[Typed],
    slot: Callable[[str], tuple[str, bool]],
    negated: Callable[[str], str],
) -> list[Typed]:
    """What is new or different first, then what goes; inside a block that goes, nothing.

    ``slot``: which place in its block a line takes, and whether the next line there replaces it or must wait for it to go.
    """
    there, wanted = dict.fromkeys(old), dict.fromkeys(new)
    slots = {(line.context, slot(line.text)[0]): line for line in there if line not in wanted}
    commands: list[Typed] = []
    replaced: set[Typed] = set()
    for line in wanted:
        if line in there:
            continue
        name, soft = slot(line.text)
        before = slots.get((line.context, name))
        if before is not None:
            replaced.add(before)
            if not soft:
                commands.append(Typed(before.context, negated(before.text)))
        commands.append(line)
    gone = {(*line.context, line.text) for line in there if line not in wanted}
    for line in there:
        inside = any(line.context[:length] in gone for length in range(1, len(line.context) + 1))
        if line not in wanted and line not in replaced and not inside:
            commands.append(Typed(line.context, negated(line.text)))
    return commands
