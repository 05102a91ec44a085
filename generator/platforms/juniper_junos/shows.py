"""What shows the state of a session, a tunnel or a translation on Junos."""

from __future__ import annotations

from generator.model.watch import Watch


def shows(watch: Watch) -> tuple[str, ...]:
    """The commands of operational mode."""
    if watch.kind == "bgp":
        instance = f" instance {watch.vrf}" if watch.vrf else ""
        return (
            f"show bgp neighbor {watch.address}{instance}",
            f"show route advertising-protocol bgp {watch.address}",
            f"show route receive-protocol bgp {watch.address}",
        )
    if watch.kind == "bfd":
        return (f"show bfd session address {watch.address} extensive",)
    if watch.kind == "tunnel":
        return (f"show security ike security-associations {watch.address}", "show security ipsec security-associations")
    return ("show security nat source summary", "show security nat static rule all")
