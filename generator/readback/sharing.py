"""What two routers can have in common while they are judged."""

from __future__ import annotations

from collections.abc import Iterable

from generator.model.facts import Facts
from generator.readback.evidence import DeviceEvidence


def share_policies(devices: Iterable[DeviceEvidence]) -> None:
    """Let routers whose lists and policies are equal, as those of a pair mostly are, share the compiled ones."""
    before: DeviceEvidence | None = None
    for device in devices:
        if before is not None and before.undefined == device.undefined and _alike(before.facts, device.facts):
            device.policies = before.policies
        else:
            before = device


def _alike(one: Facts, two: Facts) -> bool:
    return (
        one.policies == two.policies
        and one.prefix_lists == two.prefix_lists
        and one.as_path_lists == two.as_path_lists
        and one.community_lists == two.community_lists
    )
