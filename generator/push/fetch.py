"""What routers run, for a comparison: each is asked once, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from generator.compare.state import secrets_of
from generator.inventory.intent import Intent
from generator.model.outcome import Refused
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.push.access import access
from generator.push.candidate import unbundle
from generator.push.push import MakeSession
from generator.push.session import DeviceRefused, Session, SessionLost


def fetcher(intent: Intent, root: Path, make_session: MakeSession) -> Callable[[DevicePlan], Mapping[str, str]]:
    """A function that fetches the config files of one router, by their names.  It raises `Refused`.

    ``root``: the inventory's folder, to which the names of key files are relative.
    """

    def fetch(device: DevicePlan) -> Mapping[str, str]:
        reach = access(device.name, intent.routers[device.name].connect, root)
        session = make_session(device, reach, tuple(secrets_of(device.facts)))
        try:
            text = _running(session)
        except (SessionLost, DeviceRefused) as error:
            raise Refused(
                f"{device.name} ({reach.host}) gave no running config: {error}",
                "see whether SSH reaches it, and `connect:` of the router; or give --running DIR",
            ) from None
        return unbundle(load(device.platform), text)

    return fetch


def _running(session: Session) -> str:
    session.open()
    try:
        return session.running().text
    finally:
        with suppress(SessionLost, DeviceRefused):
            session.close()
