"""The running configs of real routers, through NAPALM.

Where to connect comes from the environment, because the inventory holds no logins: the router's name is
resolved as any host name is (DNS, ``/etc/hosts``), or ``PEERWRIGHT_HOST_<ROUTER>`` names another one;
``PEERWRIGHT_USERNAME`` and ``PEERWRIGHT_PASSWORD`` are the login, and keys are those of the SSH agent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.platforms import load as load_platform

TIMEOUT = 60
"""Seconds that a router may take to answer."""


def napalm_fetcher(environment: Mapping[str, str] | None = None) -> Callable[[DevicePlan], Mapping[str, str]]:
    """A function that fetches what one router runs.  Raises `Refused` where NAPALM or the login is not there."""
    settings = os.environ if environment is None else environment
    try:
        from napalm import get_network_driver
    except ImportError:
        raise Refused("NAPALM is not installed", "pip install 'peerwright[push]', or give --running DIR") from None
    user = settings.get("PEERWRIGHT_USERNAME")
    if not user:
        raise Refused("no login for the routers", "set PEERWRIGHT_USERNAME, and PEERWRIGHT_PASSWORD or an SSH agent")

    def fetch(device: DevicePlan) -> Mapping[str, str]:
        platform = load_platform(device.platform)
        if len(platform.files) != 1:
            raise Refused(
                f"{device.name} keeps its config in {len(platform.files)} files, which NAPALM does not fetch",
                "copy them into a folder and give --running DIR",
            )
        host = settings.get(f"PEERWRIGHT_HOST_{re.sub(r'[^A-Z0-9]', '_', device.name.upper())}", device.name)
        driver = get_network_driver(platform.napalm.driver)
        try:
            with driver(host, user, settings.get("PEERWRIGHT_PASSWORD", ""), timeout=TIMEOUT) as session:
                text = str(session.get_config(retrieve="running")["running"])
        except Exception as error:
            # The message of a driver may hold what was sent: only its kind is told.
            raise Refused(
                f"{device.name} ({host}) gave no running config: {type(error).__name__}", "see whether SSH reaches it"
            ) from None
        return {platform.files[0].name: text}

    return fetch
