"""peerwright: from one inventory to the checked configs of both ExpressRoute routers.

The pipeline, one direction, each step a package with its story in its docstring::

    YAML ─▶ Inventory ─▶ Intent ─▶ Plan ─▶ View ─▶ Artifact ─▶ Facts
     source   inventory    inventory  plan    platforms  render    platforms (read)
                 │                     │                              │
                 └──── rules (INV-…) ──┘            readback + rules (PAIR-…, RB-…)

source
    Files to plain values, and for each its file, line and column, on demand.
inventory
    `models`: what users write, strict.  `resolve`: references followed and defaults filled in, the
    `Intent` that rules and planner look at.  `show`: where a value comes from.
plan
    `Intent` to `Plan`: every number, name, default and order of each router, in words no vendor owns
    (`model.facts`).
handover
    `Intent` to the other end: what is entered in Azure and ordered from the exchange provider, as data.
    Knows nothing of the plan, so that the rules (HND-…) can compare the two.
platforms
    One package a platform: its view (plan to its own words), its reader (text to facts), and what of a
    plan its text can show.  The only place that knows a vendor.
render
    The Jinja2 templates of `templates/`, which print and decide nothing; files staged and moved.
readback
    Trees, comparison with the plan, evaluated policies, the best-path simulation, native checkers.
rules
    One documented function each, by topic; `peerwright explain` prints them.
change
    From what a router runs to what it should run: what that means (`sentences`), which lines (`block_diff`),
    the commands in a safe order and back (`commands`), what a window needs beside them (`pack`).
compare
    Both sides of every router: two inventories, or running configs and one; `window` makes the change pack.
lab
    The routers as real devices on this machine, with Azure emulated around them, and what that proves.
report, cli
    Findings as text, JSON, SARIF; the handover sheet as Markdown, JSON; the verbs.

`pipeline` runs it, one component of routers at a time; `api` has the verbs for scripts::

    from pathlib import Path
    from generator import api
    result = api.check(Path("inventories/northlake"))
"""

__version__ = "0.1.0"
