"""A lab on this machine: the routers as real devices, and everything around them emulated.

One direction again::

    Intent + Plan ─▶ Sites ─▶ Topology ─▶ engine ─▶ Lab ─▶ proofs
              sites      edge, platforms      boot     run

model
    `Device`, `Interface`, `Link`, `Topology`: what the lab program builds, in words of Linux.
sites
    What each emulated device is, in the inventory's words: which circuit, which peerings, which addresses.
topology
    Who is wired to whom, and the whole put together.
edge
    Configurations of the emulated Microsoft edges, VPN gateways, VNets and on-premises sides, and the proofs.
engine
    Where the lab program runs: in namespaces of this machine's kernel, or in a User-Mode-Linux kernel.
agent
    The lab program: makes the devices, and runs commands in them.  Standard library only.
"""
