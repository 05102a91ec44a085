"""What shows the state of a session, a tunnel or a translation on IOS-XE."""

from __future__ import annotations

from generator.model.watch import Watch


def shows(watch: Watch) -> tuple[str, ...]:
    """The commands of exec mode."""
    vrf = f" vrf {watch.vrf}" if watch.vrf else ""
    if watch.kind == "bgp":
        table = f"vpnv{watch.family} unicast{vrf}" if vrf else f"ipv{watch.family} unicast"
        one = f"show bgp {table} neighbors {watch.address}"
        return (one, f"{one} advertised-routes", f"{one} routes")
    if watch.kind == "bfd":
        return (f"show bfd neighbors ipv{watch.family} {watch.address} details",)
    if watch.kind == "tunnel":
        return (f"show crypto ikev2 sa remote {watch.address}", f"show crypto ipsec sa interface {watch.name}")
    return (f"show ip nat translations{vrf}", "show ip nat statistics")
