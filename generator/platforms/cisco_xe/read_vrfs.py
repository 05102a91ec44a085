"""``vrf definition`` and the old ``ip vrf`` → facts."""

from __future__ import annotations

from generator.model.facts import Family, Vrf
from generator.platforms.cisco_xe.found import Found
from generator.platforms.tree import Node


def vrf(found: Found, name: str, node: Node, families: tuple[Family, ...]) -> None:
    """``vrf definition NAME``, or the old ``ip vrf NAME``, which is IPv4 only."""
    rd, text = "", ""
    imports: list[str] = []
    exports: list[str] = []
    for child in node.children:
        words = child.text.split()
        if words[0] == "address-family":
            family: Family | None = {"ipv4": 4, "ipv6": 6}.get(words[1]) if len(words) > 1 else None  # type: ignore[assignment]
            if family is None:
                found.reject(child)
                continue
            families = (*families, family)
            for line in child.children:
                if not _leak(line, imports, exports):
                    found.reject(line)
        elif words[0] == "rd" and len(words) == 2:
            rd = words[1]
        elif words[0] == "description":
            text = " ".join(words[1:])
        elif not _leak(child, imports, exports) and words[0] not in ("vpn", "mdt", "vnet", "no"):
            found.reject(child)
    found.vrfs[name] = Vrf(
        name, rd, tuple(sorted(set(families))), tuple(dict.fromkeys(imports)), tuple(dict.fromkeys(exports)), text
    )
    found.place("vrfs", name, node.line)


def _leak(line: Node, imports: list[str], exports: list[str]) -> bool:
    """Lines that carry routes between VRFs.  False: not understood."""
    words = line.text.split()
    if words[0] == "route-target" and len(words) > 2:
        target = words[2]
        if words[1] in ("import", "both"):
            imports.append(target)
        if words[1] in ("export", "both"):
            exports.append(target)
        return words[1] in ("import", "export", "both")
    if words[0] in ("import", "route-replicate"):
        imports.append(line.text)
    elif words[0] == "export":
        exports.append(line.text)
    elif words[0] == "inter-as-hybrid":
        pass
    else:
        return words[0] in ("exit-address-family", "maximum", "mdt", "bgp", "protection", "no", "snmp")
    return True
