"""The kernel's links, and facts of the machine, in NAPALM's shape."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napalm.base import models


def full_names(links: str) -> dict[str, str]:
    """VRF device → the VRF's full name, which its alias begins with where the device's name is shorter."""
    found = {}
    for one in json.loads(links):
        if one.get("linkinfo", {}).get("info_kind") == "vrf":
            found[one["ifname"]] = one.get("ifalias", "").split(" ", 1)[0] or one["ifname"]
    return found


def interfaces(links: str) -> dict[str, models.InterfaceDict]:
    """For ``get_interfaces``.  Speed and the time of the last flap are not known of a software link."""
    return {
        one["ifname"]: {
            "is_up": "LOWER_UP" in one.get("flags", ()) and one.get("operstate") in ("UP", "UNKNOWN"),
            "is_enabled": "UP" in one.get("flags", ()),
            "description": str(one.get("ifalias", "")),
            "last_flapped": -1.0,
            "speed": -1.0,
            "mtu": int(one.get("mtu", 0)),
            "mac_address": str(one.get("address", "")).upper(),
        }
        for one in json.loads(links)
    }


def facts(name: str, kernel: str, version: str, uptime: str, links: str) -> models.FactsDict:
    """For ``get_facts``."""
    found = re.search(r"FRRouting (\S+)", version)
    return {
        "vendor": "FRRouting",
        "model": "Linux",
        "hostname": name.strip().split(".", 1)[0],
        "fqdn": name.strip(),
        "os_version": f"FRRouting {found[1] if found else 'unknown'}, Linux {kernel.strip()}",
        "serial_number": "",
        "uptime": float(uptime.split()[0]),
        "interface_list": [one["ifname"] for one in json.loads(links)],
    }
