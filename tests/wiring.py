"""Small routers whose neighbours share policies, and policies that share lists, as text of each platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from generator.change.meaning_objects import object_diffs
from generator.platforms import load
from tests.changes.make import plan_of
from tests.changing import Proof, comparable, meaning, proven


class Use(NamedTuple):
    """What a policy demands of a route: the names of lists; empty: nothing of that kind."""

    prefixes: str
    path: str = ""
    value: int = 100
    """The local preference that it sets."""


class Wiring(NamedTuple):
    """One end of a change."""

    lists: Mapping[str, tuple[str, ...]]
    """Prefix list → prefixes."""
    policies: Mapping[str, Use]
    neighbors: Mapping[int, str]
    """Number of a link → the policy on what comes in from its edge of Microsoft's."""
    paths: Mapping[str, str] = {"401": "^12076_"}
    """AS path list → its expression."""


FILES = {"cisco_xe": "running.cfg", "juniper_junos": "junos.conf", "linux_frr": "frr.conf"}


def text(platform: str, one: Wiring) -> str:
    return {"cisco_xe": _xe, "juniper_junos": _junos, "linux_frr": _frr}[platform](one)


def change(platform: str, old: Wiring, new: Wiring) -> Proof:
    """The change with its proof."""
    file = FILES[platform]
    running, intended = {file: text(platform, old)}, {file: text(platform, new)}
    return proven(plan_of(platform), running, intended, before=running)


def arrives(platform: str, new: Wiring, proof: Proof) -> bool:
    """Whether the commands end in the intended meaning, and the way back in the running config."""
    wanted = meaning(load(platform), {FILES[platform]: text(platform, new)})
    return not list(object_diffs(comparable(proof.end, wanted), comparable(wanted, wanted))) and proof.comes_back()


def _xe(one: Wiring) -> str:
    lines = ["hostname r1"]
    for link in one.neighbors:
        lines += [f"interface TenGigabitEthernet0/1/0.{link}", f" encapsulation dot1Q {link}", f" ip address 172.31.{link}.1 255.255.255.252"]  # fmt: skip
    lines += [f"ip as-path access-list {name} permit {expression}" for name, expression in one.paths.items()]
    lines += [*_prefix_lists(one), "ip prefix-list OUT seq 5 permit 10.0.0.0/16"]
    for name, use in one.policies.items():
        lines += [f"route-map {name} permit 10", f" match ip address prefix-list {use.prefixes}"]
        lines += [f" match as-path {use.path}"] if use.path else []
        lines += [f" set local-preference {use.value}", f"route-map {name} deny 65535"]
    lines += ["route-map OUT permit 10", " match ip address prefix-list OUT", "route-map OUT deny 65535"]
    lines += ["router bgp 64600", " no bgp default ipv4-unicast"]
    lines += [f" neighbor 172.31.{link}.2 remote-as 12076" for link in one.neighbors]
    lines.append(" address-family ipv4")
    for link, policy in one.neighbors.items():
        lines += [f"  neighbor 172.31.{link}.2 {word}" for word in ("activate", f"route-map {policy} in", "route-map OUT out")]  # fmt: skip
    return "\n".join([*lines, " exit-address-family", "end", ""])


def _prefix_lists(one: Wiring) -> list[str]:
    return [
        f"ip prefix-list {name} seq {number * 5} permit {prefix}"
        for name, prefixes in one.lists.items()
        for number, prefix in enumerate(prefixes, 1)
    ]


def _frr(one: Wiring) -> str:
    lines = ["hostname r1", "router bgp 64600", " no bgp default ipv4-unicast"]
    for link in one.neighbors:
        lines += [f" neighbor 172.31.{link}.2 remote-as 12076", f" neighbor 172.31.{link}.2 ebgp-multihop 2"]
    lines.append(" address-family ipv4 unicast")
    for link, policy in one.neighbors.items():
        lines += [f"  neighbor 172.31.{link}.2 {word}" for word in (f"route-map {policy} in", "route-map OUT out", "activate")]  # fmt: skip
    lines += [" exit-address-family", "exit"]
    lines += [f"bgp as-path access-list {name} seq 5 permit {expression}" for name, expression in one.paths.items()]
    lines += [*_prefix_lists(one), "ip prefix-list OUT seq 5 permit 10.0.0.0/16"]
    for name, use in one.policies.items():
        lines += [f"route-map {name} permit 10", f" match ip address prefix-list {use.prefixes}"]
        lines += [f" match as-path {use.path}"] if use.path else []
        lines += [f" set local-preference {use.value}", "exit", f"route-map {name} deny 65535", "exit"]
    return "\n".join([*lines, "route-map OUT permit 10", " match ip address prefix-list OUT", "exit", "route-map OUT deny 65535", "exit", ""])  # fmt: skip


def _junos(one: Wiring) -> str:
    units = "".join(f"unit {link} {{ vlan-id {link}; family inet {{ address 172.31.{link}.1/30; }} }}\n" for link in one.neighbors)  # fmt: skip
    lists = "".join(
        f"route-filter-list {name} {{ {' '.join(f'{prefix} exact;' for prefix in prefixes)} }}\n"
        for name, prefixes in {**one.lists, "OUT": ("10.0.0.0/16",)}.items()
    )
    lists += "".join(f'as-path P{name} "12076 .*";\n' for name in one.paths)
    policies = "".join(
        f"policy-statement {name} {{ term 10 {{ from {{ route-filter-list {use.prefixes};"
        f"{f' as-path P{use.path};' if use.path else ''} }} then {{ local-preference {use.value}; accept; }} }}"
        " term 65535 { then reject; } }\n"
        for name, use in {**one.policies, "OUT": Use("OUT")}.items()
    )
    edges = "".join(f"neighbor 172.31.{link}.2 {{ import {policy}; export OUT; peer-as 12076; }}\n" for link, policy in one.neighbors.items())  # fmt: skip
    bound = "".join(f"interface xe-0/0/0.{link};\n" for link in one.neighbors)
    return (
        f"system {{ host-name r1; }}\ninterfaces {{ xe-0/0/0 {{ vlan-tagging;\n{units}}} }}\n"
        f"policy-options {{\n{lists}{policies}}}\nrouting-options {{ autonomous-system 64600; }}\n"
        f"routing-instances {{ AZURE {{ instance-type virtual-router;\n{bound}"
        f"protocols {{ bgp {{ group AZ {{ type external;\n{edges}}} }} }} }} }}\n"
    )
