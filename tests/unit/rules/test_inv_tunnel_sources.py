"""INV-085: which routers can have two customers' tunnels come from one address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.inventories import BASE, found_by

GATEWAY: dict[str, Any] = {
    "kind": "vpn",
    "name": "hub",
    "sku": "VpnGw2AZ",
    "subnet": "10.100.255.0/27",
    "addresses": ["10.100.255.14", "10.100.255.15"],
    "bgp": ["169.254.21.2", "169.254.22.2"],
}
PORTS = {"cisco_xe": "TenGigabitEthernet0/1/0", "linux_frr": "eth1"}


def two_customers(platform: str, second: str) -> dict[str, Any]:
    """Alpha's tunnels come from 172.20.1.1, those of bravo from ``second`` on the first router."""

    def customer(tag: int, vlan: int, key: str, first: str) -> dict[str, Any]:
        ipsec = {"source": {"primary": first, "secondary": f"172.20.{tag}.2"}, "key": f"env:{key}"}
        peering = {"azure_vlan": 100, "v4": f"172.31.{tag}.0/29", "ipsec": ipsec}
        return {
            "ce": {"asn": 64701, "vlan": vlan, "v4": "192.168.255.0/29"},
            "onprem": ["10.0.0.0/16"],
            "vnets": [{"prefixes": ["10.100.0.0/16"], "gateways": [GATEWAY]}],
            "circuits": {
                f"c{tag}": {
                    "service_key": f"{tag:08}-1111-4111-8111-111111111111",
                    "bandwidth_mbps": 200,
                    "s_tag": tag,
                    "peerings": {"private": peering},
                }
            },
        }

    router = {"platform": platform, "provider": "northlake", "azure_port": PORTS[platform], "customer_port": "eth2"}
    return {
        "routers": {"pe1": router, "pe2": router},
        "customers": {
            "alpha": customer(101, 701, "ONE", "172.20.1.1"),
            "bravo": customer(102, 702, "TWO", second),
        },
    }


def test_one_daemon_for_all_vrfs_needs_different_sources() -> None:
    path = "customers.bravo.circuits.c102.peerings.private.ipsec.source.primary"
    assert found_by("INV-085", two_customers("linux_frr", "172.20.1.1"), BASE) == [
        (
            "error",
            path,
            "source 172.20.1.1 of the ipsec of the private peering of circuit c102 is that of VRF ALPHA-FRONT too "
            "on router pe1, Linux with FRRouting needs one for each VRF",
        )
    ]


@pytest.mark.parametrize(("platform", "second"), [("linux_frr", "172.20.2.1"), ("cisco_xe", "172.20.1.1")])
def test_other_sources_or_another_platform(platform: str, second: str) -> None:
    assert found_by("INV-085", two_customers(platform, second), BASE) == []
