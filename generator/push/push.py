"""The whole push: pairs compared, shown, agreed to, and changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path

from generator.model.outcome import CheckResult, Progress, Refused
from generator.model.plan import DevicePlan
from generator.model.secret import Secret
from generator.push.access import Access
from generator.push.back_out import BackOut
from generator.push.journal import NAME, Journal, finished, state_folder
from generator.push.locks import held
from generator.push.masking import masked
from generator.push.outcome import Event, PairResult
from generator.push.rollout import Rollout
from generator.push.session import Session
from generator.push.state import expectation
from generator.push.targets import PairTarget
from generator.push.waves import carry_out
from generator.push.world import Options, World

MakeSession = Callable[[DevicePlan, Access, Sequence[Secret]], Session]


@dataclass(frozen=True, slots=True)
class PushOptions:
    """What a person may choose."""

    commit: bool = False
    max_parallel: int = 10
    without_confirm: bool = False
    resume: bool = False
    journal: Path | None = None
    rollout: Options = field(default_factory=Options)


@dataclass(slots=True)
class PushResult:
    """What a push tells its caller."""

    check: CheckResult
    pairs: list[PairResult] = field(default_factory=list)
    committed: bool = False
    """Changes were made, or tried."""
    declined: bool = False
    journal: Path | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return all(one.good for one in self.pairs)


class Push:
    """One run.  ``make_session``: how a router is reached; NAPALM, or a fake in tests."""

    def __init__(
        self,
        pairs: Sequence[PairTarget],
        options: PushOptions,
        make_session: MakeSession,
        *,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
        world: World | None = None,
    ) -> None:
        self.pairs = {one.name: one for one in pairs}
        self.options = options
        self.make_session = make_session
        self.interrupt = stop or threading.Event()
        self.progress = progress
        self.world = world or World()
        self.journal: Journal | None = None
        self.journal_path = options.journal or state_folder() / NAME
        self.back_out = BackOut(self.journal_path.parent)
        self.rollouts: dict[str, Rollout] = {}
        self._lock = threading.Lock()

    def run(self, check: CheckResult, agree: Callable[[PushResult], bool]) -> PushResult:
        """Compare all; with ``commit`` ask by ``agree``, and change."""
        result = PushResult(check)
        todo = self._todo(result)
        places = [one.place for name in todo for one in self.pairs[name].access.values()]
        with held(places, state_folder()) if self.options.commit else nullcontext():
            result.pairs = self._each("comparing", todo, self._look, canary=False, stop=threading.Event())
            changing = [one.pair for one in result.pairs if one.state == "done"]
            if not self.options.commit or not result.good or not changing or self.interrupt.is_set():
                return result
            if not agree(result):
                result.declined = True
                return result
            self._change(result, changing)
        return result

    def _todo(self, result: PushResult) -> list[str]:
        """The pairs of this run, less those that an earlier one finished; refuses what has no timer."""
        options = self.options
        names = list(self.pairs)
        if options.resume:
            over = finished(self.journal_path, {one.name: one.digest for one in self.pairs.values()})
            names = [name for name in names if name not in over]
            result.notes += [f"{name} was finished before" for name in self.pairs if name in over]
        lacking = [router for name in names for router in self.pairs[name].without_timer]
        if lacking and options.commit and not options.without_confirm:
            raise Refused(
                f"{', '.join(lacking)} cannot go back by itself: its NAPALM driver has no commit timer",
                "--without-confirm pushes it all the same, and tries a rollback of our own where a gate stays shut",
            )
        result.notes += [f"{one} has no commit timer: with a lost connection it would not go back" for one in lacking]
        return names

    def _each(
        self,
        stage: str,
        names: Sequence[str],
        work: Callable[[str], PairResult],
        *,
        canary: bool,
        stop: threading.Event,
    ) -> list[PairResult]:
        if self.progress is not None:
            self.progress.stage(stage, len(names))
        return carry_out(names, work, at_once=self.options.max_parallel, stop=stop, done=self._advance, canary=canary)

    def _advance(self, _: PairResult) -> None:
        if self.progress is not None:
            with self._lock:
                self.progress.advance()

    def _look(self, name: str) -> PairResult:
        pair = self.pairs[name]
        sessions = {
            router: self.make_session(plan, pair.access[router], pair.secrets) for router, plan in pair.plans.items()
        }
        wanted = {router: expectation(plan) for router, plan in pair.plans.items()}
        world = replace(
            self.world,
            stopping=self.interrupt.is_set,
            tell=lambda event: self._tell(name, event),
            keep=self.back_out.keep,
        )
        rollout = Rollout(name, pair.targets, sessions, wanted, self.options.rollout, world)
        self.rollouts[name] = rollout
        found = rollout.look()
        # A session masks its diffs already; this is where everything that is shown comes by.
        found.diffs = {router: masked(diff, pair.secrets) for router, diff in found.diffs.items()}
        return found

    def _change(self, result: PushResult, names: Sequence[str]) -> None:
        self.journal = Journal(self.journal_path)
        result.journal, result.committed = self.journal.path, True
        try:
            self._each("pushing", names, self._change_one, canary=True, stop=self.interrupt)
        finally:
            self.journal.close()
        by_name = {name: self.rollouts[name].result for name in names}
        result.pairs = [by_name.get(one.pair, one) for one in result.pairs]
        for one in result.pairs:
            if one.pair in by_name and one.state == "done" and not one.changed:
                one.state, one.why = "skipped", "another pair failed before, or the push was interrupted"

    def _change_one(self, name: str) -> PairResult:
        done = self.rollouts[name].change()
        if self.journal is not None:
            self.journal.write(
                pair=name, step="pair", outcome=done.state, detail=done.why, wanted=self.pairs[name].digest
            )
        return done

    def _tell(self, pair: str, event: Event) -> None:
        if self.journal is not None:
            self.journal.write(
                pair=pair, router=event.router, step=event.step, outcome=event.outcome, detail=event.detail
            )


def napalm_session(plan: DevicePlan, access: Access, secrets: Sequence[Secret]) -> Session:
    """The session of a real router."""
    from generator.push.napalm_session import NapalmSession

    return NapalmSession(plan, access, secrets, "peerwright")
