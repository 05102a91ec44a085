"""The faults in published samples (domain rules D.2), each typed into a config of ours that somebody else might have written.

`ELSEWHERE` says of each of the others where it is found, or why there is nothing to find.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audited import Case, audited
from tests.test_audit_rules import MS, NAT, SRX, normally, on_srx

FAULTS = {
    "E01 address and mask glued": ("cisco_xe", Case("PAIR-001", "glued together", ((" ip address {own} 255", " ip address {own}255"),))),
    "E02 second-dot1q misspelt": ("cisco_xe", Case("PAIR-001", "the keyword is second-dot1q", (("second-dot1q", "seconddot1q"),))),
    "E03 BFD before the encapsulation": ("cisco_xe", Case("PAIR-001", "ahead of the encapsulation", ((" encapsulation dot1Q 20", " bfd interval 300 min_rx 300 multiplier 3\n encapsulation dot1Q 20"),))),
    "E04 inbound filter only": ("cisco_xe", Case("AUD-004", "has no outbound filter", (("  neighbor {peer} route-map TO-AZ out\n", ""),))),
    "E05 tagging on the list of interfaces": ("juniper_junos", Case("PAIR-001", "belongs on the physical port", (("interfaces {{\n    xe", "interfaces {{\n    flexible-vlan-tagging;\n    xe"),))),
    "E06 route-filter outside of the match": ("juniper_junos", Case("PAIR-001", "condition outside of from", (("from {{ protocol static; prefix-list OURS; }}", "from protocol ospf; route-filter 10.8.0.0/16; exact;"),))),
    "E07 last term without reject": ("juniper_junos", Case("AUD-004", "accepts what no step decides", (("            then {{ local-preference 150; accept; }}\n        }}\n        term rest {{ then reject; }}\n", "            then {{ local-preference 150; accept; }}\n        }}\n"),))),
    "E08 surplus brace": ("juniper_junos", Case("PAIR-001", "broken here", (("policy-options {{", "}}\npolicy-options {{"),))),
    "E08 missing semicolon": ("juniper_junos", Case("PAIR-001", "", (("hold-time 180;", "hold-time 180"),))),
    "E10 preference on one router": ("cisco_xe", Case("AUD-008", "local preference", (("local-preference 150", "local-preference 300"),))),
    "E10 for all routes": ("cisco_xe", Case("AUD-035", "permit 10.60.0.0/16 of lengths 16 to 24 on edge2 only", ((" match ip address prefix-list VNETS\n match as-path 5\n", ""),))),
    "E13 any to any": ("juniper_junos", on_srx("AUD-026", "permits everything", ("application junos-https", "application any"))),
    "E14 only /32 of the pool": ("juniper_junos", on_srx("AUD-028", "pool 203.0.113.8/29 is not announced", *MS, ("    policies {{\n", NAT + "    policies {{\n"), ("prefix-list OURS; }}", "route-filter 203.0.113.8/29 prefix-length-range /32-/32; }}"))),
    "E15 everybody is translated": ("juniper_junos", on_srx("AUD-028", "translation R is for every source", *MS, ("    policies {{\n", NAT.replace("10.8.9.0/24", "0.0.0.0/0") + "    policies {{\n"))),
    "E16 3DES and group 2": ("cisco_xe", Case("AUD-020", "Diffie-Hellman group 2 is weak", ((" encryption aes-gcm-256\n prf sha384\n group 20", " encryption 3des\n integrity sha1\n group 2"),))),
    "E16 no PFS": ("cisco_xe", Case("AUD-020", "without PFS", ((" set pfs group20\n", ""),))),
    "E17 a list that is not there": ("cisco_xe", Case("AUD-005", "AS path list 10", (("  neighbor {peer} activate", "  neighbor {peer} filter-list 10 out\n  neighbor {peer} activate"),))),
    "E17 on one neighbour only": ("cisco_xe", Case("AUD-035", "filter-list is on one of them only", (("  neighbor {peer} activate", "  neighbor {peer} filter-list 6 out\n  neighbor {peer} activate"),))),
    "E19 group 24": ("cisco_xe", Case("AUD-020", "Diffie-Hellman group 24 is weak", ((" group 20", " group 24"),))),
    "E20 AS 64499": ("linux_frr", Case("AUD-010", "a number for documents", (("router bgp 65010", "router bgp 64499"),), True)),
    "E20 AS 65540": ("linux_frr", Case("AUD-010", "a number for documents", (("router bgp 65010", "router bgp 65540"),), True)),
    "E21 no filter on Microsoft peering": ("cisco_xe", Case("AUD-004", "has no outbound filter", (*MS, ("  neighbor {peer} route-map TO-AZ out\n", "")))),
    "E21 one group for both peerings": ("juniper_junos", Case("AUD-004", "which is another kind of peering", (("neighbor {peer};", "neighbor {peer}; neighbor 203.0.113.2 {{ description \"circuit A Microsoft\"; }}"),))),
    "E25 no filters at all": ("cisco_xe", Case("AUD-004", "has no inbound and no outbound filter", (("  neighbor {peer} route-map FROM-AZ in\n  neighbor {peer} route-map TO-AZ out\n", ""),))),
    "E25 tags that differ": ("cisco_xe", Case("AUD-035", "the customer's tag is 200 and 210", (("second-dot1q 200", "second-dot1q 210"),))),
}  # fmt: skip

ELSEWHERE = {
    "E09": "another cipher than Azure's: an inventory says which; test_audit_with_inventory, and verify",
    "E11": "an ASA sample: there is no such platform",
    "E12": "an ASA sample: there is no such platform",
    "E18": "another address of the peer: AUD-002 with an inventory, test_audit_with_inventory; PAIR-003 in verify",
    "E22": "an IPv6 prefix that is not what its writer took it for: INV-017, test_faults_of_published_samples",
    "E23": "a /29 that was split as text: INV-012 and PAIR-003, test_faults_of_published_samples",
    "E24": "a title of the other router: PAIR-048 in verify, test_faults_of_published_samples",
}


def test_every_fault_of_the_list_is_here_or_named() -> None:
    assert {name.split(" ")[0] for name in FAULTS} | ELSEWHERE.keys() == {f"E{number:02d}" for number in range(1, 26)}
    assert not {name.split(" ")[0] for name in FAULTS} & ELSEWHERE.keys()


@pytest.mark.parametrize("name", FAULTS)
def test_the_auditor_finds_it(name: str, tmp_path: Path) -> None:
    platform, case = FAULTS[name]
    found = [f"{one.rule} {one.message}" for one in audited(platform, tmp_path / "in", case)]
    new = [line for line in found if line not in normally(platform)]
    assert [line for line in new if line.startswith(case.rule) and case.part in line], sorted(new)


def test_the_text_of_a_firewall_has_none_of_them(tmp_path: Path) -> None:
    said = [one.rule for one in audited("juniper_junos", tmp_path / "in", Case("", "", SRX, both=True))]
    assert {one for one in said if one[:3] in ("AUD", "PAI")} <= {"AUD-032"}
