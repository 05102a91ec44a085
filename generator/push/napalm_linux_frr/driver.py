"""The driver class: NAPALM's methods, each a request to the agent on the router."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from napalm.base.base import NetworkDriver
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    LockError,
    MergeConfigException,
    ReplaceConfigException,
)

from . import bgp, interfaces
from .bundle import BundleError, join, split
from .masking import masked
from .ssh import Answer, Link

if TYPE_CHECKING:
    from napalm.base import models

PATHS: Final[dict[str, dict[str, str]]] = {
    "frr.conf": {"path": "/etc/frr/frr.conf", "owner": "frr", "mode": "0640"},
    "daemons": {"path": "/etc/frr/daemons", "owner": "frr", "mode": "0640"},
    "interfaces": {"path": "/etc/network/interfaces", "mode": "0644"},
    "nftables.conf": {"path": "/etc/nftables.conf", "mode": "0640"},
    "swanctl.conf": {"path": "/etc/swanctl/swanctl.conf", "mode": "0600"},
    "sysctl.conf": {"path": "/etc/sysctl.d/90-peerwright.conf", "mode": "0644"},
}
"""The files of a bundle, and where they are on the router; ``optional_args["paths"]`` puts one elsewhere."""

COMMIT_TIMEOUT: Final = 600.0


class LinuxFRRDriver(NetworkDriver):  # type: ignore[misc]
    """A Linux router with FRRouting, ifupdown2, nftables and strongSwan, over SSH.

    A candidate is a bundle of files (:mod:`.bundle`).  Replace takes all files that it names and empties
    the others; merge leaves the others as they are.  Either way a file is taken as a whole.

    ``optional_args``: ``port``, ``key_file``, ``passphrase``, ``ssh_config_file``, ``jump``
    (``[user@]host[:port]``), ``allow_agent``, ``ssh_strict`` (default true: unknown host keys are refused),
    ``system_host_keys``, ``alt_key_file`` (a known_hosts file), ``keepalive``, ``sudo``, ``paths``.
    """

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        options = dict(optional_args or {})
        self.hostname = hostname
        self.username = username
        self.password = password
        self.timeout = timeout
        self.platform = "linux_frr"
        self.profile = [self.platform]
        self.paths = {name: dict(spec) for name, spec in PATHS.items()}
        for name, path in dict(options.get("paths", {})).items():
            self.paths[name]["path"] = path
        self.link = Link(hostname, username, password, timeout, options)
        self._candidate: dict[str, str] | None = None
        self._replace = False
        self._compared = ""
        """Digest of what ran when the candidate was loaded: a commit on top of something else is refused."""

    # ------------------------------------------------------------- connection

    def open(self) -> None:
        """Log in."""
        self.link.open()

    def close(self) -> None:
        """Log out; a pending commit stays pending, and its timer runs on."""
        self.link.close()

    def is_alive(self) -> models.AliveDict:
        """Whether the SSH connection stands."""
        return {"is_alive": self.link.alive()}

    def _ask(self, op: str, timeout: float | None = None, **more: Any) -> Answer:
        return self.link.ask({"op": op, "paths": self.paths, **more}, timeout)

    def _did(self, op: str, timeout: float | None = None, **more: Any) -> Answer:
        """The answer to a request that changes something; what the router refuses is raised."""
        answer = self._ask(op, timeout, **more)
        if "error" not in answer:
            return answer
        kind, message = answer["kind"], masked(_told(answer["error"], answer["problems"]))
        if kind == "locked":
            raise LockError(message)
        if kind in ("pending", "none"):
            raise CommitConfirmException(message)
        if kind == "check":
            raise self._refused(message)
        raise CommitError(message)

    def _refused(self, message: str) -> ReplaceConfigException | MergeConfigException:
        return ReplaceConfigException(message) if self._replace else MergeConfigException(message)

    # -------------------------------------------------------------- candidate

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Check a bundle that is to take the place of all files."""
        self._load(filename, config, replace=True)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Check a bundle whose files are to take the place of those of the same name."""
        self._load(filename, config, replace=False)

    def _load(self, filename: str | None, config: str | None, *, replace: bool) -> None:
        self._candidate, self._replace = None, replace
        text = config if config is not None else Path(str(filename)).read_text(encoding="utf-8")
        try:
            files = split(text, tuple(self.paths))
        except BundleError as error:
            raise self._refused(str(error)) from None
        if replace:
            if "frr.conf" not in files:
                raise self._refused("a replacement without frr.conf would take all routing away")
            files = {name: files.get(name, "") for name in self.paths}
        answer = self._ask("check", files=files)
        if answer.get("error") or answer["problems"]:
            raise self._refused(
                masked(_told(answer.get("error", "the router refuses lines of the candidate"), answer["problems"]))
            )
        self._candidate = files
        self._compared = self._ask("read")["digest"]

    def compare_config(self) -> str:
        """The lines that a commit would delete and add, keys masked."""
        if self._candidate is None:
            return ""
        return masked(str(self._did("compare", files=self._candidate)["diff"]).strip())

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Apply the candidate.  With ``revert_in`` seconds it is undone then, unless `confirm_commit` comes first."""
        if self._candidate is None:
            raise CommitError("there is no candidate: load one first")
        if revert_in is not None and not 1 <= revert_in <= 86400:
            raise CommitConfirmException("revert_in is from 1 to 86400 seconds")
        self._did(
            "commit",
            COMMIT_TIMEOUT,
            files=self._candidate,
            revert_in=revert_in,
            message=message,
            digest=self._compared,
        )
        self._candidate = None

    def confirm_commit(self) -> None:
        """Keep what was committed with ``revert_in``."""
        self._did("confirm")

    def has_pending_commit(self) -> bool:
        """Whether a commit waits for its confirmation."""
        return self._did("pending")["pending"] is not None

    def discard_config(self) -> None:
        """Forget the candidate; nothing of it is on the router."""
        self._candidate = None

    def rollback(self) -> None:
        """Back to what ran before the last commit, confirmed or not."""
        self._did("rollback", COMMIT_TIMEOUT)

    # ---------------------------------------------------------------- getters

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: ARG002 - FRR has no shorter and longer form
        sanitized: bool = False,
        format: str = "text",  # noqa: A002 - NAPALM's word
    ) -> models.ConfigDict:
        """Bundles: ``running`` has FRR's running config, ``startup`` the files as they are on disk."""
        if format != "text":
            raise NotImplementedError(f"{format} is not a supported encoding")
        answer = self._did("read")
        texts = {
            "running": join(answer["running"]),
            "startup": join(answer["startup"]),
            "candidate": join(self._candidate) if self._candidate is not None else "",
        }
        chosen = {name: text if retrieve in ("all", name) else "" for name, text in texts.items()}
        if sanitized:
            chosen = {name: masked(text) for name, text in chosen.items()}
        return {"running": chosen["running"], "startup": chosen["startup"], "candidate": chosen["candidate"]}

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str | dict[str, Any]]:
        """``show …`` goes to vtysh, every other command is run as it is, without a shell."""
        if encoding != "text":
            raise NotImplementedError(f"{encoding} is not a supported encoding")
        import shlex

        argvs = [["vtysh", "-c", one] if one.startswith("show ") else shlex.split(one) for one in commands]
        return dict(zip(commands, self._outputs(argvs), strict=True))

    def _outputs(self, argvs: list[list[str]]) -> list[str]:
        results = self._did("run", files={}, commands=argvs)["results"]
        for argv, (status, said) in zip(argvs, results, strict=True):
            if status:
                raise CommandErrorException(f"{argv[0]} ended with {status}: {masked(said.strip()[-500:])}")
        return [said for _, said in results]

    def get_facts(self) -> models.FactsDict:
        """Vendor, versions, uptime and interfaces."""
        said = self._outputs(
            [["uname", "-n"], ["uname", "-r"], ["vtysh", "-c", "show version"], ["cat", "/proc/uptime"], _LINKS]
        )
        return interfaces.facts(*said)

    def get_interfaces(self) -> dict[str, models.InterfaceDict]:
        """Links as the kernel has them."""
        return interfaces.interfaces(self._outputs([_LINKS])[0])

    def get_bgp_neighbors(self) -> dict[str, models.BGPStateNeighborsPerVRFDict]:
        """By VRF (by its full name, as in the alias of its device); ``global`` is the default table."""
        sessions, links = self._bgp()
        return bgp.neighbors(sessions, links)

    def get_bgp_neighbors_detail(self, neighbor_address: str = "") -> dict[str, models.PeerDetailsDict]:
        """By VRF and remote AS."""
        sessions, links = self._bgp()
        return bgp.neighbors_detail(sessions, links, neighbor_address)

    def _bgp(self) -> tuple[str, str]:
        sessions, links = self._outputs([["vtysh", "-c", "show bgp vrf all neighbors json"], _LINKS])
        return sessions, links


_LINKS: Final = ["ip", "-d", "-j", "link", "show"]


def _told(error: str, problems: list[tuple[str, int, str]]) -> str:
    lines = [f"{name}:{line}: {message}" if line else f"{name}: {message}" for name, line, message in problems]
    return "\n".join([error, *lines]) if lines else error
