"""One SSH connection to the router.  Host keys are checked unless a caller says otherwise."""

from __future__ import annotations

import json
import shlex
import socket
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from napalm.base.exceptions import ConnectAuthError, ConnectionClosedException, ConnectionException

if TYPE_CHECKING:
    import paramiko

_MODULES: Final = ("files", "way_in", "checks", "diffs", "applying", "timer", "requests")
"""The agent's, each after those that it imports."""
_BOOT: Final = """\
import json, sys, types
read = sys.stdin.buffer
sources = json.loads(read.read(int(read.readline())))
sys.modules["agent"] = types.ModuleType("agent")
sys.modules["agent"].__path__ = []
for name, text in sources:
    module = sys.modules["agent." + name] = types.ModuleType("agent." + name)
    module.__package__ = "agent"
    exec(compile(text, name, "exec"), module.__dict__)
module.main()
"""
"""What is typed into the router's Python: take the agent's modules from stdin, then let it read its request."""

Answer = dict[str, Any]


class Link:
    """Opens, asks, closes.  The arguments are those of NAPALM's ``optional_args``."""

    def __init__(self, host: str, user: str, password: str, timeout: float, options: dict[str, Any]) -> None:
        self.host, self.user, self.password, self.timeout = host, user, password, timeout
        self.options = options
        self._client: paramiko.SSHClient | None = None
        self._hop: paramiko.SSHClient | None = None
        folder = files(__package__) / "agent"
        self._agent = json.dumps([(name, (folder / f"{name}.py").read_text()) for name in _MODULES]).encode()

    def open(self) -> None:
        """Connect and log in."""
        import paramiko

        found = self._ssh_config(self.host)
        target = str(found.get("hostname", self.host))
        port = int(self.options.get("port") or found.get("port", 22))
        try:
            sock = self._way(found, target, port)
            # With a host key alias the port is no part of the name in known_hosts, as with OpenSSH.
            alias = found.get("hostkeyalias")
            self._client = self._login(str(alias or target), 22 if alias else port, found, sock)
        except paramiko.BadHostKeyException as error:
            raise ConnectionException(f"the host key of {self.host} is not the one in known_hosts") from error
        except paramiko.AuthenticationException as error:
            raise ConnectAuthError(f"{self.host} does not let {self.user or 'us'} in: {error}") from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionException(f"cannot connect to {self.host}: {_reason(error)}") from error
        transport = self._client.get_transport()
        assert transport is not None
        transport.set_keepalive(int(self.options.get("keepalive", 5)))

    def _ssh_config(self, host: str) -> dict[str, Any]:
        import paramiko

        name = self.options.get("ssh_config_file")
        path = Path(name).expanduser() if name else Path("~/.ssh/config").expanduser()
        if not path.is_file():
            if name:
                raise ConnectionException(f"there is no SSH config {path}")
            return {}
        return dict(paramiko.SSHConfig.from_path(str(path)).lookup(host))

    def _way(self, found: dict[str, Any], target: str, port: int) -> Any:
        """A socket to the router: direct, through a command, or through a jump host."""
        import paramiko

        if found.get("proxycommand"):
            return paramiko.ProxyCommand(found["proxycommand"])
        jump = self.options.get("jump") or found.get("proxyjump")
        if jump and jump != "none":
            return self._through(str(jump), target, port)
        return socket.create_connection((target, port), timeout=self.timeout)

    def _through(self, jump: str, target: str, port: int) -> Any:
        """``[user@]host[:port]``, a hop of its own settings; the first of several with commas is dialled first."""
        first, _, rest = jump.partition(",")
        user, _, host = first.rpartition("@")
        name, _, number = host.partition(":")
        found = self._ssh_config(name)
        where, at = str(found.get("hostname", name)), int(number or found.get("port", 22))
        hop = Link(name, user or str(found.get("user", self.user)), self.password, self.timeout, {})
        sock = socket.create_connection((where, at), timeout=self.timeout)
        hop.options = {key: self.options[key] for key in _SHARED if key in self.options}
        self._hop = hop._login(where, at, found, sock)
        if rest:
            raise ConnectionException(f"one jump host at most, not {jump}: put the others into the SSH config")
        transport = self._hop.get_transport()
        assert transport is not None
        return transport.open_channel("direct-tcpip", (target, port), ("127.0.0.1", 0), timeout=self.timeout)

    def _login(self, name: str, port: int, found: dict[str, Any], sock: Any) -> paramiko.SSHClient:
        import paramiko

        client = paramiko.SSHClient()
        self._host_keys(client, found)
        keys = [self.options["key_file"]] if self.options.get("key_file") else found.get("identityfile")
        client.connect(
            name,
            port=port,
            username=self.user or found.get("user"),
            password=self.password or None,
            key_filename=[str(Path(one).expanduser()) for one in keys or []] or None,  # type: ignore[arg-type]
            passphrase=self.options.get("passphrase"),
            allow_agent=self.options.get("allow_agent", True) and str(found.get("identitiesonly")) != "yes",
            look_for_keys=not keys and not self.password,
            sock=sock,
            timeout=self.timeout,
            banner_timeout=self.timeout,
            auth_timeout=self.timeout,
        )
        return client

    def _host_keys(self, client: paramiko.SSHClient, found: dict[str, Any]) -> None:
        import paramiko

        named = self.options.get("alt_key_file") or found.get("userknownhostsfile")
        if self.options.get("system_host_keys", True):
            client.load_system_host_keys()
        for one in str(named or "").split():
            if Path(one).expanduser().is_file():
                client.load_host_keys(str(Path(one).expanduser()))
        strict = self.options.get("ssh_strict", True)
        client.set_missing_host_key_policy(paramiko.RejectPolicy() if strict else paramiko.WarningPolicy())

    def close(self) -> None:
        """Hang up, twice if need be."""
        for one in (self._client, self._hop):
            if one is not None:
                one.close()
        self._client = self._hop = None

    def alive(self) -> bool:
        """Whether the connection stands, as far as can be told from here."""
        transport = self._client.get_transport() if self._client is not None else None
        return transport is not None and transport.is_active()

    def ask(self, request: dict[str, Any], timeout: float | None = None) -> Answer:
        """Send the agent and a request; its answer.  `ConnectionClosedException` where none comes."""
        import paramiko

        transport = self._client.get_transport() if self._client is not None else None
        if transport is None or not transport.is_active():
            raise ConnectionClosedException(f"the connection to {self.host} is gone")
        command = ["python3", "-c", _BOOT]
        if self.options.get("sudo"):
            command = ["sudo", "-n", *command]
        try:
            channel = transport.open_session(timeout=self.timeout)
            channel.settimeout(timeout or self.timeout)
            channel.exec_command(f'{shlex.join(command)} "$SSH_CONNECTION"')
            channel.sendall(b"%d\n" % len(self._agent) + self._agent + json.dumps(request).encode())
            channel.shutdown_write()
            said = channel.makefile("rb").read()
            wrong = channel.makefile_stderr("rb").read().decode(errors="replace")
            channel.close()
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise ConnectionClosedException(f"the connection to {self.host} was lost: {_reason(error)}") from error
        try:
            answer: Answer = json.loads(said)
        except ValueError:
            last = (wrong.strip().splitlines() or ["nothing"])[-1]
            raise ConnectionClosedException(
                f"{self.host} did not answer as the driver's program does: {last}"
            ) from None
        return answer


_SHARED: Final = ("key_file", "ssh_config_file", "alt_key_file", "system_host_keys", "ssh_strict", "allow_agent")
"""What holds for a jump host too."""


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
