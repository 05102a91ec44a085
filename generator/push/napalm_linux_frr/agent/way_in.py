"""The interface over which we are connected: a candidate that takes it away is refused before anything is applied."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import ipaddress
import json
import os
from typing import Any

from .files import Box, run

LINKS_MAIN = "/etc/network/interfaces"
FIX = (
    "; let it have a place of its own: write `connect: {options: {paths: {interfaces: /etc/network/interfaces.d/peerwright}}}`"
    f" for this router into the inventory, and `source /etc/network/interfaces.d/*` into {LINKS_MAIN}"
)
Stanzas = dict[str, list[str]]
"""Interface and the lines about it, the first of each stanza included."""


def way_in(box: Box, text: str) -> list[str]:
    """What a new file of interfaces would take away of the way in."""
    address = server(box.connection)
    if address is None or address.is_loopback:
        return []
    links = addresses()
    name = next((one for one, link in links.items() if address in link["at"]), "")
    path = box.paths["interfaces"]["path"]
    now, then = stanzas(expanded(LINKS_MAIN, {})), stanzas(expanded(LINKS_MAIN, {path: text}))
    problem = lost(name, address, links.get(name), now, then) if name else ""
    return [f"{problem}, over which you are connected{FIX}"] if problem else []


def server(connection: str) -> Any:
    """The router's address in ``SSH_CONNECTION``: client, its port, server, its port."""
    words = connection.split()
    try:
        found = ipaddress.ip_address(words[2].split("%")[0])
    except (IndexError, ValueError):
        return None
    return getattr(found, "ipv4_mapped", None) or found


def addresses() -> dict[str, dict[str, Any]]:
    """Links with their addresses, what they are on top of, and the VRF that they are in."""
    status, said = run(["ip", "-j", "-d", "address", "show"])
    links = json.loads(said) if status == 0 and said.strip() else []
    return {
        one["ifname"]: {
            "at": {
                ipaddress.ip_address(info["local"]): info.get("dynamic", False)
                for info in one.get("addr_info", [])
                if "local" in info
            },
            "under": one.get("link", ""),
            "master": one.get("master", ""),
        }
        for one in links
        if "ifname" in one
    }


def lost(name: str, address: Any, link: Any, now: Stanzas, then: Stanzas) -> str:
    """What the way in loses; empty where it stays.  Interfaces in neither file are not touched by ifupdown2."""
    for one in (name, link["under"]):
        if one in now and one not in then:
            return f"it would take {one} away ({address})"
        if any(line.split() == ["link-down", "yes"] for line in then.get(one, ())):
            return f"it would shut {one} down ({address})"
    lines = then.get(name)
    if lines is None:
        return ""
    vrf = next((line.split()[1] for line in lines if line.startswith("vrf ") and len(line.split()) > 1), "")
    if vrf and vrf != link["master"]:
        return f"it would move {name} ({address}) into the VRF {vrf}"
    if not link["at"][address] and not keeps(lines, address):
        return f"it would take {address} off {name}"
    return ""


def keeps(lines: list[str], address: Any) -> bool:
    """Whether an interface has the address, or gets its addresses from elsewhere."""
    for line in lines:
        words = line.split()
        if words[0] == "iface" and words[3:4] in (["dhcp"], ["auto"]):
            return True
        with contextlib.suppress(IndexError, ValueError):
            if words[0] == "address" and ipaddress.ip_interface(words[1]).ip == address:
                return True
    return False


def expanded(path: str, instead: dict[str, str], depth: int = 0) -> list[str]:
    """The lines of a file and of those that it sources.  ``instead``: texts that files will have."""
    text = instead.get(path)
    if text is None:
        try:
            with open(path, encoding="utf-8", errors="surrogateescape") as stream:
                text = stream.read()
        except OSError:
            return []
    lines: list[str] = []
    for line in text.replace("\\\n", " ").splitlines():
        words = line.split()
        if words[:1] in (["source"], ["source-directory"]) and len(words) > 1 and depth < 9:
            pattern = words[1] if words[0] == "source" else f"{words[1]}/*"
            pattern = os.path.join(os.path.dirname(path), pattern)
            more = [one for one in instead if fnmatch.fnmatch(one, pattern)]
            for found in sorted({*glob.glob(pattern), *more}):
                lines += expanded(found, instead, depth + 1)
        elif words and not words[0].startswith("#"):
            lines.append(" ".join(words))
    return lines


def stanzas(lines: list[str]) -> Stanzas:
    """Lines by the interface that they are about."""
    found: Stanzas = {}
    here: list[str] = []
    for line in lines:
        word = line.split()[0]
        if word == "iface" and len(line.split()) > 1:
            here = found.setdefault(line.split()[1], [])
        elif word in ("auto", "mapping", "vlan") or word.startswith("allow-"):
            here = []
            continue
        here.append(line)
    return found
