"""The files of a change pack, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from generator import __version__
from generator.change.command_file import command_text
from generator.change.pack import Pack
from generator.model.outcome import Refused
from generator.render import Stage, StageError
from generator.report.circuit_picture import Picture
from generator.report.pack_json import pack_json
from generator.report.pack_markdown import pack_markdown
from generator.report.pages import pack_html


def pack_files(pack: Pack, drawn: tuple[Picture, ...]) -> dict[tuple[str, str], str]:
    """Folder below the pack's and file name → text; only the command files hold keys."""
    files = {
        (".", "change.html"): pack_html(pack, drawn),
        (".", "change.md"): pack_markdown(pack),
        (".", "change.json"): pack_json(pack, tool_version=__version__),
    }
    for one in pack.routers:
        if one.change is None:
            continue
        for rollback, name, whole in ((False, "commands", one.there), (True, "rollback", one.back)):
            folder = f"{one.diff.device}/{name}"
            files[folder, f"{name}.txt"] = command_text(
                one.change, rollback=rollback, files=one.files, one_line=one.one_line
            )
            files |= {(folder, file): text for file, text in whole.items()}
    return files


def write_files(out: Path, files: Mapping[tuple[str, str], str]) -> tuple[int, int]:
    """How many files were written, and how many said the same already.  Raises `Refused`.

    Every file is readable by its owner alone.  What is in the folder and not of this pack is refused: commands of
    another change must not lie beside it.
    """
    _only_ours(out, files)
    stage = Stage(out)
    try:
        for (folder, name), text in files.items():
            stage.put(folder, name, text)
        return stage.commit(), stage.unchanged
    except StageError as error:
        stage.abort()
        raise Refused(f"cannot write {error.path}: {error.reason}", "make room or choose another -o") from None


def _only_ours(out: Path, files: Mapping[tuple[str, str], str]) -> None:
    if not out.exists():
        return
    if not out.is_dir():
        raise Refused(f"{out} is not a folder", "choose another -o")
    wanted = {(out / folder / name).resolve() for folder, name in files}
    for path in sorted(out.rglob("*")):
        if not path.is_dir() and path.resolve() not in wanted:
            raise Refused(f"{path} is not of this change", "give each change a folder of its own with -o")
