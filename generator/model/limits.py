"""How many prefixes Microsoft takes and sends on a session; above that it drops the session."""

from __future__ import annotations

from typing import Final

PRIVATE_V4: Final = 4000
PRIVATE_V4_PREMIUM: Final = 10000
PRIVATE_V6: Final = 100
PUBLIC_EACH: Final = 200
"""Prefixes that Microsoft takes on a session (ER-RTE-01, ER-RTE-02)."""

FROM_AZURE_V4: Final = 1000
FROM_AZURE_V6: Final = 100
"""VNet prefixes that a connection to a circuit may bring (ER-RTE-05)."""
