"""One run, stage by stage, in this process: what each of them takes.

The calls are those of `generator.pipeline`, with a clock between them.

    python -m tests.benchmarks.stages INVENTORY OUT        # prints a JSON object, stage → figures
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from generator.inventory.load import validate
from generator.inventory.resolve import resolve
from generator.inventory.secrets import SecretStore
from generator.model.collector import collector_paused
from generator.pipeline import difference, pair_things, tunnel_things
from generator.plan import components, plan_component
from generator.platforms import load as load_platform
from generator.readback.compare import compare
from generator.readback.evidence import DeviceEvidence
from generator.readback.other_end import handover_things
from generator.readback.read import read_rendered
from generator.readback.sharing import share_policies
from generator.render import Stage
from generator.render.engine import renderer_of
from generator.rules import engine
from generator.source import load as load_source

STAGES = ("load", "validate", "resolve", "rules", "plan", "render", "read back", "pair rules", "write")
"""In the order of the work; what belongs to a router or a pair comes around once for each component."""


class Clock:
    """CPU seconds and lines of each stage, and the peak of memory at its end."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys(STAGES, 0.0)
        self.lines = dict.fromkeys(STAGES, 0)
        self.peak = dict.fromkeys(STAGES, 0.0)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        before = time.process_time()
        yield
        self.seconds[name] += time.process_time() - before
        self.peak[name] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(root: Path, out: Path) -> dict[str, dict[str, float]]:
    """Go through the stages; seconds, lines and megabytes of each."""
    clock = Clock()
    written = sum(path.read_bytes().count(b"\n") for path in root.rglob("*.yaml"))
    with collector_paused():
        with clock.stage("load"):
            source = load_source(root)
        with clock.stage("validate"):
            inventory, wrong = validate(source.data)
            source.data.clear()
        assert inventory is not None, wrong
        with clock.stage("resolve"):
            intent, findings = resolve(inventory, SecretStore(source.root))
        with clock.stage("rules"):
            findings += engine.run(engine.things_of(intent), lab=intent.lab)
        clock.lines.update(dict.fromkeys(("load", "validate", "resolve", "rules"), written))
        stage = Stage(out)
        for component in components(intent):
            with clock.stage("plan"):
                part = plan_component(intent, component)
            evidence: dict[str, DeviceEvidence] = {}
            lines = 0
            for device in part.plan.devices.values():
                platform = load_platform(device.platform)
                with clock.stage("render"):
                    texts = {each.file.name: each.text for each in renderer_of(device.platform).render(device)}
                with clock.stage("read back"):
                    result = read_rendered(platform, texts)
                    one = DeviceEvidence(plan=device, platform=platform, result=result, texts=texts)
                    found = compare(device, result, platform, wanted=one.wanted)
                    findings += [difference(each, rendered=True) for each in found]
                    one.result = msgspec.structs.replace(result, facts=one.wanted)
                    del result
                evidence[device.name] = one
                with clock.stage("write"):
                    for name, text in texts.items():
                        stage.put(device.name, name, text)
                lines += sum(text.count("\n") for text in texts.values())
            with clock.stage("pair rules"):
                share_policies(evidence.values())
                things = (
                    *evidence.values(),
                    *pair_things(part.plan.pairs, evidence),
                    *tunnel_things(part.plan.tunnels, evidence),
                    *handover_things(component.customers, evidence),
                )
                findings += engine.run(things, lab=intent.lab)
            for name in ("plan", "render", "read back", "pair rules", "write"):
                clock.lines[name] += lines
        with clock.stage("write"):
            stage.commit()
    assert not findings, findings[:3]
    return {
        name: {"seconds": clock.seconds[name], "lines": clock.lines[name], "megabytes": clock.peak[name]}
        for name in STAGES
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
