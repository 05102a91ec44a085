"""Files written and loaded, in order, and the way back."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable

from .files import ORDER, RELOAD, Box, Files, Refused, meant, run

INIT = "/usr/lib/frr/frrinit.sh"


def apply(box: Box, files: Files, old: Files, loaded: Callable[[str], None] = lambda _: None) -> None:
    """Write and load the files that differ from ``old``, in order.  The first that fails stops it.

    ``loaded`` is told of each file that works now.
    """
    for name in ORDER:
        if name in files and (files[name] != old.get(name) or name == "frr.conf"):
            box.write(name, files[name])
            trouble = APPLY[name](box, files[name], old.get(name, ""))
            if trouble:
                raise Refused("apply", f"{name}: {trouble}")
            loaded(name)


def ran(*argv: str) -> str:
    status, said = run(list(argv))
    return "" if status == 0 else f"{argv[0]} ended with {status}: {said.strip()[-800:]}"


def tables(text: str) -> list[str]:
    """The tables that a ruleset defines: ``inet peerwright``."""
    return re.findall(r"^\s*table\s+(\w+\s+[\w-]+)\s*\{", text, re.M)


def apply_nft(box: Box, text: str, old: str) -> str:
    """Load the file.  A table that only the old file had goes; those of others are not ours to touch."""
    gone = [one for one in tables(old) if one not in tables(text)]
    trouble = ran("nft", "-f", box.paths["nftables.conf"]["path"]) if meant(text) else ""
    for one in gone if not trouble else ():
        run(["nft", "delete", "table", *one.split()])
    return trouble


def apply_links(_box: Box, _text: str, _old: str) -> str:
    os.makedirs("/run/network", exist_ok=True)
    return ran("ifreload", "-a") if shutil.which("ifreload") else "ifupdown2 is not installed"


def apply_swanctl(_box: Box, text: str, _old: str) -> str:
    if not shutil.which("swanctl"):
        return "swanctl is not installed" if meant(text) else ""
    trouble = ran("swanctl", "--load-all", "--noprompt")
    # Where no tunnel is wanted, a router without the IKE daemon is no trouble.
    return trouble if re.search(r"^\s*connections\s*\{", text, re.M) else ""


def apply_daemons(_box: Box, text: str, _old: str) -> str:
    """Daemons that are asked for and do not run are started, which ``reload`` does without touching the others."""
    status, shown = run(["vtysh", "-c", "show daemons"])
    wanted = {name for name, switch in re.findall(r"^(\w+)=(yes|no)", text, re.M) if switch == "yes"} - {"vtysh_enable"}
    if status == 0 and wanted <= set(shown.split()):
        return ""
    return ran(INIT, "reload" if status == 0 else "restart")


def apply_frr(box: Box, _text: str, _old: str) -> str:
    path = box.paths["frr.conf"]["path"]
    return ran(sys.executable, RELOAD, "--reload", "--stdout", "--log-level", "error", path)


def apply_sysctl(box: Box, text: str, _old: str) -> str:
    return ran("sysctl", "-q", "-p", box.paths["sysctl.conf"]["path"]) if meant(text) else ""


APPLY = {
    "sysctl.conf": apply_sysctl,
    "interfaces": apply_links,
    "nftables.conf": apply_nft,
    "swanctl.conf": apply_swanctl,
    "daemons": apply_daemons,
    "frr.conf": apply_frr,
}


def restore(box: Box, checkpoint: dict[str, Files]) -> list[str]:
    """Load the files of the checkpoint again; go on after a failure, for half a way back is better than none."""
    troubles = []
    waiting = box.waiting()
    for name in ORDER:
        if name not in checkpoint["disk"]:
            continue
        live = checkpoint["running"][name] if name == "frr.conf" else checkpoint["disk"][name]
        now = waiting.get(name, box.text(name))
        if name != "frr.conf" and now == live:
            continue
        box.write(name, live)
        trouble = APPLY[name](box, live, now)
        if trouble:
            troubles.append(f"{name}: {trouble}")
        box.write(name, checkpoint["disk"][name])
    return troubles
