"""Labs with something done to them, and what has to be seen then.

Which inventory a scenario is run with is the user's choice: connect-through with customers that overlap is
``northlake --as linux_frr``, connect-to with both families ``hollins --as linux_frr``, encryption with an
active-active gateway ``fjellmark-linux``.  What an inventory has nothing for is ``not run``.
"""

from __future__ import annotations

from generator.lab.proof import Scenario
from generator.lab.proofs import FAULTS, LAST, STEADY
from generator.lab.proofs.faults import caught, instance_dead, kept_down, keys_rotated, one_link_carries
from generator.lab.proofs.forced import default_withdrawn, forced_tunnelling
from generator.lab.proofs.prefixes import accepted_as_planned, announced_as_planned
from generator.lab.proofs.wire import tags_on_the_wire
from generator.lab.scenarios import rewrite
from generator.lab.scenarios.alter import (
    active_passive,
    no_route_filter,
    one_prefix_too_many,
    swapped_links,
    wrong_key,
    wrong_tag,
)

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(name="planned", title="everything as the inventory says", proofs=(*STEADY, *FAULTS)),
    Scenario(
        name="active-passive",
        title="the primary link is preferred in both directions",
        proofs=(announced_as_planned, accepted_as_planned, one_link_carries, *FAULTS),
        alter=active_passive,
    ),
    Scenario(
        name="forced-tunnelling",
        title="what the VNets send to the Internet comes home, as long as there is a way out",
        proofs=(announced_as_planned, accepted_as_planned, forced_tunnelling, default_withdrawn),
        rewrite=rewrite.forced_tunnelling,
    ),
    Scenario(name="router-dead", title="the router that carries the traffic loses its power", proofs=LAST),
    Scenario(name="tunnel-dead", title="one instance of the VPN gateway loses its power", proofs=(instance_dead,)),
    Scenario(name="key-rotation", title="a connection gets a new key at both ends", proofs=(keys_rotated,)),
    Scenario(
        name="prefix-too-many",
        title="a session announces one prefix more than Microsoft takes",
        proofs=(kept_down,),
        alter=one_prefix_too_many,
        ready=False,
    ),
    Scenario(
        name="wrong-md5",
        title="one router has another MD5 key than Azure",
        proofs=(kept_down,),
        alter=wrong_key,
        ready=False,
    ),
    Scenario(
        name="wrong-tag",
        title="the routers have another tag than was ordered",
        proofs=(kept_down, caught(tags_on_the_wire)),
        alter=wrong_tag,
        ready=False,
    ),
    Scenario(
        name="swapped-link",
        title="the routers took each other's half of the link block",
        proofs=(kept_down,),
        alter=swapped_links,
        ready=False,
    ),
    Scenario(
        name="no-route-filter",
        title="nobody attached the route filter in Azure",
        proofs=(caught(accepted_as_planned),),
        alter=no_route_filter,
    ),
)
"""The first is run where none is asked for."""
