"""The Microsoft edge behaves as Azure does: our rendered config meets it, and a bad one is caught by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.lab.edge import AS_AZURE, Behaviour
from generator.lab.model import End, Interface, Link
from tests.inventories import MICROSOFT, PRIVATE, microsoft, with_values
from tests.unit.lab.bench import (
    LINUX,
    Bench,
    azure,
    edge_site,
    flat,
    lab_intent,
    needs_devices,
    our_router,
    rendered,
    router_ports,
)

pytestmark = [needs_devices, pytest.mark.slow]

DUAL = with_values(
    LINUX,
    {
        f"{PRIVATE}.v6": "fd12:76::/125",
        "customers.alpha.onprem": ["10.0.0.0/16", "fd00:a::/48"],
        "customers.alpha.vnets": [
            {"prefixes": ["10.100.0.0/16", "fd00:b::/48"], "region": "West Europe", "custom_community": "12076:20010"}
        ],
    },
)
"""Private peering with both families."""
PUBLIC = with_values(
    LINUX, {MICROSOFT: microsoft(route_filter=["West Europe", "Microsoft Entra ID"], bfd=True, bfd_confirmed=True)}
)
"""Private and Microsoft peering."""
Change = Callable[[str], str]


@contextmanager
def met(
    folder: Path,
    inventory: str,
    change: Change = lambda text: text,
    behaviour: Behaviour = AS_AZURE,
    onprem: tuple[str, ...] = ("10.0.0.0/16",),
) -> Iterator[Bench]:
    """Our router ``pe1``, with the rendered config or a changed one, and the edge that Azure would have there."""
    intent = lab_intent(inventory)
    site = edge_site(intent.customers[0].circuits[0])
    devices, links = azure(site, behaviour)
    ports, ours = router_ports(site, intent)
    home = Interface(
        name="home0",
        addresses=tuple(
            f"{one.split('/')[0]}1/{one.split('/')[1]}"
            if ":" in one
            else f"{one.split('/')[0].rsplit('.', 1)[0]}.1/{one.split('/')[1]}"
            for one in onprem
        ),
    )
    router = our_router(
        "pe1", change(flat(rendered(intent, "pe1")) + originated(onprem)), (*ports, home, Interface(name="home1"))
    )
    with Bench(
        folder, router, *devices, links=(*links, *ours, Link(End("pe1", "home0"), End("pe1", "home1")))
    ) as bench:
        yield bench


def originated(prefixes: tuple[str, ...]) -> str:
    """What the customer's own router would bring, which this bench has not: the prefixes at home come from here."""
    out = "router bgp 64600\n"
    for family, kind in ((4, "ipv4"), (6, "ipv6")):
        mine = [one for one in prefixes if (":" in one) == (family == 6)]
        out += (
            f" address-family {kind} unicast\n"
            + "".join(f"  network {one}\n" for one in mine)
            + " exit-address-family\n"
        )
    return out + "exit\n"


def established(bench: Bench, name: str) -> bool:
    return f"{name} " in bench.bird("edge", "show", "protocols", name) and "Established" in bench.bird(
        "edge", "show", "protocols", name
    )


def heard(bench: Bench, family: int = 4) -> dict[str, Any]:
    """Routes that our router has from the edge: prefix → first path."""
    kind = "ipv4" if family == 4 else "ipv6"
    return {
        prefix: paths[0]
        for prefix, paths in bench.vtysh("pe1", f"show bgp {kind} unicast")["routes"].items()
        if paths[0].get("path", "").startswith("12076")
    }


def taken(bench: Bench, name: str) -> set[str]:
    return _prefixes(bench.bird("edge", "show", "route", "protocol", name))


def refused(bench: Bench, name: str) -> set[str]:
    return _prefixes(bench.bird("edge", "show", "route", "filtered", "protocol", name))


def _prefixes(text: str) -> set[str]:
    return {line.split()[0] for line in text.splitlines() if "/" in line.split(" ")[0]}


def test_private_peering_with_both_families(tmp_path: Path) -> None:
    """MD5, BFD, exactly our prefixes there and exactly the VNet's here, with their communities and without the gateway's AS."""
    with met(tmp_path, DUAL, onprem=("10.0.0.0/16", "fd00:a::/48")) as bench:
        bench.until(lambda: established(bench, "private4"), "the IPv4 session")
        bench.until(lambda: established(bench, "private6"), "the IPv6 session")
        bench.until(lambda: taken(bench, "private4") == {"10.0.0.0/16"}, "our IPv4 prefix")
        bench.until(lambda: taken(bench, "private6") == {"fd00:a::/48"}, "our IPv6 prefix")
        bench.until(lambda: set(heard(bench)) == {"10.100.0.0/16"}, "the VNet's IPv4 prefix")
        bench.until(lambda: set(heard(bench, 6)) == {"fd00:b::/48"}, "the VNet's IPv6 prefix")
        assert heard(bench)["10.100.0.0/16"]["path"] == "12076"
        detail = bench.vtysh("pe1", "show bgp ipv4 unicast 10.100.0.0/16")
        assert detail["paths"][0]["community"]["list"] == ["12076:20010", "12076:50002"]
        bench.until(lambda: {one["status"] for one in bench.vtysh("pe1", "show bfd peers")} == {"up"}, "BFD")
        timers = {(one["receive-interval"], one["detect-multiplier"]) for one in bench.vtysh("pe1", "show bfd peers")}
        assert timers == {(300, 3)}
