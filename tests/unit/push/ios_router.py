"""An IOS-XE router behind NAPALM's real driver: a terminal of words, and peerwright's simulated router behind it.

Files are taken as the router takes them: a line belongs to the mode that the lines before it led into, whatever its
indentation, and ``exit`` leads out.
"""

from __future__ import annotations

import re
from typing import Any

from napalm.ios.ios import IOSDriver

from generator.change.simulate import router
from generator.change.texts import trees_of
from generator.model.plan import DevicePlan
from generator.platforms import load
from generator.push.napalm_session import NapalmSession
from generator.push.state import RouterState
from tests.unit.push.as_planned import as_planned

_TOP = re.compile(
    r"(interface|router bgp|route-map|vrf definition|ip access-list|ipv6 access-list|class-map|policy-map|zone security|zone-pair"
    r"|crypto|key chain|control-plane|bfd-template)\b"
)
NO_PENDING = "No Rollback Confirmed Change pending"
_BELOW = re.compile(r"(address-family|class|key|peer)\b")


class IosTerminal:
    """As much of a netmiko connection as the driver types into.  ``answers``: by the command, or by its first word."""

    def __init__(self, answers: dict[str, str] | None = None) -> None:
        self.typed: list[str] = []
        self.saved = 0
        self.answers = {
            "show archive": "Archive enabled",
            "show archive config rollback timer": NO_PENDING,
            **(answers or {}),
        }

    def send_command(self, command: str, **_: object) -> str:
        self.typed.append(command)
        return self.answers.get(command, self.answers.get(command.split()[0], ""))

    def config_mode(self, config_command: str = "") -> str:
        self.typed.append(config_command)
        return ""

    def exit_config_mode(self) -> str:
        return ""

    def find_prompt(self) -> str:
        return "r1#"

    def set_base_prompt(self) -> None: ...

    def send_config_set(self, lines: list[str]) -> str:
        self.typed += lines
        return ""

    def save_config(self) -> str:
        self.saved += 1
        return ""


class IosRouter(IosTerminal):
    """The same with a simulated router behind it."""

    def __init__(self, plan: DevicePlan, running: str) -> None:
        super().__init__()
        self.platform = load("cisco_xe")
        self.name = self.platform.files[0].name
        self.plan = plan
        self.running = running
        self.before = ""
        self.file = ""
        self.pending = False
        self.refuse = ""
        """A line that is refused without the words that the driver looks for (NAP-03)."""
        self.merged: list[str] = []

    def send_command(self, command: str, **_: object) -> str:
        said = super().send_command(command)
        if command == "show archive config rollback timer":
            return "Time configured(UTC): now\nUser: peer" if self.pending else said
        if command.startswith("copy null:"):
            self.file = ""
        elif command.startswith("copy ") and command.endswith(" running-config"):
            self.merged.append(self.file)
            return self.merge(self.file)
        elif command == "show running-config":
            return self.running
        elif command == "configure revert now":
            self.running, self.pending = self.before, False
        elif command == "configure confirm":
            self.pending = False
        return said

    def merge(self, text: str) -> str:
        self.before = self.running
        device = router(self.platform, {self.name: self.running})
        mode: tuple[str, ...] = ()
        for line in (one.strip() for one in text.splitlines()):
            if line == "exit":
                assert mode, "an exit at the top ends the file"
                mode = mode[:-1]
            elif line and line != "end" and line != self.refuse:
                if _TOP.match(line.removeprefix("no ")) and not (mode[:1] and mode[0].startswith("router")):
                    mode = ()
                said = device.apply(mode, line)
                assert not said, f"{mode}: {line}: {said}"
                if _TOP.match(line) or (mode and _BELOW.match(line)):
                    mode = (*mode, line)
        self.running = device.texts()[self.name]
        return "% some other complaint\n" if self.refuse else ""

    def config_mode(self, config_command: str = "") -> str:
        self.pending = "revert timer" in config_command
        return super().config_mode(config_command)


class Driver(IOSDriver):  # type: ignore[misc]
    """The real driver; only what copies files over SCP, and the login, are cut off."""

    def _gen_rollback_cfg(self) -> None: ...

    def _check_file_exists(self, cfg_file: str) -> bool:
        return True

    def _gen_full_path(self, filename: str, file_system: str | None = None) -> str:
        return f"flash:/{filename}"

    def _load_candidate_wrapper(
        self, source_file: Any = None, source_config: Any = None, dest_file: Any = None, file_system: Any = None
    ) -> tuple[bool, str]:
        self.device.file = source_config
        return True, ""

    def close(self) -> None: ...


class IosSession(NapalmSession):
    """The session of a push; what the router sees of the world is as planned."""

    router: IosRouter

    def open(self) -> None:
        self.driver = Driver("r1", "peer", "", optional_args={"dest_file_system": "flash:"})
        self.driver.device = self.router

    def observe(self) -> RouterState:
        return as_planned(self.router.plan)


def current(one: IosRouter) -> dict[str, Any]:
    """What it runs, as a tree."""
    return trees_of(one.platform, {one.name: one.running})
