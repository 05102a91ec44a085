"""Address translation, shaping, remarking and MACsec → facts."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from generator.model.address import Address, Prefix, parse_address, parse_masked, parse_prefix
from generator.model.facts import Macsec, NatRule, Remark, Shaper
from generator.platforms.cisco_xe.found import Found
from generator.platforms.cisco_xe.key_words import secret
from generator.platforms.cisco_xe.read_lists import use
from generator.platforms.cisco_xe.read_maps import dscp
from generator.platforms.cisco_xe.records import Extras, PolicyClass, PolicyMap
from generator.platforms.tree import Node

# Address translation

_NAT_PASSED: Final = frozenset(
    ("create", "log", "portmap", "scalable-egress-redundancy", "service", "settings", "switchover", "translation")
)
_STATIC_OPTIONS: Final = frozenset(("extendable", "match-in-vrf", "no-alias", "no-payload", "overload"))


def nat(found: Found, words: list[str], node: Node) -> None:
    """``ip nat …`` at the top level."""
    if words[2:3] == ["pool"]:
        try:
            found.nat_pools[words[3]] = _covering(parse_address(words[4]), parse_address(words[5]))
        except (IndexError, ValueError):
            found.reject(node)
    elif words[2:4] == ["inside", "source"]:
        found.nat_lines.append((words[4:], node))
    elif len(words) < 3 or words[2] not in _NAT_PASSED:
        found.reject(node, "another kind of translation than of inside sources")


def _covering(first: Address, last: Address) -> Prefix:
    """The smallest prefix that has both ends of a pool."""
    if first.version != 4 or last.version != 4:
        raise ValueError("translation is of IPv4 only")
    bits = (int(first) ^ int(last)).bit_length()
    octets = (int(first) >> bits << bits).to_bytes(4, "big")
    return parse_prefix(f"{'.'.join(map(str, octets))}/{32 - bits}")


def finish_nat(found: Found) -> dict[str, NatRule]:
    rules = {}
    sides = _sides(found) if found.nat_lines else {}
    for words, node in found.nat_lines:
        try:
            rule = _static(words[1:]) if words[:1] == ["static"] else _dynamic(found, words)
        except (IndexError, KeyError, ValueError):
            found.reject(node)
            continue
        outside_vrf = rule.vrf if "match-in-vrf" in words or not rule.vrf else ""
        rules[rule.name] = replace(
            rule,
            inside_interfaces=tuple(sides.get(("inside", rule.vrf), ())),
            outside_interfaces=tuple(sides.get(("outside", outside_vrf), ())),
        )
        found.place("nat_rules", rule.name, node.line)
    return rules


def _name(item: tuple[str, Extras]) -> str:
    return item[0]


def _sides(found: Found) -> dict[tuple[str, str], list[str]]:
    """Side and VRF → the interfaces that are there, sorted."""
    out: dict[tuple[str, str], list[str]] = {}
    for name, one in sorted(found.extras.items(), key=_name):
        if one.nat:
            out.setdefault((one.nat, found.interfaces[name].vrf), []).append(name)
    return out


def _static(words: list[str]) -> NatRule:
    """``[network] REAL STANDIN [/LENGTH | MASK] [vrf X [match-in-vrf]]``."""
    if words[0] == "network":
        if words[3].startswith("/"):
            real, standin = (parse_prefix(f"{text}{words[3]}") for text in words[1:3])
        else:
            real, standin = (parse_masked(text, words[3]) for text in words[1:3])
        rest = words[4:]
    else:
        real, standin = parse_prefix(words[0]), parse_prefix(words[1])
        rest = words[2:]
    vrf = _vrf(rest)
    name = f"static {real} {standin}"
    return NatRule(f"{name} vrf {vrf}" if vrf else name, "static", vrf, (real,), standin, overload=False)


def _vrf(words: list[str]) -> str:
    """The VRF among the options of a translation.  `ValueError` for an option that changes what it does."""
    vrf = ""
    rest = list(words)
    if "vrf" in rest:
        place = rest.index("vrf")
        vrf = rest[place + 1]
        del rest[place : place + 2]
    if not _STATIC_OPTIONS.issuperset(rest):
        raise ValueError("an option that is not understood")
    return vrf


def _dynamic(found: Found, words: list[str]) -> NatRule:
    """``list L pool P`` or ``list L interface I``, with ``[vrf X [match-in-vrf]] [overload]``."""
    if words[0] != "list":
        raise ValueError("not by an access list")
    vrf = _vrf(words[4:])
    if words[2] == "pool":
        name, outside = words[3], found.nat_pools[words[3]]
    elif words[2] == "interface":
        link = next(link for link in found.interfaces[words[3]].addresses if link.version == 4)
        name, outside = words[1], parse_prefix(str(link.ip))
    else:
        raise ValueError("neither a pool nor an interface")
    one = use(found, words[1], "nat")
    if one is None:
        raise ValueError("there is no such list")
    sources: list[Prefix] = []
    for _, rule in sorted(one.rules.items()):
        if not rule.permit or rule.destinations or rule.unknown or rule.protocol != -1:
            raise ValueError("a list that is more than a list of sources")
        sources += rule.sources
    return NatRule(name, "source", vrf, tuple(sources), outside, overload="overload" in words)


# Quality of service


def finish_shapers(found: Found) -> dict[str, Shaper]:
    """Policy maps that shape all that leaves.  Each interface has a rate of its own."""
    shapers = {}
    applied = _applied(found)
    for name, policy in found.policy_maps.items():
        rate = _rate(policy)
        if not rate:
            continue
        plain = name.removeprefix("SHAPE_")
        where = applied.get(name, ())
        for one in where or ("",):
            key = plain if len(where) < 2 else f"{plain} {one}"
            shapers[key] = Shaper(key, rate, (one,) if one else ())
            found.place("shapers", key, policy.node.line)
    return shapers


def _rate(policy: PolicyMap) -> int:
    """Mbit/s, 0: it does not shape all traffic."""
    if len(policy.classes) != 1 or policy.classes[0].name != "class-default":
        return 0
    words = policy.classes[0].action("shape", "average")
    return int(words[2]) // 1_000_000 if words is not None and len(words) > 2 and words[2].isdigit() else 0


def _applied(found: Found) -> dict[str, list[str]]:
    """Policy map → the interfaces that it is on, sorted."""
    out: dict[str, list[str]] = {}
    for name, one in sorted(found.extras.items(), key=_name):
        out.setdefault(one.policy, []).append(name)
    return out


def finish_remarks(found: Found) -> dict[str, Remark]:
    """Policy maps that set the DSCP of every packet but those of their other classes to 0."""
    parents: dict[str, list[str]] = {}
    for name, policy in found.policy_maps.items():
        for part in policy.classes:
            child = part.action("service-policy")
            if child is not None:
                parents.setdefault(child[-1], []).append(name)
    applied = _applied(found)
    remarks: dict[str, Remark] = {}
    for name, policy in found.policy_maps.items():
        if not _resets(policy):
            continue
        where = [one for parent in (name, *parents.get(name, ())) for one in applied.get(parent, ())]
        plain = name.removeprefix("QUEUE_")
        if name.startswith("MARK_") and f"QUEUE_{name[5:]}" not in found.policy_maps:
            plain = name[5:]
        remarks[plain] = _remark(found, plain, policy, tuple(sorted(set(where))))
        found.place("remarks", plain, policy.node.line)
    return remarks


def _resets(policy: PolicyMap) -> bool:
    last = policy.classes[-1] if policy.classes else None
    words = (last.action("set", "dscp") or last.action("set", "ip", "dscp")) if last is not None else None
    return last is not None and last.name == "class-default" and words is not None and dscp(words[-1]) == 0


def _remark(found: Found, name: str, policy: PolicyMap, interfaces: tuple[str, ...]) -> Remark:
    kept: list[int] = []
    priority: list[int] = []
    percent = 0
    for part in policy.classes[:-1]:
        values = _dscps(found, part)
        kept += values
        words = part.action("priority", "percent")
        if words is not None and len(words) > 2 and words[2].isdigit():
            priority, percent = priority + values, int(words[2])
        if part.action("set") is not None:
            found.reject(part.node, "a class that sets something else than 0 is not kept")
    return Remark(
        name, tuple(sorted(set(kept), reverse=True)), tuple(sorted(set(priority), reverse=True)), percent, interfaces
    )


def _dscps(found: Found, part: PolicyClass) -> list[int]:
    one = found.class_maps.get(part.name)
    if one is None or one.lists or one.unknown or not (one.match_any or one.matches == 1):
        found.reject(part.node, "a class that is not a choice of code points")
        return []
    return one.dscps


# MACsec

_CIPHERS: Final = {
    "gcm-aes-128": "GcmAes128",
    "gcm-aes-256": "GcmAes256",
    "gcm-aes-xpn-128": "GcmAesXpn128",
    "gcm-aes-xpn-256": "GcmAesXpn256",
}


def key_chain(found: Found, words: list[str], node: Node) -> None:
    """``key chain NAME macsec`` with ``key CKN`` and its ``key-string``; other key chains are not ours."""
    if len(words) != 4 or words[1] != "chain" or words[3] != "macsec":
        return
    keys = found.key_chains[words[2]] = []
    for child in node.children:
        line = child.text.split()
        if line[0] != "key" or len(line) != 2:
            if line[0] not in ("description", "exit"):
                found.reject(child, secret=True)
            continue
        value = None
        for inner in child.children:
            inner_words = inner.text.split()
            try:
                if inner_words[0] == "key-string":
                    value = secret(inner_words[1:])
                elif inner_words[0] not in ("cryptographic-algorithm", "lifetime", "exit"):
                    found.reject(inner, secret=True)
            except ValueError:
                found.reject(inner, secret=True)
        keys.append((line[1].lower(), value))


def mka_policy(found: Found, words: list[str], node: Node) -> None:
    """``mka policy NAME`` with its cipher suite; without one it is that of 128 bits."""
    if words[1:2] != ["policy"] or len(words) != 3:
        return
    found.mka_ciphers[words[2]] = _CIPHERS["gcm-aes-128"]
    for child in node.children:
        line = child.text.split()
        if line[0] == "macsec-cipher-suite" and len(line) > 1:
            found.mka_ciphers[words[2]] = ",".join(_CIPHERS.get(word, word) for word in line[1:])


def finish_macsec(found: Found) -> dict[str, Macsec]:
    """Ports that are encrypted, with the first key of their chain."""
    ports = {}
    for name, extras in found.extras.items():
        if not extras.macsec or not extras.key_chain:
            continue
        ckn, key = next(iter(found.key_chains.get(extras.key_chain, ())), ("", None))
        cipher = found.mka_ciphers.get(extras.mka_policy, "")
        ports[name] = Macsec(name, cipher, ckn, key, extras.sci, extras.must_secure)
        if extras.node is not None:
            found.place("macsec", name, extras.node.line)
    return ports
