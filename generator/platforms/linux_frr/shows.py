"""What shows the state of a session, a tunnel or a translation on Linux with FRRouting and strongSwan."""

from __future__ import annotations

from generator.model.watch import Watch


def shows(watch: Watch) -> tuple[str, ...]:
    """The commands of a root shell."""
    vrf = f" vrf {watch.vrf}" if watch.vrf else ""
    if watch.kind == "bgp":
        one = f"show bgp{vrf} ipv{watch.family} unicast neighbors {watch.address}"
        return (
            f'vtysh -c "show bgp{vrf} neighbors {watch.address}"',
            f'vtysh -c "{one} advertised-routes"',
            f'vtysh -c "{one} routes"',
        )
    if watch.kind == "bfd":
        return (f'vtysh -c "show bfd{vrf} peer {watch.address}"',)
    if watch.kind == "tunnel":
        return ("swanctl --list-sas", f"ip -d link show {watch.name}")
    return ("conntrack -L -n", "nft list ruleset")
