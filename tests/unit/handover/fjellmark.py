"""Fjellmark Mutual: IPsec inside private peering, to both instances of a VPN gateway (domain rules G.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FJELLMARK: Final = """
meta: {name: Fjellmark Mutual}
routers:
  r1: &router
    platform: cisco_xe
    azure_port: TenGigabitEthernet0/0/0
    customer_port: GigabitEthernet0/0/1
    interlink_port: GigabitEthernet0/0/2
  r2: *router
pairs:
  oslo: {routers: [r1, r2], location: Oslo}
customers:
  fjellmark:
    name: Fjellmark Mutual
    asn: 64610
    vrf: CORP
    onprem: [10.20.0.0/16]
    vnets:
      - name: hub
        prefixes: [10.60.0.0/16]
        region: Norway East
        gateways:
          - {kind: expressroute, name: er-hub, sku: ErGw1AZ, subnet: 10.60.255.0/27}
          - kind: vpn
            name: vpn-hub
            sku: VpnGw2AZ
            subnet: 10.60.255.0/27
            addresses: [10.60.255.14, 10.60.255.15]
            bgp: [169.254.21.2, 169.254.22.2]
            transport: private
    sessions:
      core: {asn: 64620, vlan: 20, v4: 192.168.20.0/29}
    circuits:
      fjellmark-osl:
        service_key: 55555555-5555-4555-8555-555555555555
        bandwidth_mbps: 1000
        s_tag: 77
        peerings:
          private:
            azure_vlan: 410
            v4: 172.19.254.0/29
            md5: file:secrets/link
            vrf: TRANSPORT
            ipsec:
              source: {primary: 172.20.0.1, secondary: 172.20.0.2}
              key: {primary: "file:secrets/r1", secondary: "file:secrets/r2"}
"""

SECRETS: Final = {"link": "FjellPriv1", "r1": "Lab.Only_7qT4mXz2Rk9s", "r2": "Lab.Only_Wb3eHn8uYc5d"}


def write(folder: Path, text: str = FJELLMARK) -> Path:
    """The inventory as files; its path."""
    (folder / "secrets").mkdir(parents=True)
    (folder / "fjellmark.yaml").write_text(text)
    for name, key in SECRETS.items():
        (folder / "secrets" / name).write_text(f"{key}\n")
    return folder
