"""References to keys: resolved late, reported where they cannot be, and never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.inventory.secrets import SecretStore
from generator.model.secret import Secret


def message(store: SecretStore, reference: str) -> str:
    assert not store.get(reference, ("md5",)).known
    (finding,) = store.findings
    assert finding.rule == "SEC-001"
    assert finding.path == ("md5",)
    return finding.message


def test_a_variable_and_a_file_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PW_KEY", "Alpha1")
    (tmp_path / "key").write_text("Bravo2\n")
    store = SecretStore(tmp_path)
    assert store.get("env:PW_KEY", ()).reveal() == "Alpha1"
    assert store.get("file:key", ()).reveal() == "Bravo2"
    assert store.get("InTheClear3", ()).reveal() == "InTheClear3"
    assert store.findings == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be resolved: there is no such file"),
        (b"", "cannot be resolved: the file must hold one line, the key"),
        (b"one\ntwo\n", "cannot be resolved: the file must hold one line, the key"),
        (b"\xff\xfe", "cannot be resolved: the file is not text"),
        (b"x" * 5000, "cannot be resolved: the file must hold one line, the key"),
    ],
)
def test_what_cannot_be_resolved_is_said(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    assert message(SecretStore(tmp_path), "file:key") == f"secret file:key {said}"


def test_a_variable_that_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PW_KEY", raising=False)
    assert message(SecretStore(tmp_path), "env:PW_KEY").endswith("the environment variable is not set")


def test_each_use_of_a_broken_reference_is_reported_at_its_place(tmp_path: Path) -> None:
    store = SecretStore(tmp_path)
    store.get("file:none", ("a", "md5"))
    store.get("file:none", ("b", "md5"))
    assert [one.path for one in store.findings] == [("a", "md5"), ("b", "md5")]


def test_no_way_of_printing_shows_the_key() -> None:
    secret = Secret("hunter2", "env:KEY")
    for text in (str(secret), repr(secret), f"{secret}", f"{secret:>20}", f"{[secret]!r}", "%s" % secret):  # noqa: UP031
        assert "hunter2" not in text
    assert secret == Secret("hunter2", "file:other")
    assert secret != Secret("Hunter2", "env:KEY")
    assert Secret(None, "a") != secret
