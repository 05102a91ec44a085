"""Processes are known by number and start, so that a stranger under an old number is never touched."""

from __future__ import annotations

import subprocess

import pytest

from generator.lab.engine.process import Mark, alive, end, mark_of


@pytest.fixture
def sleeper() -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"])


def test_a_stranger_under_the_same_number_is_left_alone(sleeper: subprocess.Popen[bytes]) -> None:
    mark = mark_of(sleeper.pid)
    assert mark is not None
    old = Mark(mark.pid, mark.started - 1)
    assert alive(mark)
    assert not alive(old)
    end(old)
    assert sleeper.poll() is None
    sleeper.kill()
    sleeper.wait()


def test_what_is_ours_is_ended_and_counts_as_gone_before_anybody_waited(sleeper: subprocess.Popen[bytes]) -> None:
    mark = mark_of(sleeper.pid)
    assert mark is not None
    end(mark)
    assert mark_of(sleeper.pid) is None
    assert not alive(mark)
    assert sleeper.wait() == -15
    end(mark)


def test_what_does_not_listen_is_killed() -> None:
    deaf = subprocess.Popen(["sh", "-c", "trap '' TERM; echo; while :; do sleep 1; done"], stdout=subprocess.PIPE)
    assert deaf.stdout is not None
    deaf.stdout.readline()
    mark = mark_of(deaf.pid)
    assert mark is not None
    end(mark, patience=0.2)
    assert deaf.wait() == -9
