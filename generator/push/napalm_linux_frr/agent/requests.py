"""One request on stdin (JSON), one answer on stdout (JSON)."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from typing import Any

from .applying import apply
from .checks import check
from .diffs import compare
from .files import Box, Files, Refused, boot, run
from .timer import alive, go_back, start_timer

GUARD = 900
"""Seconds after which an interrupted commit without a timer of its own is undone."""


def digest(texts: Files) -> str:
    """Of what runs: the same text, the same digest."""
    joined = "\0".join(f"{name}\0{texts[name]}" for name in sorted(texts))
    return hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()


def op_read(box: Box) -> dict[str, Any]:
    running = box.running()
    return {
        "running": running,
        "startup": {name: box.text(name) for name in box.paths},
        "digest": digest(running),
        "pending": box.load("pending"),
        "last": box.load("last"),
    }


def op_check(box: Box) -> dict[str, Any]:
    return {"problems": check(box, box.request["files"])}


def op_compare(box: Box) -> dict[str, Any]:
    return {"diff": compare(box, box.request["files"])}


def announced(box: Box, seconds: float) -> dict[str, Any]:
    """Says that a commit is being made, and starts the timer of its way back."""
    entry: dict[str, Any] = {
        "token": os.urandom(8).hex(),
        "boot": boot(),
        "user": os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid()),
        "message": box.request.get("message", ""),
        "pid": 0,
        "files": {},
        "deadline": time.time() + seconds,
    }
    box.keep("pending", entry)
    entry["pid"] = start_timer(box, entry["token"], seconds)
    box.keep("pending", entry)
    return entry


def op_commit(box: Box) -> dict[str, Any]:
    files, seconds = box.request["files"], box.request.get("revert_in")
    with box.lock():
        pending = box.load("pending")
        if pending and alive(pending):
            raise Refused("pending", f"a commit of {pending['user']} waits for its confirmation")
        problems = check(box, files)
        if problems:
            raise Refused("check", "the router refuses lines of the candidate", problems)
        before = box.running()
        expected = box.request.get("digest")
        if expected and digest(before) != expected:
            raise Refused("changed", "the config of the router changed since it was compared")
        disk = {name: box.text(name) for name in box.paths}
        box.keep("checkpoint", {"disk": disk, "running": before})
        entry = announced(box, seconds or GUARD)

        def put_back(name: str) -> None:
            """On disk stays what a reboot should bring: the old config, until somebody confirms the new one."""
            if files[name] != disk[name]:
                entry["files"][name] = files[name]
                box.keep("pending", entry)
                box.write(name, disk[name])

        try:
            apply(box, files, disk, put_back if seconds else lambda _: None)
        except Exception as error:
            troubles = go_back(box, f"could not be applied: {error}")
            after = "the old config is back" if not troubles else "going back failed too: " + "; ".join(troubles)
            raise Refused("apply", f"{error}; {after}") from None
        if not seconds:
            box.forget("pending")
            box.keep("last", {"event": "committed", "why": "", "troubles": [], "at": time.time()})
    return {"digest": digest(box.running())}


def op_confirm(box: Box) -> dict[str, Any]:
    with box.lock(wait=5):
        pending = box.load("pending")
        if not pending:
            raise Refused("none", "no commit waits for its confirmation")
        if not alive(pending):
            go_back(box, "its timer was gone")
            raise Refused("none", "the timer of the pending commit was gone (a reboot?); the old config is back")
        for name, text in pending.get("files", {}).items():
            box.write(name, text)
        box.forget("pending")
        box.keep("last", {"event": "confirmed", "why": "", "troubles": [], "at": time.time()})
    return {}


def op_rollback(box: Box) -> dict[str, Any]:
    with box.lock(wait=30):
        if not box.load("checkpoint"):
            raise Refused("none", "there is nothing to go back to: no commit was made through this driver")
        troubles = go_back(box, "rolled back")
    if troubles:
        raise Refused("apply", "going back failed: " + "; ".join(troubles))
    return {}


def op_pending(box: Box) -> dict[str, Any]:
    """A pending commit; one whose timer died with the machine is undone now.

    A commit, or a way back, that is being made is waited for: what is read next is not something in between.
    """
    with box.lock(wait=20):
        pending = box.load("pending")
        if pending and not alive(pending):
            go_back(box, "its timer was gone")
            pending = None
    return {"pending": pending}


def op_run(box: Box) -> dict[str, Any]:
    """Exit status and output of each command.  Those that answer in JSON share one vtysh, whose start costs most."""
    commands: list[list[str]] = box.request["commands"]
    shared = [argv[2] for argv in commands if argv[0] == "vtysh" and argv[2].endswith(" json")]
    answers = together(shared) if len(shared) > 1 else {}
    return {"results": [(0, answers[argv[-1]]) if argv[-1] in answers else run(argv, timeout=60) for argv in commands]}


def together(commands: list[str]) -> dict[str, str]:
    """Answers of several commands; none where they cannot be told apart."""
    status, said = run(["vtysh", *[word for one in commands for word in ("-c", one)]], timeout=120)
    decoder, texts, place = json.JSONDecoder(), [], 0
    try:
        while status == 0 and said[place:].strip():
            place += len(said[place:]) - len(said[place:].lstrip())
            end = decoder.raw_decode(said, place)[1]
            texts.append(said[place:end])
            place = end
    except ValueError:
        return {}
    return dict(zip(commands, texts, strict=True)) if len(texts) == len(commands) else {}


def main() -> None:
    request = json.loads(sys.stdin.buffer.read().decode())
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    os.umask(0o077)
    try:
        answer = globals()["op_" + request["op"]](Box(request))
    except Refused as error:
        answer = {"error": str(error), "kind": error.kind, "problems": error.problems}
    except OSError as error:
        answer = {"error": f"{error.strerror}: {error.filename}", "kind": "system", "problems": []}
    sys.stdout.write(json.dumps(answer))
