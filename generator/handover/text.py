"""Values of the intent as the sheet has them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.inventory.models import VNet
from generator.inventory.secrets import is_reference
from generator.model.address import Prefix, prefix_key
from generator.model.secret import MASK, Secret


def key_reference(secret: Secret) -> str:
    """Where a key is; the mask for one that stands in the inventory in clear text.  Never the key."""
    return secret.reference if is_reference(secret.reference) else MASK


def texts(prefixes: Iterable[Prefix]) -> tuple[str, ...]:
    """Prefixes in order, IPv4 first, each once."""
    return tuple([str(one) for one in sorted(set(prefixes), key=prefix_key)])


def vnet_name(vnet: VNet) -> str:
    """Its name, or its first prefix where it has none."""
    return vnet.name or str(vnet.prefixes[0])
