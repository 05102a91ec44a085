"""What the rules on both ends look at: one of our devices beside what the other end is told of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from generator.handover import DeviceTerms, terms_of
from generator.inventory.intent import CustomerIntent
from generator.readback.evidence import DeviceEvidence


class HandoverEvidence(msgspec.Struct, kw_only=True):
    """One device: what its text says, and the terms that the handover sheet is made of."""

    device: DeviceEvidence
    terms: DeviceTerms


def handover_things(
    customers: Iterable[CustomerIntent], evidence: Mapping[str, DeviceEvidence]
) -> Iterator[HandoverEvidence]:
    """The devices that were read and have another end, in the order of the evidence."""
    terms = terms_of(customers)
    for name, device in evidence.items():
        found = terms.get(name)
        if found is not None:
            yield HandoverEvidence(device=device, terms=found)
