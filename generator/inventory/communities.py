"""The BGP communities of Microsoft's routes (domain rules A.10), by service and region name.

Every Microsoft route carries ``12076:XXXXX``.  A regional code is ``5PNNN``: ``P`` says what the route
is for (0 private peering, 1 Microsoft peering, 2 Storage, 3 SQL, 4 Cosmos DB, 5 Backup), ``NNN`` the
region.  Regions that Azure added since are put into the inventory under ``communities:``; their values
are printed by ``Get-AzBgpServiceCommunity``.
"""

from __future__ import annotations

from typing import Final

import msgspec

REGIONS: Final[dict[str, tuple[str, str]]] = {
    "West Europe": ("002", "Europe"),
    "North Europe": ("003", "Europe"),
    "East US": ("004", "North America"),
    "East US 2": ("005", "North America"),
    "West US": ("006", "North America"),
    "North Central US": ("007", "North America"),
    "South Central US": ("008", "North America"),
    "Central US": ("009", "North America"),
    "East Asia": ("010", "Asia Pacific"),
    "Southeast Asia": ("011", "Asia Pacific"),
    "Japan East": ("012", "Japan"),
    "Japan West": ("013", "Japan"),
    "Brazil South": ("014", "South America"),
    "Australia East": ("015", "Australia"),
    "Australia Southeast": ("016", "Australia"),
    "India Central": ("017", "India"),
    "India West": ("018", "India"),
    "India South": ("019", "India"),
    "Canada Central": ("020", "North America"),
    "Canada East": ("021", "North America"),
    "UK South": ("024", "Europe"),
    "UK West": ("025", "Europe"),
    "West US 2": ("026", "North America"),
    "West Central US": ("027", "North America"),
    "Korea South": ("028", "South Korea"),
    "Korea Central": ("029", "South Korea"),
    "France Central": ("030", "Europe"),
    "France South": ("031", "Europe"),
    "Australia Central": ("032", "Australia"),
    "Australia Central 2": ("033", "Australia"),
    "South Africa North": ("034", "Africa"),
    "South Africa West": ("035", "Africa"),
    "UAE North": ("036", "Middle East"),
    "UAE Central": ("037", "Middle East"),
    "Switzerland North": ("038", "Europe"),
    "Switzerland West": ("039", "Europe"),
    "Germany North": ("040", "Europe"),
    "Germany West Central": ("041", "Europe"),
    "Norway East": ("042", "Europe"),
    "Norway West": ("043", "Europe"),
    "West US 3": ("044", "North America"),
    "New Zealand North": ("059", "Australia"),
}
"""Region → its ``NNN`` and the geopolitical region that Standard circuits stay in (ER-CKT-13)."""

KINDS: Final[dict[str, str]] = {
    "": "1",
    "Storage": "2",
    "SQL": "3",
    "Cosmos DB": "4",
    "Backup": "5",
}
"""``P`` by the word that may precede a region: ``Storage West Europe`` is 12076:52002."""

SERVICES: Final[dict[str, str]] = {
    "Exchange Online": "12076:5010",
    "SharePoint Online": "12076:5020",
    "Skype for Business Online and Teams": "12076:5030",
    "CRM Online": "12076:5040",
    "Azure Global Services": "12076:5050",
    "Microsoft Entra ID": "12076:5060",
    "Azure Resource Manager": "12076:5070",
    "Other Office 365 Online": "12076:5100",
    "Defender for Identity": "12076:5220",
    "Microsoft PSTN services": "12076:5250",
}

NATIONAL: Final[dict[str, str]] = {
    "US Gov Virginia": "12076:51105",
    "US Gov Arizona": "12076:51106",
    "US Gov Texas": "12076:51108",
    "US Gov Iowa": "12076:51109",
    "US DoD East": "12076:51205",
    "US DoD Central": "12076:51209",
    "US Gov Exchange": "12076:5110",
    "US Gov SharePoint": "12076:5120",
    "US Gov Skype": "12076:5130",
    "US Gov Entra ID": "12076:5160",
    "US Gov Other Office 365": "12076:5200",
    "China North": "12076:51301",
    "China East": "12076:51302",
    "China East 2": "12076:51303",
    "China North 2": "12076:51304",
    "China North 3": "12076:51305",
}
"""The US Government and China clouds."""

OFFICE_365: Final = frozenset(
    {"12076:5010", "12076:5020", "12076:5030", "12076:5100", "12076:5110", "12076:5120", "12076:5130", "12076:5200"}
)
"""Need Microsoft's authorisation before they can be in a route filter (ER-RF-04)."""

STALE: Final[dict[str, str]] = {"12076:51022": "12076:51026", "12076:51023": "12076:51027"}
"""Values of 2016 for West US 2 and West Central US → the ones in use since (CONF-06, ER-COMM-02)."""


class Community(msgspec.Struct, frozen=True):
    """A value of the table, and what it stands for."""

    value: str
    name: str
    region: str = ""
    area: str = ""
    """Geopolitical region, where the community is regional."""


def _table() -> dict[str, Community]:
    table: dict[str, Community] = {}
    for region, (number, area) in REGIONS.items():
        for kind, digit in KINDS.items():
            name = f"{kind} {region}".strip()
            table[name.lower()] = Community(f"12076:5{digit}{number}", name, region, area)
    for name, value in (*SERVICES.items(), *NATIONAL.items()):
        table[name.lower()] = Community(value, name)
    return table


BY_NAME: Final = _table()
BY_VALUE: Final = {community.value: community for community in BY_NAME.values()}


def regional_value(region: str, *, private: bool = False) -> str | None:
    """The value that marks routes of ``region``, None if the table does not have it.

    On private peering (``50NNN``) it appears only where the VNet has a custom community (ER-COMM-03).
    """
    entry = REGIONS.get(region)
    return None if entry is None else f"12076:5{'0' if private else '1'}{entry[0]}"


def is_value(text: str) -> bool:
    """Whether a text has the form ``aa:nn`` with both parts in 0..65535."""
    left, colon, right = text.partition(":")
    return bool(colon) and left.isdigit() and right.isdigit() and int(left) <= 65535 and int(right) <= 65535
