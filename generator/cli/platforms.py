"""``peerwright platforms``: what each kind of router can and cannot do."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from generator.cli import arguments, codes

if TYPE_CHECKING:
    from generator.platforms.base import Feature, Napalm, Platform
    from generator.report.terminal import Painter

DESCRIPTION = """
Show what each platform can and cannot do, which files it gets, what its NAPALM driver is able to, and the
documents that the facts about it come from.
"""

EXAMPLES = """\
  peerwright platforms
  peerwright platforms cisco_xe --format json
"""


def parser() -> argparse.ArgumentParser:
    """The arguments of ``platforms``."""
    new = arguments.new_parser("platforms", DESCRIPTION, EXAMPLES)
    new.add_argument("platforms", nargs="*", metavar="PLATFORM", help="id of a platform (default: all)")
    arguments.output_format(new, "text", "json")
    arguments.color(new)
    return new


def run(options: argparse.Namespace) -> int:
    """Print them, or say which id is unknown."""
    import sys

    from generator.cli.nearest import suggestion
    from generator.cli.output import colored
    from generator.cli.stdout import emit
    from generator.platforms import known, load
    from generator.report.terminal import Painter, printable

    ids = known()
    unknown = [one for one in options.platforms if one not in ids]
    for one in unknown:
        sys.stderr.write(f"peerwright: error: there is no platform '{printable(one)}'{suggestion(one, ids)}\n")
    if unknown:
        return codes.USAGE
    platforms = [load(one) for one in dict.fromkeys(options.platforms or ids)]
    emit(_json(platforms) if options.format == "json" else _text(platforms, Painter(colored(options))))
    return codes.CLEAN


def _text(platforms: Sequence[Platform], paint: Painter) -> str:
    """The table of features, then each platform on its own."""
    from generator.platforms.base import Feature
    from generator.report.table import grid

    if not platforms:
        return "no platforms are installed\n"
    kinds = [kind for one in platforms for kind in _kinds(one)]
    rows = [[feature.value, *("yes" if feature in can else "no" for _, can in kinds)] for feature in Feature]
    table = grid(["feature", *(name for name, _ in kinds)], rows, left=len(kinds) + 1, paint=paint)
    return "\n".join([table, *("".join(f"{line}\n" for line in _lines(one, paint)) for one in platforms)])


def _kinds(platform: Platform) -> Iterator[tuple[str, frozenset[Feature]]]:
    """The platform, and those of its models that can do other things, each with what it can do."""
    yield platform.id, platform.can("")
    for model, can in _models(platform):
        yield f"{platform.id} {model}", can


def _models(platform: Platform) -> list[tuple[str, frozenset[Feature]]]:
    found = [(model, platform.can(model)) for model in platform.models]
    return [(model, can) for model, can in found if can != platform.can("")]


def _lines(platform: Platform, paint: Painter) -> Iterator[str]:
    yield f"{paint('place', platform.id)}  {platform.title}, {platform.versions}"
    yield f"   files      {', '.join(one.name for one in platform.files)}"
    yield f"   ports      {platform.port_example}"
    yield f"   napalm     {_napalm(platform.napalm)}"
    for check in platform.checks:
        yield f"   check      {check.title} on {check.file} (Debian package {check.package})"
    for note in platform.notes:
        yield f"   note       {note}"
    for document in platform.documents:
        yield f"   document   {document}"


def _napalm(napalm: Napalm) -> str:
    if not napalm.driver:
        return "no driver"
    able = {"replace": napalm.replace, "merge": napalm.merge, "commit-confirm": napalm.commit_confirm}
    return f"driver {napalm.driver}: " + ", ".join(f"{what} {'yes' if can else 'no'}" for what, can in able.items())


def _json(platforms: Sequence[Platform]) -> str:
    from generator.report.json import VERSION, dumped

    return dumped({"version": VERSION, "platforms": [_data(one) for one in platforms]})


def _data(platform: Platform) -> dict[str, object]:
    from generator.platforms.base import Feature

    return {
        "id": platform.id,
        "title": platform.title,
        "versions": platform.versions,
        "features": {feature.value: feature in platform.can("") for feature in Feature},
        "models": {model: {feature.value: feature in can for feature in Feature} for model, can in _models(platform)},
        "files": [one.name for one in platform.files],
        "port_example": platform.port_example,
        "napalm": {
            "driver": platform.napalm.driver,
            "replace": platform.napalm.replace,
            "merge": platform.napalm.merge,
            "commit_confirm": platform.napalm.commit_confirm,
        },
        "checks": [{"title": one.title, "file": one.file, "package": one.package} for one in platform.checks],
        "notes": list(platform.notes),
        "documents": list(platform.documents),
    }
