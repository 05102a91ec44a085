"""Files that a Linux router takes as a whole: the commands are the file, byte for byte."""

from __future__ import annotations

from generator.change.simulate import router
from generator.platforms import load
from tests.changes.cases import EDITS, base
from tests.changing import proven, rendered, whole_files


def change(name: str):  # type: ignore[no-untyped-def]
    inventory = base("linux_frr")
    _, before, after = EDITS[name]
    before(inventory)
    running = rendered(inventory)[1]
    after(inventory)
    device, intended = rendered(inventory)
    return proven(device, running, intended, before=running), running, intended


def test_the_commands_give_every_file_byte_for_byte_there_and_back() -> None:
    proof, running, intended = change("several")
    there, back = whole_files(proof.change.steps), whole_files(proof.change.rollback)
    assert set(there) >= {"nftables.conf", "interfaces"}
    assert there == {name: intended[name] for name in there}
    assert back == {name: running[name] for name in there}


def test_a_file_in_which_only_comments_and_indentation_differ_is_left_alone() -> None:
    device, intended = rendered(base("linux_frr"))
    running = {
        name: text
        if name == "frr.conf"
        else "# by somebody\n\n" + text.replace("\n    ", "\n\t").replace("\n#", "\n# #")
        for name, text in intended.items()
    }
    assert proven(device, running, intended, before=running).change.steps == ()


def test_the_simulated_router_reads_a_file_that_was_put_into_place_like_one_that_was_there() -> None:
    proof, _, intended = change("firewall-on")
    platform = load("linux_frr")
    assert proof.end == platform.read(router(platform, intended).trees()).facts
