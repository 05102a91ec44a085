"""A lab on this machine: the routers as real devices, and everything around them emulated.

One direction again::

    Intent + Plan ─▶ Sites + wires ─▶ Topology ─▶ engine ─▶ Lab ─▶ proofs
                     surroundings     topology    boot      lab    proofs, scenarios

recast, flatten
    The same inventory with all routers on another platform (``--as``), or without what a kernel lacks.
surroundings, wiring, sites
    What stands around the routers, who is wired to whom, and what each emulated device is in the
    inventory's words: which circuit, which peerings, which addresses.
edge
    From a site, what makes a device a Microsoft edge, a VPN gateway, a VNet or a network on premises.
topology, model
    The whole put together, as plain values: `Device`, `Interface`, `Link`.
engine
    Where it runs: in namespaces of this machine's kernel (native, flat), or in a User-Mode-Linux kernel that
    is built once.  `probe` says which and why; `keeper` is the one process that a lab lives and dies with.
agent
    The lab program, in there: makes the devices, and runs commands in them.
boot, state, channel, access
    Up and down, what the machine remembers of a lab, the way to its agent, SSH into its routers.
lab
    The lab as proofs and people use it.
proof, proofs, scenarios, registry
    What is claimed, how it is tried, and with what done to the lab.

Nothing of a lab is in the machine's own namespaces, and the kernel ends all of it when the keeper ends.
"""
