"""The kernel: from which source, with which options, where it is kept, and what is said where it cannot be built."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from generator.lab.engine import uml
from generator.model.outcome import Refused


def test_the_fragment_has_what_the_probe_asks_of_a_kernel() -> None:
    options = uml.fragment().splitlines()
    for name in (
        "VLAN_8021Q",
        "NET_VRF",
        "XFRM_INTERFACE",
        "INET_ESP",
        "NF_TABLES_INET",
        "NET_SCH_NETEM",
        "NET_SCH_HTB",
    ):
        assert f"CONFIG_{name}=y" in options
    for name in ("TCP_MD5SIG", "OVERLAY_FS", "HOSTFS", "UML_NET_VECTOR", "CGROUP_BPF", "VETH", "DUMMY", "BRIDGE"):
        assert f"CONFIG_{name}=y" in options
    assert "CONFIG_MODULES=n" in options
    assert "CONFIG_VMAP_STACK=n" in options  # else it freezes within minutes of captures on a busy machine
    assert not any(one.startswith("CONFIG_EXPERT") for one in options)
    named = [one.partition("=")[0] for one in options if one.startswith("CONFIG_")]
    assert len(named) == len(set(named))


def test_anything_that_changes_the_kernel_changes_its_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = uml.fingerprint("6.1.1", "CONFIG_A=y")
    assert before == uml.fingerprint("6.1.1", "CONFIG_A=y")
    assert len({before, uml.fingerprint("6.1.2", "CONFIG_A=y"), uml.fingerprint("6.1.1", "CONFIG_A=n")}) == 3
    monkeypatch.setattr(uml, "PATCH", (*uml.PATCH[:2], "16384"))
    assert uml.fingerprint("6.1.1", "CONFIG_A=y") != before


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    assert uml.cache_folder({"HOME": "/home/x"}) == Path("/home/x/.cache/peerwright/uml")
    assert uml.cache_folder({"HOME": "/home/x", "XDG_CACHE_HOME": "/c"}) == Path("/c/peerwright/uml")


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(uml, "ARCHIVE", tmp_path / "linux-source-6.1.tar.xz")
    monkeypatch.setattr(
        uml.shutil, "which", lambda program: None if program in ("flex", "bc") else f"/usr/bin/{program}"
    )
    assert uml.missing(uml.ARCHIVE)[:3] == ["linux-source-6.1", "flex", "bc"]
    with pytest.raises(Refused) as refused:
        uml.source_version(uml.ARCHIVE)
    assert refused.value.fix.startswith("apt-get install linux-source-6.1 flex bc")


def _source(folder: Path, offsets: str, makefile: str) -> Path:
    """A kernel's source in small: what the build touches, and a make that does what it says."""
    tree = folder / "linux-source-6.1"
    for name, text in {
        "arch/x86/um/user-offsets.c": offsets,
        "scripts/kconfig/merge_config.sh": "#!/bin/sh\ncat peerwright.config >> .config\n",
        "Makefile": makefile,
    }.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    (tree / "scripts/kconfig/merge_config.sh").chmod(0o755)
    archive = folder / "linux-source-6.1.tar.xz"
    subprocess.run(["tar", "-cJf", archive, "-C", folder, "linux-source-6.1"], check=True)
    return archive


MAKEFILE = """\
defconfig olddefconfig:
\ttouch .config
linux:
\tgrep -q 12288 arch/x86/um/user-offsets.c
\tgrep -q CONFIG_NET_VRF=y .config
\tcp /bin/true linux
"""


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(uml, "source_version", lambda: "1")
    monkeypatch.setattr(uml, "missing", list)
    return tmp_path


def test_it_is_built_once_from_the_patched_source_and_leaves_nothing_else(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uml, "ARCHIVE", _source(small, "DEFINE_LONGS(HOST_FP_SIZE, 2696);\n", MAKEFILE))
    killed = uml.cache_folder() / uml.fingerprint("1", uml.fragment()) / "build-killed"
    killed.mkdir(parents=True)
    built = uml.kernel()
    assert subprocess.run([built], check=False).returncode == 0
    assert sorted(one.name for one in built.parent.iterdir()) == ["linux", "lock"]
    stamp = built.stat().st_mtime_ns
    assert uml.kernel() == built
    assert built.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("offsets", "makefile", "message"),
    [
        ("nothing to patch\n", MAKEFILE, "not as expected"),
        ("x 2696\n", MAKEFILE.replace("cp /bin/true linux", "false"), "could not be built: make ARCH=um"),
    ],
)
def test_a_build_that_fails_says_so_and_leaves_no_kernel(
    small: Path, monkeypatch: pytest.MonkeyPatch, offsets: str, makefile: str, message: str
) -> None:
    monkeypatch.setattr(uml, "ARCHIVE", _source(small, offsets, makefile))
    with pytest.raises(Refused, match=message):
        uml.kernel()
    assert uml.cached() is None
    assert not list((small / "cache").rglob("build-*"))
