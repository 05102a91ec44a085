"""The User-Mode-Linux kernel: built once from Debian's source package, and kept in the user's cache.

Debian's own ``user-mode-linux`` will not do: it has no inet tables of nftables and no XFRM interfaces, and
it panics on processors whose registers need more than the 2,696 bytes it saves them in (``ptrace set fp
regs failed, errno = 14``; with AMX it is about 11 KB).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from generator.model.outcome import Progress, Refused

ARCHIVE: Final = Path("/usr/src/linux-source-6.1.tar.xz")
PACKAGES: Final = {"flex": "flex", "bison": "bison", "bc": "bc", "make": "make", "gcc": "gcc", "xz": "xz-utils"}
"""Program → the Debian package that has it."""
HEADERS: Final = {"/usr/include/stdio.h": "libc6-dev"}
PATCH: Final = ("arch/x86/um/user-offsets.c", r"\b2696\b", "12288")
"""File, pattern, replacement: room for the registers of any processor."""
STEPS: Final = 1670
"""Lines that a build prints, roughly: for the progress bar."""
_UNUSED: Final = tuple(
    f"--exclude=linux-source-6.1/{path}" for path in ("arch/*/boot/dts", "drivers/gpu/drm/amd/include", "tools/testing")
)
"""Parts of the source that this build never reads: other processors, and tests."""


def fragment() -> str:
    """The configuration, beside the defconfig."""
    return (Path(__file__).parent / "kernel.config").read_text()


def source_version(archive: Path = ARCHIVE) -> str:
    """Version of the source: that of the Debian package, else what the file is like.  `Refused` where there is none."""
    if not archive.exists():
        raise Refused("the User-Mode-Linux kernel cannot be built: its source is missing", _install(missing(archive)))
    query = ["dpkg-query", "-W", "-f", "${Version}", archive.name.removesuffix(".tar.xz")]
    with contextlib.suppress(OSError):
        done = subprocess.run(query, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode == 0 and done.stdout:
            return done.stdout
    status = archive.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def missing(archive: Path = ARCHIVE) -> list[str]:
    """Debian packages without which it cannot be built."""
    wanted = [] if archive.exists() else [archive.name.removesuffix(".tar.xz")]
    wanted += [package for program, package in PACKAGES.items() if shutil.which(program) is None]
    return wanted + [package for file, package in HEADERS.items() if not Path(file).exists()]


def _install(packages: list[str]) -> str:
    return f"apt-get install {' '.join(packages)}"


def cache_folder(environ: dict[str, str] | None = None) -> Path:
    """``~/.cache/peerwright/uml``, or where XDG_CACHE_HOME says."""
    found = os.environ if environ is None else environ
    base = found.get("XDG_CACHE_HOME") or f"{found.get('HOME') or '/root'}/.cache"
    return Path(base) / "peerwright" / "uml"


def fingerprint(version: str, options: str) -> str:
    """Of everything that makes the kernel what it is.

    >>> fingerprint("6.1.1-1", "CONFIG_A=y") == fingerprint("6.1.1-1", "CONFIG_A=n")
    False
    """
    text = "\0".join((version, options, *PATCH, os.uname().machine))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cached() -> Path | None:
    """The kernel, where it was built before."""
    try:
        file = cache_folder() / fingerprint(source_version(), fragment()) / "linux"
    except Refused:
        built = sorted(cache_folder().glob("*/linux"), key=lambda one: one.stat().st_mtime)
        return built[-1] if built else None  # without the source there is nothing newer to be had
    return file if file.exists() else None


def kernel(progress: Progress | None = None) -> Path:
    """The kernel, built if need be: some eight minutes of processor time, 1.5 GB of disk while it lasts."""
    found = cached()
    if found is not None:
        return found
    version = source_version()
    lacking = missing()
    if lacking:
        raise Refused("the User-Mode-Linux kernel cannot be built: packages are missing", _install(lacking))
    target = cache_folder() / fingerprint(version, fragment())
    try:
        target.mkdir(parents=True, exist_ok=True)
        with _alone(target / "lock"):
            if not (target / "linux").exists():  # somebody else may have built it meanwhile
                _build(target, progress)
    except OSError as error:
        raise Refused(f"cannot write {error.filename or target}: {error.strerror}", "set XDG_CACHE_HOME") from None
    return target / "linux"


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(target: Path, progress: Progress | None) -> None:
    log = target / "build.log"
    with tempfile.TemporaryDirectory(dir=target, prefix="build-") as folder, log.open("w") as said:
        if progress is not None:
            progress.stage("unpacking the kernel's source", 0)
        _step(["tar", "-xf", str(ARCHIVE), "-C", folder, *_UNUSED], Path(folder), said.write, log)
        tree = next(one for one in Path(folder).iterdir() if one.is_dir())
        file = tree / PATCH[0]
        text, count = re.subn(PATCH[1], PATCH[2], file.read_text())
        if not count:
            raise Refused(f"{PATCH[0]} of this kernel source is not as expected", f"report it with {ARCHIVE}'s version")
        file.write_text(text)
        (tree / "peerwright.config").write_text(fragment())
        _step(["make", "ARCH=um", "defconfig"], tree, said.write, log)
        _step(["./scripts/kconfig/merge_config.sh", "-m", ".config", "peerwright.config"], tree, said.write, log)
        _step(["make", "ARCH=um", "olddefconfig"], tree, said.write, log)
        if progress is not None:
            progress.stage("building the User-Mode-Linux kernel (once)", STEPS)

        def line(text: str) -> None:
            said.write(text)
            if progress is not None:
                progress.advance()

        _step(["make", "ARCH=um", f"-j{_cores()}", "linux"], tree, line, log)
        _step(["strip", "-g", "linux"], tree, said.write, log)
        shutil.copy2(tree / "linux", target / "linux.new")
        (target / "linux.new").replace(target / "linux")
    log.unlink()


def _step(command: list[str], folder: Path, line: Callable[[str], object], log: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), "LC_ALL": "C", "HOME": str(folder)}
    with subprocess.Popen(  # noqa: S603 - programs that we name
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        try:
            for text in process.stdout:
                line(text)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise Refused(f"the User-Mode-Linux kernel could not be built: {' '.join(command[:3])} failed", f"see {log}")


def _cores() -> int:
    return len(os.sched_getaffinity(0))
