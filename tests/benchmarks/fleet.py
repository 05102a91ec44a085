"""A made fleet: an inventory of any size, the same bytes every time.

Two shapes.  WIDE: every customer owns a pair of CEs (connect-to), and has one file with its routers and
its circuit.  DEEP: a provider's one pair of PEs carries every customer (connect-through), one file a
customer again.  One file a customer is how the README tells people to split an inventory.

Each customer has private and Microsoft peering, a session beside each of them, BFD, keys by reference and
several VNets.  IPsec tunnels carry the private peering, from both routers to both instances of a VPN gateway;
towards Microsoft each router translates to a pool of its own; the customer says which flows may pass, and who
may reach the routers themselves.  Nothing in it is wrong or worth a warning: the public addresses are those
of 11.0.0.0/8 and the AS numbers lie above those that are assigned, because documentation values would be
findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Address
from pathlib import Path
from typing import Final, Literal

Shape = Literal["wide", "deep"]

PORTS: Final[dict[str, str]] = {
    "cisco_xe": "TenGigabitEthernet0/1/{}",
    "juniper_junos": "xe-0/1/{}",
    "linux_frr": "eth{}",
}
"""How ports are called, by platform."""

GROUP: Final = 3000
"""Customers on one Azure port of a PE: S-tags are unique on a port only, and a few are reserved."""
FIRST_TAG: Final = 1006
FIRST_ASN: Final = 1_000_000
FIRST_PRIVATE_ASN: Final = 4_200_000_000
PUBLIC: Final = IPv4Address("11.0.0.0")
"""Every customer has a /24 of it: its /29 towards Microsoft, and the /28 that each router translates to."""


def write(root: Path, shape: Shape, customers: int, platform: str = "cisco_xe") -> None:
    """Put an inventory into a new folder."""
    folder = root / "customers"
    folder.mkdir(parents=True)
    port = PORTS[platform]
    (root / "inventory.yaml").write_text(_head(shape, customers, platform))
    for number in range(customers):
        text = _wide(number, platform, port) if shape == "wide" else _deep(number, port)
        (folder / f"{name_of(number)}.yaml").write_text(text)


def environment(customers: int) -> dict[str, str]:
    """The variables with the customers' keys."""
    keys = {f"KEY_{number:05}": f"bench{number:05}key" for number in range(customers)}
    for number in range(customers):
        for place in (1, 2):
            keys[f"PSK_{number:05}_{place}"] = sha256(f"{number} {place}".encode()).hexdigest()[:40]
    return keys


def routers(shape: Shape, customers: int) -> Iterator[str]:
    """The names of all routers of a fleet."""
    for number in range(customers if shape == "wide" else 1):
        base = f"{name_of(number)}-ce" if shape == "wide" else "pe"
        yield f"{base}1"
        yield f"{base}2"


def name_of(number: int) -> str:
    return f"c{number:05}"


def _head(shape: Shape, customers: int, platform: str) -> str:
    head = """\
meta:
  name: Made fleet
defaults:
  circuit: {tier: Premium, family: MeteredData, bandwidth_mbps: 50}
  peering: {registry: RIPENCC}
  ce: {timers: [30, 90]}
"""
    if shape == "wide":
        return head
    port = PORTS[platform]
    speeds = "".join(
        f"      {port.format(1 + group)}: {{speed_mbps: 400000}}\n" for group in range(-(-customers // GROUP))
    )
    pes = "".join(
        f"""\
  pe{number}:
    platform: {platform}
    provider: made
    azure_port: {port.format(1)}
    customer_port: {port.format(101)}
    interlink_port: {port.format(201)}
    management: {{prefixes: [10.255.0.0/24]}}
    ports:
{speeds}"""
        for number in (1, 2)
    )
    return f"""\
{head}providers:
  made: {{name: Made provider, asn: {FIRST_ASN}}}
routers:
{pes}pairs:
  frankfurt: {{routers: [pe1, pe2], location: Frankfurt}}
"""


def _wide(number: int, platform: str, port: str) -> str:
    name = name_of(number)
    return f"""\
# Customer {number:05}: its own routers, in Frankfurt
routers:
{_router(f"{name}-ce1", platform, port)}{_router(f"{name}-ce2", platform, port)}\
pairs:
  {name}:
    routers: [{name}-ce1, {name}-ce2]
    location: Frankfurt
customers:
  {name}:
    name: Customer {number:05}
    pair: {name}
    asn: {FIRST_ASN + number}
    onprem:
      - 10.8.0.0/14
      - 192.168.32.0/19
{_vnets(name)}\
    sessions:
      core:
        asn: 64512
        vlan: 20
        v4: 192.168.254.0/29
        md5: env:KEY_{number:05}
      dmz:
        asn: 64512
        domain: microsoft
        vlan: 30
        v4: 192.168.253.0/29
        accept: [10.8.0.0/14]
{_flows()}\
    circuits:
{_circuit(number, 45, 310, "")}"""


def _router(name: str, platform: str, port: str) -> str:
    return f"""\
  {name}:
    platform: {platform}
    azure_port: {port.format(1)}
    customer_port: {port.format(2)}
    interlink_port: {port.format(3)}
    management: {{prefixes: [10.255.0.0/24]}}
    ports:
      {port.format(1)}:
        speed_mbps: 10000
        description: Azure ExpressRoute exchange
"""


def _deep(number: int, port: str) -> str:
    group, place = divmod(number, GROUP)
    name, tag = name_of(number), FIRST_TAG + place
    here = port.format(1 + group)
    links = f"""\
        links:
          primary: {{router: pe1, port: {here}}}
          secondary: {{router: pe2, port: {here}}}
"""
    return f"""\
# Customer {number:05}, on the PEs in Frankfurt
customers:
  {name}:
    name: Customer {number:05}
    onprem:
      - 10.8.0.0/14
      - 192.168.32.0/19
{_vnets(name)}\
    sessions:
      ce:
        asn: {FIRST_PRIVATE_ASN + number}
        s_tag: {tag}
        vlan: 20
        port: {port.format(101 + group)}
        v4: 192.168.254.0/29
        md5: env:KEY_{number:05}
      dmz:
        asn: {FIRST_PRIVATE_ASN + number}
        domain: microsoft
        s_tag: {tag}
        vlan: 30
        port: {port.format(101 + group)}
        v4: 192.168.253.0/29
        accept: [10.8.0.0/14]
{_flows()}\
    circuits:
{_circuit(number, tag, 310 + group, links)}"""


def _vnets(name: str) -> str:
    return f"""\
    vnets:
      - name: {name}-hub
        prefixes: [10.128.0.0/16]
        region: West Europe
        gateways:
          - kind: vpn
            name: {name}-vpn
            sku: VpnGw2AZ
            subnet: 10.128.255.0/27
            addresses: [10.128.255.4, 10.128.255.5]
            bgp: [169.254.21.2, 169.254.22.2]
      - name: {name}-office
        prefixes: [10.129.0.0/16, 10.130.0.0/17]
        region: North Europe
"""


def _flows() -> str:
    """What may pass; the rest is dropped."""
    return """\
    networks:
      hosts: [10.8.0.0/14]
      servers: [10.8.16.0/20]
    flows:
      - {from: onprem, to: vnets, services: [https, ssh, dns]}
      - {from: vnets, to: servers, services: [mssql, ping]}
      - {from: hosts, to: microsoft, services: [https]}
"""


def _circuit(number: int, tag: int, vlan: int, links: str) -> str:
    public = PUBLIC + number * 256
    return f"""\
      {name_of(number)}-fra:
        service_key: 00000000-0000-4000-8000-{number:012}
        bandwidth_mbps: 50
        s_tag: {tag}
{links}\
        peerings:
          private:
            azure_vlan: {vlan}
            v4: 172.16.255.240/29
            md5: env:KEY_{number:05}
            ipsec:
              source: {{primary: 172.20.1.1, secondary: 172.20.1.2}}
              key: {{primary: "env:PSK_{number:05}_1", secondary: "env:PSK_{number:05}_2"}}
              path_mtu: 1400
          microsoft:
            azure_vlan: {vlan + 10}
            v4: {public}/29
            md5: env:KEY_{number:05}
            bfd: true
            bfd_confirmed: true
            advertised_public_prefixes: [{public + 64}/28, {public + 80}/28]
            different_announcements: Each router announces the pool that it translates to
            nat:
              design: per_router
              inside: [10.8.0.0/14]
              pool: {{primary: {public + 64}/28, secondary: {public + 80}/28}}
            route_filter: [West Europe, North Europe, Azure Resource Manager]
"""
