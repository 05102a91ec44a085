"""A few findings and a run, as reports get them.  The story: northlake's charlie has one tag on both peerings."""

from __future__ import annotations

from dataclasses import dataclass

from generator.model.finding import Finding, Location, Related, Severity
from generator.model.secret import Secret

FILE = "inventories/northlake/customers/charlie.yaml"

VLAN = Finding(
    rule="INV-021",
    severity=Severity.ERROR,
    message="azure_vlan 100 is already used by another peering of circuit charlie-ams",
    path=("circuits", "charlie-ams", "peerings", "microsoft", "azure_vlan"),
    where=Location(FILE, 14, 21, 3, "        azure_vlan: 100"),
    fix="give each peering of a circuit its own VLAN id, the one entered in Azure",
    related=(
        Related(("circuits", "charlie-ams", "peerings", "private", "azure_vlan"), Location(FILE, 9, 21, 3)),
        Related(("circuits", "charlie-ams", "handoff"), None, "which is why it matters"),
    ),
)

NO_PLACE = Finding(
    rule="PAIR-013",
    severity=Severity.WARNING,
    message="the best path does not move while Microsoft maintains the primary link",
    device="pe1",
)

KEY = Finding(
    rule="INV-068",
    severity=Severity.WARNING,
    message=f"the key {Secret('hunter2', 'env:KEY')} stands in clear text",
    path=("circuits", "charlie-ams", "md5"),
    where=Location(FILE, 7, 3, 4, "  md5: ••••"),
)

ACCEPTED = Finding(
    rule="INV-034",
    severity=Severity.ERROR,
    message="hold time 9 s is below the lowest accepted one, 10 s",
    path=("routers", "pe1", "hold"),
    where=Location("inventories/northlake/routers.yaml", 3, 9, 1, "  hold: 9"),
    fix="use BFD instead",
    acknowledged="lab link, agreed with the customer",
)

NOTE = Finding(
    rule="INV-070",
    severity=Severity.INFO,
    message="nothing is read from the empty file",
    where=Location("inventories/northlake/empty.yaml"),
)


@dataclass(frozen=True)
class Tier:
    name: str
    ran: bool
    detail: str = ""


@dataclass(frozen=True)
class Device:
    device: str
    platform: str = "cisco_xe"
    role: str = "pe"
    sessions: int = 6
    files: int = 1
    lines: int = 1234
    written: int = 1
    unchanged: int = 0
    errors: int = 0
    warnings: int = 0


@dataclass(frozen=True)
class Run:
    findings: tuple[Finding, ...] = ()
    tiers: tuple[Tier, ...] = ()
    devices: tuple[Device, ...] = ()
    customers: int = 3
    circuits: int = 4
    stopped: str = ""


TIERS = (
    Tier("schema", True),
    Tier("rules", True, "71"),
    Tier("vtysh -C", False, "not run: vtysh is not installed (Debian package frr)"),
)

RUN = Run(
    (VLAN, NO_PLACE, ACCEPTED),
    TIERS,
    (Device("pe1", errors=1), Device("pe2", "linux_frr", written=0, unchanged=2, files=2)),
)
