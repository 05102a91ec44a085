"""What the programs of the router refuse of a candidate, with the line."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import re
import shutil
import tempfile

from .files import ORDER, Box, Files, Problem, meant, run
from .way_in import LINKS_MAIN, way_in

Line = tuple[int, str]
"""Line and message of one file."""
NFT_MAIN = "/etc/nftables.conf"


def check(box: Box, files: Files) -> list[Problem]:
    """Lines that the programs of the router refuse: ``(file, line, message)``; line 0 is the whole file."""
    problems: list[Problem] = []
    if "interfaces" in files:
        problems += [("interfaces", 0, message) for message in way_in(box, files["interfaces"])]
    for name in ORDER:
        if name in files and name in CHECKS and meant(files[name]):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
                    stream.write(files[name])
                problems += [(name, line, message) for line, message in CHECKS[name](box, path, files[name])]
    return problems


def check_frr(_box: Box, path: str, _text: str) -> list[Line]:
    status, said = run(["vtysh", "-C", "-f", path])
    if status:
        found = re.findall(r"line (\d+): (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def check_nft(box: Box, path: str, _text: str) -> list[Line]:
    problems = unread(box, "nftables.conf", NFT_MAIN, r"^\s*include\s+(\S+)", "'include \"{}/*.conf\"'")
    if problems:
        return problems
    status, said = run(["nft", "-c", "-f", path])
    if status:
        found = re.findall(re.escape(path) + r":(\d+):[\d-]+: (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def unread(box: Box, name: str, main: str, pattern: str, line: str) -> list[Line]:
    """A file that the router's own does not include would be gone after the next boot, or never be read."""
    target = box.paths[name]["path"]
    if target == main:
        return []
    with contextlib.suppress(FileNotFoundError), open(main, encoding="utf-8") as stream:
        included = [one.strip('";') for one in re.findall(pattern, stream.read(), re.M)]
        if any(fnmatch.fnmatch(target, one) or os.path.dirname(target) == one for one in included):
            return []
    return [(0, f"{main} does not include {target}: add the line {line.format(os.path.dirname(target))}")]


def check_links(box: Box, path: str, _text: str) -> list[Line]:
    problems = unread(box, "interfaces", LINKS_MAIN, r"^\s*source(?:-directory)?\s+(\S+)", "'source {}/*'")
    if problems:
        return problems
    os.makedirs("/run/network", exist_ok=True)
    status, said = run(["ifup", "-a", "-s", "-i", path])
    if status:
        found = re.findall(r"line ?(\d+): (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def check_swanctl(_box: Box, _path: str, text: str) -> list[Line]:
    """swanctl has no dry run; what would make it refuse the whole file is a brace too many or too few."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", line).split("#", 1)[0]
        depth += bare.count("{") - bare.count("}")
        if depth < 0:
            return [(number, "a closing brace too many")]
    if depth:
        return [(0, "a closing brace is missing")]
    return [] if shutil.which("swanctl") else [(0, "swanctl is not installed")]


CHECKS = {"frr.conf": check_frr, "nftables.conf": check_nft, "interfaces": check_links, "swanctl.conf": check_swanctl}
