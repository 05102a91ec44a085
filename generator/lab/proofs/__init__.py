"""What `lab run` proves: one function a proof, in the order in which they are tried.

sessions, prefixes
    BGP with keys and BFD; what was announced and what was accepted, asked of both ends.
wire
    What is really on the wire: tags, and nothing legible where it should be encrypted.
flows, isolation
    What passes the filters and what does not; that customers do not see each other.
failover, maintenance
    How long a fault is felt, from both sides, and that planned maintenance is not felt.
forced, nat
    Where the default route leads, and which sources Microsoft sees.
"""

from __future__ import annotations

from generator.lab.proof import Proof
from generator.lab.proofs.failover import link_down, router_dead, silent_loss
from generator.lab.proofs.flows import flows_pass
from generator.lab.proofs.forced import forced_tunnelling
from generator.lab.proofs.isolation import customers_apart
from generator.lab.proofs.maintenance import drain_without_loss
from generator.lab.proofs.nat import translated
from generator.lab.proofs.prefixes import accepted_as_planned, announced_as_planned
from generator.lab.proofs.sessions import bfd_up, keyed
from generator.lab.proofs.tunnels import tunnels_up
from generator.lab.proofs.wire import encrypted, tags_on_the_wire

STEADY: tuple[Proof, ...] = (
    keyed,
    bfd_up,
    announced_as_planned,
    accepted_as_planned,
    tags_on_the_wire,
    tunnels_up,
    encrypted,
    flows_pass,
    customers_apart,
    translated,
    forced_tunnelling,
)
"""Those that break nothing."""
FAULTS: tuple[Proof, ...] = (drain_without_loss, link_down, silent_loss)
"""Those that mend what they broke."""
LAST: tuple[Proof, ...] = (router_dead,)
"""Those after which the lab is not what it was."""
