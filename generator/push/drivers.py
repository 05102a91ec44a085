"""NAPALM's driver classes, found by name; and what to say where NAPALM is not installed."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from typing import TYPE_CHECKING

from generator.model.outcome import Refused

if TYPE_CHECKING:
    from napalm.base.base import NetworkDriver


def need_napalm() -> None:
    """`Refused` where the libraries of the push are missing."""
    for name in ("napalm", "nornir"):
        if importlib.util.find_spec(name) is None:
            raise Refused(f"push needs {name}, which is not installed", "pip install 'peerwright[push]'")


def driver_of(name: str) -> type[NetworkDriver]:
    """As `napalm.get_network_driver`; in a checkout that is not installed, the drivers of this package are found too."""
    import napalm
    from napalm.base.base import NetworkDriver
    from napalm.base.exceptions import ModuleImportError

    try:
        found: type[NetworkDriver] = napalm.get_network_driver(name)
        return found
    except ModuleImportError:
        try:
            module = importlib.import_module(f"generator.push.napalm_{name}")
        except ModuleNotFoundError:
            raise Refused(f"there is no NAPALM driver {name}", f"pip install napalm-{name}") from None
    for _, one in inspect.getmembers(module, inspect.isclass):
        if issubclass(one, NetworkDriver):
            return one
    raise Refused(f"napalm_{name} has no driver in it")
