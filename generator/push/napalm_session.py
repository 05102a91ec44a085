"""A router through its NAPALM driver, with host keys checked and the drivers' traps stepped around."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from generator.model.facts import NeighborKey
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.platforms import load
from generator.platforms.health import Observed
from generator.push.access import Access
from generator.push.candidate import Candidate
from generator.push.capability import capability, timer
from generator.push.drivers import driver_of
from generator.push.masking import masked
from generator.push.session import DeviceRefused, Running, SessionLost
from generator.push.ssh_config import login, written
from generator.push.state import RouterState, SessionState

if TYPE_CHECKING:
    from napalm.base.base import NetworkDriver

_CLOCK: Final = re.compile(
    r"^(?:! (?:Last configuration change|NVRAM config last updated)|## Last (?:changed|commit)).*$\n?", re.M
)
"""Lines of a running config that change although nothing did."""


def digest_of(text: str) -> str:
    """Of a running config, without the lines that tell the time."""
    return hashlib.sha256(_CLOCK.sub("", text).encode()).hexdigest()


class NapalmSession:
    """Fulfils `generator.push.session.Session`."""

    def __init__(self, plan: DevicePlan, access: Access, secrets: Iterable[Secret], message: str) -> None:
        self.plan = plan
        self.access = access
        self.platform = load(plan.platform)
        self.able = capability(self.platform.napalm)
        self.message = message
        self.secrets = (*secrets, access.password, access.enable)
        self.driver: NetworkDriver | None = None
        self.made = ""
        """An SSH config of ours, which is gone when the connection stands."""

    # ------------------------------------------------------------- connection

    def open(self) -> None:
        """A new driver object each time: none of them can be opened twice for sure."""
        self.driver = None
        kind = driver_of(self.platform.napalm.driver)
        driver = kind(
            self.access.host,
            login(self.access),
            self.access.password.reveal(),
            timeout=self.access.timeout,
            optional_args=self.options(),
        )
        _check_host_keys(driver)
        with self._asking():
            driver.open()
        self.driver = driver
        self._forget_ssh_config()

    def options(self) -> dict[str, Any]:
        """``optional_args``, in the words that NAPALM's drivers share; each takes what it knows."""
        one = self.access
        known: dict[str, Any] = {
            "port": one.port,
            "key_file": one.key_file,
            "use_keys": bool(one.key_file),
            "ssh_config_file": one.ssh_config if self.able.own_ssh else self._ssh_config(),
            "jump": one.jump,
            "secret": one.enable.reveal(),
            "alt_host_keys": bool(one.known_hosts),
            "alt_key_file": one.known_hosts,
        }
        fixed = {"ssh_strict": True, "system_host_keys": True, "allow_agent": True}
        return {**{name: value for name, value in known.items() if value}, **fixed, **one.options}

    def _ssh_config(self) -> str:
        """One of ours where it has to say more than the user's."""
        self._forget_ssh_config()
        self.made = written(self.access)
        return self.made or self.access.ssh_config

    def _forget_ssh_config(self) -> None:
        if self.made:
            Path(self.made).unlink(missing_ok=True)
        self.made = ""

    def close(self) -> None:
        """Hang up; one that is gone already is no news."""
        self._forget_ssh_config()
        driver, self.driver = self.driver, None
        if driver is not None:
            # Whatever it says, the connection is not needed any more.
            with suppress(Exception):
                driver.close()

    @contextmanager
    def _asking(self, busy: str = "", needs: str = "") -> Iterator[None]:
        """Turns what the libraries raise into the two things that can happen, keys masked.

        ``busy``: an exception that says to ask again later, which is as good as no answer.  ``needs``: what a refusal
        may be for lack of.
        """
        try:
            yield
        except (KeyboardInterrupt, SessionLost, DeviceRefused):
            raise
        except Exception as error:
            text = masked(str(error) or type(error).__name__, self.secrets)
            if _is_lost(error) or type(error).__name__ == busy:
                raise SessionLost(text) from None
            raise DeviceRefused(f"{text} (its driver needs {needs})" if needs else text) from None

    def _open_driver(self) -> NetworkDriver:
        if self.driver is None:
            raise SessionLost("there is no connection")
        return self.driver

    # -------------------------------------------------------------- candidate

    def running(self) -> Running:
        with self._asking():
            text = self._open_driver().get_config(retrieve="running")["running"]
        return Running(text, digest_of(text))

    def load(self, candidate: Candidate) -> None:
        driver = self._open_driver()
        if hasattr(driver, "merge_candidate"):
            driver.merge_candidate = ""  # NX-OS's driver adds to what was loaded before and refused (NAP-08)
        with self._asking(needs=self.able.needs):
            if candidate.replace:
                driver.load_replace_candidate(config=candidate.text)
            else:
                driver.load_merge_candidate(config=candidate.text)

    def diff(self) -> str:
        with self._asking():
            return masked(self._open_driver().compare_config(), self.secrets)

    def discard(self) -> None:
        with self._asking():
            self._open_driver().discard_config()

    def commit(self, revert_in: int | None) -> None:
        """The message goes only to drivers that take one (NAP-09), the timer only in steps that they take (NAP-02)."""
        words: dict[str, Any] = {}
        if self.able.message and self.message:
            words["message"] = self.message
        seconds = None if revert_in is None else timer(self.able, revert_in)
        if seconds is not None:
            words["revert_in"] = seconds
            if self.able.message_hides_timer:
                words.pop("message", None)
        with self._asking(needs=self.able.needs):
            self._open_driver().commit_config(**words)

    def confirm(self) -> None:
        with self._asking():
            self._open_driver().confirm_commit()

    def rollback(self) -> None:
        with self._asking():
            self._open_driver().rollback()

    def pending(self) -> bool:
        """Whether a commit waits for its confirmation; without a timer none ever does."""
        if not self.able.timer:
            return False
        with self._asking(busy="LockError"):
            return bool(self._open_driver().has_pending_commit())

    # ------------------------------------------------------------------ state

    def observe(self) -> RouterState:
        driver = self._open_driver()
        with self._asking():
            groups = driver.get_bgp_neighbors()
            extra = self._extra(driver)
            tunnels = self._tunnels(driver, extra)
        return RouterState(time.monotonic(), dict(self._sessions(groups, extra)), tunnels)

    def _extra(self, driver: NetworkDriver) -> Observed:
        health = self.platform.health
        commands = health.commands(self.plan) if health is not None else ()
        if health is None or not commands:
            return Observed()
        answers = {name: str(text) for name, text in driver.cli(list(commands)).items()}
        return health.read(self.plan, answers)

    def _tunnels(self, driver: NetworkDriver, extra: Observed) -> dict[str, bool]:
        names = tuple(self.plan.facts.tunnels)
        if not names or set(names) <= extra.tunnels.keys():
            return {name: extra.tunnels[name] for name in names}
        links = driver.get_interfaces()
        return {name: bool(name in links and links[name]["is_up"]) for name in names}

    def _sessions(self, groups: Any, extra: Observed) -> Iterator[tuple[NeighborKey, SessionState]]:
        for vrf, group in groups.items():
            for address, peer in group["peers"].items():
                for family, counts in peer["address_family"].items():
                    number = 6 if family.startswith("ipv6") else 4
                    key: NeighborKey = ("" if vrf == "global" else vrf, ip_address(address), number)  # type: ignore[assignment]
                    yield key, _session(key, peer, counts, extra)


def _session(key: NeighborKey, peer: Any, counts: Any, extra: Observed) -> SessionState:
    return SessionState(
        up=bool(peer["is_up"]),
        uptime=int(peer["uptime"]),
        accepted=int(counts.get("accepted_prefixes", -1)),
        announced=int(counts.get("sent_prefixes", -1)),
        accepted_prefixes=extra.accepted.get(key),
        announced_prefixes=extra.announced.get(key),
        best_prefixes=extra.best.get(key),
        bfd=extra.bfd.get(key),
    )


def _check_host_keys(driver: NetworkDriver) -> None:
    """NAPALM's Junos driver has no option for it, and PyEZ checks no host key unless it is told to."""
    device = getattr(driver, "device", None)
    if device is not None and hasattr(device, "_hostkey_verify"):
        device._hostkey_verify = True


_LOST: Final = (
    "ConnectionException",
    "ConnectionClosedException",
    "ConnectTimeoutError",
    "ConnectAuthError",
    "ConnectError",
)


def _is_lost(error: BaseException) -> bool:
    names = {one.__name__ for one in type(error).__mro__}
    return isinstance(error, (OSError, EOFError)) or bool(
        names & {*_LOST, "SSHException", "NetmikoTimeoutException", "ReadTimeout"}
    )
