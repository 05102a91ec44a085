"""The Microsoft edge behaves as Azure does: our rendered config meets it, and a bad one is caught by it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from generator.lab.edge import AS_AZURE, Behaviour
from generator.lab.edge.maintenance import drain
from generator.lab.model import End, Interface, Link
from generator.lab.proofs.birds import bfd_rows
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
    LINUX,
    {MICROSOFT: microsoft(asn=None, route_filter=["West Europe", "Microsoft Entra ID"], bfd=True, bfd_confirmed=True)},
)
"""Private and Microsoft peering."""
BLACK_HOLE = """
table netdev hole {
    chain in { type filter hook ingress device "az-private" priority 0; policy drop; }
    chain out { type filter hook egress device "az-private" priority 0; policy drop; }
}
"""
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
    return _prefixes(bench.bird("edge", "show", "route", "protocol", name, "table", "all"))


def refused(bench: Bench, name: str) -> set[str]:
    return _prefixes(bench.bird("edge", "show", "route", "filtered", "protocol", name, "table", "all"))


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


def test_a_key_that_is_not_the_one_in_azure_brings_no_session(tmp_path: Path) -> None:
    def other_key(text: str) -> str:
        changed = re.sub(r"(neighbor \S+ password) \S+", r"\1 NotTheKeyInAzure", text)
        assert changed != text
        return changed

    with met(tmp_path, LINUX, other_key) as bench:
        bench.until(lambda: established(bench, "vnet1_4"), "Azure itself is up")
        bench.holds(lambda: not established(bench, "private4"), "there must be no session", 5)


def test_the_other_routers_half_of_the_link_brings_no_session(tmp_path: Path) -> None:
    """What our side takes for its own address is, in Azure, on the other link (ER-ADDR-03)."""

    def swapped(text: str) -> str:
        changed = text.replace("172.31.0.2", "172.31.0.6")
        assert changed != text
        return changed

    with met(tmp_path, LINUX, swapped) as bench:
        bench.until(lambda: established(bench, "vnet1_4"), "Azure itself is up")
        bench.holds(lambda: not established(bench, "private4"), "there must be no session", 5)


def test_a_session_without_bfd_on_our_side_stays_without(tmp_path: Path) -> None:
    """BGP comes up (Azure is not strict), so only BFD's own state tells it."""

    def without(text: str) -> str:
        return re.sub(r"^ neighbor \S+ bfd.*\n", "", text, flags=re.M)

    with met(tmp_path, LINUX, without) as bench:
        bench.until(lambda: established(bench, "private4"), "the session")
        rows = [one for one in bfd_rows(bench.bird("edge", "show", "bfd", "sessions")) if str(one.peer) == "172.31.0.1"]
        assert [one.up for one in rows] == [False]


def test_a_silent_link_is_noticed_within_a_second_by_both_ends(tmp_path: Path) -> None:
    """BFD 300 ms × 3: the sessions are down long before the hold time of 180 s."""
    with met(tmp_path, LINUX) as bench:
        bench.until(lambda: taken(bench, "private4"), "the session and its route")
        bench.until(lambda: {one["status"] for one in bench.vtysh("pe1", "show bfd peers")} == {"up"}, "BFD")
        bench.run("edge", "nft", "-f", "-", given=BLACK_HOLE)
        began = time.monotonic()
        bench.until(lambda: not established(bench, "private4"), "the edge notices", 5)
        bench.until(lambda: not heard(bench), "our router notices", 5)
        assert time.monotonic() - began < 3


def test_one_prefix_above_the_limit_drops_the_session_until_it_is_gone(tmp_path: Path) -> None:
    """ER-RTE-03, with a limit of two; what lets a third one out is a config without its export filter."""

    def leaking(text: str) -> str:
        changed = re.sub(r"^  neighbor 172\.31\.0\.2 route-map \S+ out\n", "", text, flags=re.M)
        assert changed != text
        return changed.replace(" no bgp default", " no bgp ebgp-requires-policy\n no bgp default")

    home = ("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16")
    with met(tmp_path, LINUX, leaking, Behaviour(prefix_limit=2), home) as bench:
        bench.until(lambda: "limit" in bench.bird("edge", "show", "protocols", "private4").lower(), "the limit is met")
        bench.run(
            "pe1", "vtysh", "-c", "configure", "-c", "router bgp 64600", "-c", "address-family ipv4", "-c",
            "no network 10.2.0.0/16",
        )  # fmt: skip
        bench.until(lambda: taken(bench, "private4") == {"10.0.0.0/16", "10.1.0.0/16"}, "the session returns")


def test_our_config_stays_below_the_limit_whatever_is_at_home(tmp_path: Path) -> None:
    """The same three prefixes at home, and the rendered filter: one is announced, and the session stays."""
    home = ("10.0.0.0/16", "10.1.0.0/16", "10.2.0.0/16")
    with met(tmp_path, LINUX, behaviour=Behaviour(prefix_limit=2), onprem=home) as bench:
        bench.until(lambda: taken(bench, "private4") == {"10.0.0.0/16"}, "our prefix")
        bench.holds(lambda: established(bench, "private4"), "the session stays")


def test_microsoft_peering_announces_the_chosen_services_and_takes_what_is_registered(tmp_path: Path) -> None:
    """Exactly the services of the route filter, with their communities; private AS numbers do not leave the edge."""
    with met(tmp_path, PUBLIC, onprem=("10.0.0.0/16", "198.41.1.0/28")) as bench:
        bench.until(lambda: established(bench, "microsoft4"), "the session")
        bench.until(lambda: taken(bench, "microsoft4") == {"198.41.1.0/28"}, "our pool")
        chosen = {"20.60.0.0/24": ["12076:5060"], "20.60.1.0/24": ["12076:51002"]}
        bench.until(lambda: {one for one in heard(bench) if one.startswith("20.")} == set(chosen), "the services")
        for prefix, communities in chosen.items():
            detail = bench.vtysh("pe1", f"show bgp ipv4 unicast {prefix}")
            assert detail["paths"][0]["community"]["list"] == communities
        assert not refused(bench, "microsoft4")
        bench.until(lambda: "198.41.1.0/28" in bench.bird("services", "show", "route"), "beyond the edge")
        assert _path(bench.bird("services", "show", "route", "198.41.1.0/28", "all")) == "12076"


def test_microsoft_peering_refuses_default_private_space_and_what_is_not_registered(tmp_path: Path) -> None:
    """ER-RTE-06, ER-RTE-07, ER-RTE-09: a config without its export filter is caught, prefix by prefix."""

    def leaking(text: str) -> str:
        changed = re.sub(r"^  neighbor 198\.41\.0\.2 route-map \S+ out\n", "", text, flags=re.M)
        assert changed != text
        return changed.replace(" no bgp default", " no bgp ebgp-requires-policy\n no bgp default")

    home = ("10.0.0.0/16", "198.41.1.0/28", "198.41.9.0/24")
    default = " address-family ipv4 unicast\n  neighbor 198.41.0.2 default-originate\n exit-address-family\n"
    with met(tmp_path, PUBLIC, lambda text: leaking(text) + f"router bgp 64600\n{default}exit\n", onprem=home) as bench:
        bench.until(lambda: "198.41.1.0/28" in taken(bench, "microsoft4"), "what is registered")
        bench.until(lambda: {"0.0.0.0/0", "10.0.0.0/16", "198.41.9.0/24"} <= refused(bench, "microsoft4"), "refused")
        assert taken(bench, "microsoft4") == {"198.41.1.0/28"}


def test_without_a_route_filter_no_service_is_announced(tmp_path: Path) -> None:
    """ER-RF-01: the session is up, and brings nothing."""
    with met(tmp_path, with_values(PUBLIC, {f"{MICROSOFT}.route_filter": None})) as bench:
        bench.until(lambda: established(bench, "microsoft4"), "the session")
        bench.until(lambda: "10.100.0.0/16" in heard(bench), "private peering")
        bench.holds(lambda: not [one for one in heard(bench) if one.startswith("20.")], "no service")


def test_in_maintenance_the_path_is_nine_times_12076_and_our_config_takes_it(tmp_path: Path) -> None:
    """ER-PATH-05: the route stays, so nothing is lost, but every other way is better."""
    with met(tmp_path, LINUX) as bench:
        bench.until(lambda: "10.100.0.0/16" in heard(bench), "the VNet")
        bench.run("edge", *drain(True))
        bench.until(lambda: heard(bench).get("10.100.0.0/16", {}).get("path") == " ".join(["12076"] * 9), "drained")
        bench.until(lambda: "12076" * 9 in _flat_path(bench), "and so in the VNet")
        bench.run("edge", *drain(False))
        bench.until(lambda: heard(bench)["10.100.0.0/16"]["path"] == "12076", "back")


def test_a_filter_for_exactly_one_12076_loses_the_route_in_maintenance(tmp_path: Path) -> None:
    """ER-PATH-07: such a config works every day but the one on which it is needed."""

    def exactly(text: str) -> str:
        changed = text.replace("permit ^12076_", "permit ^12076$")
        assert changed != text
        return changed

    with met(tmp_path, LINUX, exactly) as bench:
        bench.until(lambda: "10.100.0.0/16" in heard(bench), "the VNet")
        bench.run("edge", *drain(True))
        bench.until(lambda: "10.100.0.0/16" not in heard(bench), "the route is lost")


def configured(bench: Bench, *lines: str) -> None:
    """Commands in our router's BGP."""
    bench.run("pe1", "vtysh", *_words("router bgp 64600", *lines))


def _words(*lines: str) -> list[str]:
    return [word for one in ("configure", *lines) for word in ("-c", one)]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param("neighbor 172.31.0.2 remote-as 12077", id="of Microsoft"),
        pytest.param("neighbor 172.31.0.2 local-as 64601 no-prepend replace-as", id="of ours"),
    ],
)
def test_another_as_number_than_is_entered_in_azure_brings_no_session(tmp_path: Path, wrong: str) -> None:
    """ER-ASN-01: with 12076 there and ours here the session is up, with any other it is not."""
    with met(tmp_path, LINUX) as bench:
        bench.until(lambda: established(bench, "private4"), "the session")
        configured(bench, wrong)
        bench.until(lambda: not established(bench, "private4"), "the session ends")
        bench.holds(lambda: not established(bench, "private4"), "and does not come back", 5)


def test_the_limit_of_the_tier_itself_is_met(tmp_path: Path) -> None:
    """Azure's hundred IPv6 prefixes (ER-RTE-02): what is rendered announces one, a config without its filter one too many."""
    home = ("10.0.0.0/16", "fd00:a::/48")
    with met(tmp_path, DUAL, onprem=home) as bench:
        bench.until(lambda: taken(bench, "private6") == {"fd00:a::/48"}, "our prefix")
        more = [f"network fd00:c:{number:x}::/48" for number in range(100)]
        configured(bench, "no bgp network import-check", "address-family ipv6", *more)
        bench.holds(lambda: established(bench, "private6"), "what nobody planned stays at home")
        configured(bench, "no bgp ebgp-requires-policy", "address-family ipv6", *_unfiltered(bench))
        bench.until(lambda: "limit" in bench.bird("edge", "show", "protocols", "private6").lower(), "the limit is met")
        assert established(bench, "private4")


def _unfiltered(bench: Bench) -> list[str]:
    """The commands that take the export filter away from the IPv6 session."""
    running = bench.run("pe1", "vtysh", "-c", "show running-config")
    found = re.findall(r"^  (neighbor fd12:\S+ route-map \S+ out)$", running, re.M)
    assert found
    return [f"no {one}" for one in found]


def test_private_as_numbers_are_gone_behind_the_edge_so_a_prepend_of_them_does_nothing(tmp_path: Path) -> None:
    """ER-ASN-07: a public number that is prepended is seen, a private one is not, however often."""
    with met(tmp_path, PUBLIC, onprem=("10.0.0.0/16", "198.41.1.0/28")) as bench:
        bench.until(lambda: taken(bench, "microsoft4") == {"198.41.1.0/28"}, "our pool")
        name = re.findall(r"neighbor 198\.41\.0\.2 route-map (\S+) out", bench.run("pe1", "vtysh", "-c", "show run"))[0]
        for prepended, seen in (("3320 3320", "12076 3320 3320"), ("64600 64600 4200000001", "12076")):
            bench.run("pe1", "vtysh", *_words(f"route-map {name} permit 30", f"set as-path prepend {prepended}"))
            bench.until(lambda seen=seen: _path_behind(bench) == seen, f"the services see {seen}")


def _path_behind(bench: Bench) -> str:
    text = bench.bird("services", "show", "route", "198.41.1.0/28", "all")
    return _path(text) if "as_path" in text else ""


def _path(text: str) -> str:
    return re.findall(r"BGP\.as_path: (.*)", text)[0].strip()


def _flat_path(bench: Bench) -> str:
    found = re.findall(r"BGP\.as_path: (.*)", bench.bird("vnet1", "show", "route", "10.0.0.0/16", "all"))
    return "".join(found).replace(" ", "")
