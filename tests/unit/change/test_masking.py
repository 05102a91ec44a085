"""No key gets through, whatever line it stands in; lines without keys stay as they are."""

from __future__ import annotations

import pytest

from generator.change.masking import Masker
from generator.model.secret import Secret


@pytest.mark.parametrize(
    "line",
    [
        "neighbor 192.0.2.1 password 0 KEY",
        "neighbor 192.0.2.1 password 7 KEY",
        "enable secret 9 KEY",
        "username admin privilege 15 secret 9 KEY",
        "pre-shared-key local KEY",
        "pre-shared-key address 192.0.2.1 255.255.255.255 key KEY",
        "crypto isakmp key KEY address 192.0.2.1",
        "tacacs-server key 7 KEY",
        "key-string 7 KEY",
        "ip ospf message-digest-key 1 md5 7 KEY",
        'authentication-key "KEY"',
        "snmp-server community KEY RO",
        'pre-shared-key ascii-text "KEY"',
        "pre-shared-key hexadecimal KEY",
        'encrypted-password "KEY"',
        "secret = 0sKEY",
        'secret = "KEY"',
        "cak KEY",
        "key 0 KEYKEY",
    ],
)
def test_a_key_behind_a_word_that_announces_it_is_hidden(line: str) -> None:
    shown = Masker()(line)
    assert "KEY" not in shown
    assert "••••" in shown


@pytest.mark.parametrize(
    "line",
    [
        "neighbor 192.0.2.1 timers 60 180",
        "service password-encryption",
        "key chain MACSEC macsec",
        "key 01",
        "match community SERVICES",
        "ip community-list standard X permit 12076:51002",
        "secrets {",
        "neighbor 192.0.2.1 send-community both",
        "description keyboard of the password office",
    ],
)
def test_other_lines_stay(line: str) -> None:
    assert Masker()(line) in (line, line.split("password ", 1)[0] + "password ••••")


def test_a_known_key_is_hidden_wherever_it_stands() -> None:
    mask = Masker([Secret("Hunter2Hunter2"), Secret(None, "env:X")])
    assert mask("description was Hunter2Hunter2 once") == "description was •••• once"


def test_the_same_key_in_another_encoding_looks_the_same() -> None:
    mask = Masker()
    assert mask("neighbor 192.0.2.1 password 7 0822455D0A16") == mask("neighbor 192.0.2.1 password 0 cisco")
