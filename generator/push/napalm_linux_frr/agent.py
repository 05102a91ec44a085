"""Runs on the router, sent there over SSH with every request: standard library only, Python 3.9 or later.

One request on stdin (JSON), one answer on stdout (JSON).  What it does: read the files, check a
candidate, compare, commit with a way back, confirm, roll back.

The way back: before anything is applied, the old state is kept in a checkpoint, and a process of its
own waits for the deadline.  It shares neither the lock nor the SSH session, so it acts when both are
gone.  What was applied half is restored at once.  This is compensation, not atomicity: for some
seconds the router may run a mixture of the old and the new config.
"""

import contextlib
import difflib
import fcntl
import fnmatch
import grp
import hashlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

LINKS_MAIN = "/etc/network/interfaces"
NFT_MAIN = "/etc/nftables.conf"
RELOAD = "/usr/lib/frr/frr-reload.py"
INIT = "/usr/lib/frr/frrinit.sh"
GUARD = 900
"""Seconds after which an interrupted commit without a timer of its own is undone."""
ORDER = ("sysctl.conf", "interfaces", "nftables.conf", "swanctl.conf", "daemons", "frr.conf")
"""What must be there first comes first: links, then filters, then tunnels, then routing."""


class Refused(Exception):
    """An answer for the user, with the lines at fault."""

    def __init__(self, kind, message, problems=()):
        super().__init__(message)
        self.kind = kind
        self.problems = list(problems)


def run(argv, timeout=300, text=None):
    """Exit status and both outputs of a program; 127 where there is none."""
    try:
        done = subprocess.run(
            argv, input=text, capture_output=True, text=True, errors="replace", timeout=timeout, check=False
        )
    except FileNotFoundError:
        return 127, f"{argv[0]} is not installed"
    except subprocess.TimeoutExpired:
        return 124, f"{argv[0]} did not end within {timeout} s"
    return done.returncode, done.stdout + done.stderr


class Box:
    """The files, by the names of a bundle, and where the agent keeps its state."""

    def __init__(self, request):
        self.paths = request["paths"]
        self.root = request.get("state", "/var/lib/peerwright")
        self.request = request

    # ------------------------------------------------------------------ files

    def text(self, name):
        """What is on disk; empty where there is none."""
        try:
            with open(self.paths[name]["path"], encoding="utf-8", errors="surrogateescape") as stream:
                return stream.read()
        except FileNotFoundError:
            return ""

    def write(self, name, text):
        """Whole or not at all, with the owner and mode that its reader expects."""
        spec = self.paths[name]
        folder = os.path.dirname(spec["path"])
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".peerwright-")
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, int(spec.get("mode", "0640"), 8))
        with contextlib.suppress(KeyError, PermissionError):
            owner = spec.get("owner", "root")
            os.chown(temporary, pwd.getpwnam(owner).pw_uid, grp.getgrnam(spec.get("group", owner)).gr_gid)
        os.replace(temporary, spec["path"])

    def running(self):
        """Every file as it works now: of FRR the running config, of the others what is on disk."""
        texts = {name: self.text(name) for name in self.paths}
        if "frr.conf" in texts:
            status, shown = run(["vtysh", "-c", "show running-config"])
            if status == 0:
                texts["frr.conf"] = shown.split("Current configuration:\n", 1)[-1]
        return texts

    def state_file(self, name):
        os.makedirs(self.root, mode=0o700, exist_ok=True)
        return os.path.join(self.root, name)

    def load(self, name):
        try:
            with open(self.state_file(name), encoding="utf-8") as stream:
                return json.load(stream)
        except (FileNotFoundError, ValueError):
            return None

    def keep(self, name, value):
        path = self.state_file(name)
        handle = os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(value, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(path + ".new", path)

    def forget(self, name):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.state_file(name))

    @contextlib.contextmanager
    def lock(self, wait=0.0):
        """One change at a time.  The descriptor is not inherited by programs, and the timer closes it."""
        handle = os.open(self.state_file("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        end = time.monotonic() + wait
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= end:
                        raise Refused("locked", "another change is being made on this router") from None
                    time.sleep(0.1)
            yield
        finally:
            os.close(handle)


# ---------------------------------------------------------------------- check


def meant(text):
    """Whether a file says anything beyond comments."""
    return any(line.strip() and not line.lstrip().startswith(("#", "!")) for line in text.splitlines())


def check(box, files):
    """Lines that the programs of the router refuse: ``(file, line, message)``; line 0 is the whole file."""
    problems = []
    for name in ORDER:
        if name in files and name in CHECKS and meant(files[name]):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, name)
                with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
                    stream.write(files[name])
                problems += [(name, line, message) for line, message in CHECKS[name](box, path, files[name])]
    return problems


def check_frr(_box, path, _text):
    status, said = run(["vtysh", "-C", "-f", path])
    if status:
        found = re.findall(r"line (\d+): (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def check_nft(box, path, _text):
    problems = unread(box, "nftables.conf", NFT_MAIN, r"^\s*include\s+(\S+)", "'include \"{}/*.conf\"'")
    if problems:
        return problems
    status, said = run(["nft", "-c", "-f", path])
    if status:
        found = re.findall(re.escape(path) + r":(\d+):[\d-]+: (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def unread(box, name, main, pattern, line):
    """A file that the router's own does not include would be gone after the next boot, or never be read."""
    target = box.paths[name]["path"]
    if target == main:
        return []
    with contextlib.suppress(FileNotFoundError), open(main, encoding="utf-8") as stream:
        included = [one.strip('";') for one in re.findall(pattern, stream.read(), re.M)]
        if any(fnmatch.fnmatch(target, one) or os.path.dirname(target) == one for one in included):
            return []
    return [(0, f"{main} does not include {target}: add the line {line.format(os.path.dirname(target))}")]


def check_links(box, path, _text):
    problems = unread(box, "interfaces", LINKS_MAIN, r"^\s*source(?:-directory)?\s+(\S+)", "'source {}/*'")
    if problems:
        return problems
    os.makedirs("/run/network", exist_ok=True)
    status, said = run(["ifup", "-a", "-s", "-i", path])
    if status:
        found = re.findall(r"line ?(\d+): (.*)", said)
        return [(int(line), message.strip()) for line, message in found] or [(0, said.strip())]
    return []


def check_swanctl(_box, _path, text):
    """swanctl has no dry run; what would make it refuse the whole file is a brace too many or too few."""
    depth = 0
    for number, line in enumerate(text.splitlines(), 1):
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", line).split("#", 1)[0]
        depth += bare.count("{") - bare.count("}")
        if depth < 0:
            return [(number, "a closing brace too many")]
    if depth:
        return [(0, "a closing brace is missing")]
    return [] if shutil.which("swanctl") else [(0, "swanctl is not installed")]


CHECKS = {"frr.conf": check_frr, "nftables.conf": check_nft, "interfaces": check_links, "swanctl.conf": check_swanctl}


# -------------------------------------------------------------------- compare


def compare(box, files):
    """What a commit would change: of FRR the lines to delete and to add, of the others a unified diff."""
    parts = []
    for name in ORDER:
        if name in files:
            part = compare_frr(files[name]) if name == "frr.conf" else unified(name, box.text(name), files[name])
            if part:
                parts.append(part)
    return "\n".join(parts)


def unified(name, old, new):
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"{name} (now)", f"{name} (candidate)", lineterm=""
    )
    return "".join(f"{line}\n" for line in lines)


def compare_frr(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "frr.conf")
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as stream:
            stream.write(text)
        os.chmod(folder, 0o755)
        status, said = run([sys.executable, RELOAD, "--test", "--stdout", "--log-level", "error", path])
        if status:
            raise Refused("compare", f"frr-reload.py --test: {said.strip()[-500:]}")
    lines = changed_lines(said)
    return f"--- frr.conf (now)\n+++ frr.conf (candidate)\n{''.join(lines)}" if lines else ""


def changed_lines(said):
    """frr-reload repeats the lines that lead to each command; here they come once.

    The version line never compares equal: the file has 8.4, a running FRR 8.4.4.
    """
    sign, context, lines = "", [], []
    for line in said.splitlines():
        if line.startswith(("Lines To Delete", "Lines To Add")):
            sign, context = ("-" if "Delete" in line else "+"), []
        elif sign and line.strip("=").strip() and not line.startswith("frr version "):
            depth = len(line) - len(line.lstrip())
            if depth < len(context) and context[depth] == line:
                continue
            context = [*context[:depth], line]
            lines.append(f"{sign}{line}\n")
    return lines


# ---------------------------------------------------------------------- apply


def apply(box, files, old):
    """Write and load the files that differ from ``old``, in order.  The first that fails stops it."""
    for name in ORDER:
        if name in files and (files[name] != old.get(name) or name == "frr.conf"):
            box.write(name, files[name])
            trouble = APPLY[name](box, files[name], old.get(name, ""))
            if trouble:
                raise Refused("apply", f"{name}: {trouble}")


def loaded(*argv):
    status, said = run(list(argv))
    return "" if status == 0 else f"{argv[0]} ended with {status}: {said.strip()[-800:]}"


def tables(text):
    """The tables that a ruleset defines: ``inet peerwright``."""
    return re.findall(r"^\s*table\s+(\w+\s+[\w-]+)\s*\{", text, re.M)


def apply_nft(box, text, old):
    """Load the file.  A table that only the old file had goes; those of others are not ours to touch."""
    gone = [one for one in tables(old) if one not in tables(text)]
    trouble = loaded("nft", "-f", box.paths["nftables.conf"]["path"]) if meant(text) else ""
    for one in gone if not trouble else ():
        run(["nft", "delete", "table", *one.split()])
    return trouble


def apply_links(_box, _text, _old):
    os.makedirs("/run/network", exist_ok=True)
    return loaded("ifreload", "-a") if shutil.which("ifreload") else "ifupdown2 is not installed"


def apply_swanctl(box, text, _old):
    if not shutil.which("swanctl"):
        return "swanctl is not installed" if meant(text) else ""
    trouble = loaded("swanctl", "--load-all", "--noprompt")
    return trouble if meant(text) else ""


def apply_daemons(_box, text, _old):
    """Daemons that are asked for and do not run are started, which ``reload`` does without touching the others."""
    status, shown = run(["vtysh", "-c", "show daemons"])
    wanted = {name for name, switch in re.findall(r"^(\w+)=(yes|no)", text, re.M) if switch == "yes"} - {"vtysh_enable"}
    if status == 0 and wanted <= set(shown.split()):
        return ""
    return loaded(INIT, "reload" if status == 0 else "restart")


def apply_frr(box, _text, _old):
    path = box.paths["frr.conf"]["path"]
    return loaded(sys.executable, RELOAD, "--reload", "--stdout", "--log-level", "error", path)


def apply_sysctl(box, text, _old):
    return loaded("sysctl", "-q", "-p", box.paths["sysctl.conf"]["path"]) if meant(text) else ""


APPLY = {
    "sysctl.conf": apply_sysctl,
    "interfaces": apply_links,
    "nftables.conf": apply_nft,
    "swanctl.conf": apply_swanctl,
    "daemons": apply_daemons,
    "frr.conf": apply_frr,
}


def restore(box, checkpoint):
    """Load the files of the checkpoint again; go on after a failure, for half a way back is better than none."""
    troubles = []
    for name in ORDER:
        if name not in checkpoint["disk"]:
            continue
        live = checkpoint["running"][name] if name == "frr.conf" else checkpoint["disk"][name]
        now = box.text(name)
        if name != "frr.conf" and now == live:
            continue
        box.write(name, live)
        trouble = APPLY[name](box, live, now)
        if trouble:
            troubles.append(f"{name}: {trouble}")
        box.write(name, checkpoint["disk"][name])
    return troubles


# ---------------------------------------------------------------------- timer


def start_timer(box, token, seconds):
    """A process of its own that restores the checkpoint after ``seconds``, unless it is called off."""
    ready, told = os.pipe()
    first = os.fork()
    if first:
        os.close(told)
        os.waitpid(first, 0)
        with os.fdopen(ready) as stream:
            return int(stream.read() or 0)
    os.setsid()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if os.fork():
        os._exit(0)
    os.write(told, str(os.getpid()).encode())
    os.closerange(0, 1024)
    for _ in range(3):
        os.open(os.devnull, os.O_RDWR)
    with contextlib.suppress(BaseException):
        wait_and_restore(box, token, time.monotonic() + seconds)
    os._exit(0)


def wait_and_restore(box, token, end):
    while time.monotonic() < end:
        time.sleep(min(0.5, max(0.05, end - time.monotonic())))
        pending = box.load("pending")
        if not pending or pending["token"] != token:
            return
    with box.lock(wait=120):
        pending = box.load("pending")
        if pending and pending["token"] == token:
            go_back(box, "not confirmed in time")


def go_back(box, why):
    checkpoint = box.load("checkpoint")
    troubles = restore(box, checkpoint) if checkpoint else ["there is no checkpoint"]
    box.forget("pending")
    box.keep("last", {"event": "reverted", "why": why, "troubles": troubles, "at": time.time()})
    return troubles


# ------------------------------------------------------------------- requests


def digest(texts):
    """Of what runs: the same text, the same digest."""
    joined = "\0".join(f"{name}\0{texts[name]}" for name in sorted(texts))
    return hashlib.sha256(joined.encode("utf-8", "surrogateescape")).hexdigest()


def op_read(box):
    running = box.running()
    return {
        "running": running,
        "startup": {name: box.text(name) for name in box.paths},
        "digest": digest(running),
        "pending": box.load("pending"),
        "last": box.load("last"),
    }


def op_check(box):
    return {"problems": check(box, box.request["files"])}


def op_compare(box):
    return {"diff": compare(box, box.request["files"])}


def op_commit(box):
    files, seconds = box.request["files"], box.request.get("revert_in")
    with box.lock():
        pending = box.load("pending")
        if pending and alive(pending):
            raise Refused("pending", f"a commit of {pending['user']} waits for its confirmation")
        problems = check(box, files)
        if problems:
            raise Refused("check", "the router refuses lines of the candidate", problems)
        before = box.running()
        expected = box.request.get("digest")
        if expected and digest(before) != expected:
            raise Refused("changed", "the config of the router changed since it was compared")
        disk = {name: box.text(name) for name in box.paths}
        box.keep("checkpoint", {"disk": disk, "running": before})
        token = os.urandom(8).hex()
        user = os.environ.get("SUDO_USER") or os.environ.get("USER") or str(os.getuid())
        entry = {"token": token, "user": user, "message": box.request.get("message", ""), "pid": 0}
        entry["deadline"] = time.time() + (seconds or GUARD)
        box.keep("pending", entry)
        entry["pid"] = start_timer(box, token, seconds or GUARD)
        box.keep("pending", entry)
        try:
            apply(box, files, disk)
        except Exception as error:
            troubles = go_back(box, f"could not be applied: {error}")
            after = "the old config is back" if not troubles else "going back failed too: " + "; ".join(troubles)
            raise Refused("apply", f"{error}; {after}") from None
        if not seconds:
            box.forget("pending")
            box.keep("last", {"event": "committed", "why": "", "troubles": [], "at": time.time()})
    return {"digest": digest(box.running())}


def alive(pending):
    """Whether the timer of a pending commit still runs; a reboot ends it."""
    try:
        os.kill(pending["pid"], 0)
    except (ProcessLookupError, TypeError):
        return False
    return pending["pid"] > 0


def op_confirm(box):
    with box.lock(wait=5):
        pending = box.load("pending")
        if not pending:
            raise Refused("none", "no commit waits for its confirmation")
        if not alive(pending):
            go_back(box, "its timer was gone")
            raise Refused("none", "the timer of the pending commit was gone (a reboot?); the old config is back")
        box.forget("pending")
        box.keep("last", {"event": "confirmed", "why": "", "troubles": [], "at": time.time()})
    return {}


def op_rollback(box):
    with box.lock(wait=30):
        if not box.load("checkpoint"):
            raise Refused("none", "there is nothing to go back to: no commit was made through this driver")
        troubles = go_back(box, "rolled back")
    if troubles:
        raise Refused("apply", "going back failed: " + "; ".join(troubles))
    return {}


def op_pending(box):
    """A pending commit; one whose timer died with the machine is undone now."""
    pending = box.load("pending")
    if pending and not alive(pending):
        with box.lock(wait=5):
            go_back(box, "its timer was gone")
        pending = None
    return {"pending": pending}


def op_run(box):
    return {"results": [run(argv, timeout=60) for argv in box.request["commands"]]}


def main():
    request = json.loads(sys.stdin.buffer.read().decode())
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    os.umask(0o077)
    try:
        answer = globals()["op_" + request["op"]](Box(request))
    except Refused as error:
        answer = {"error": str(error), "kind": error.kind, "problems": error.problems}
    except OSError as error:
        answer = {"error": f"{error.strerror}: {error.filename}", "kind": "system", "problems": []}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
