"""NAPALM driver ``linux_frr``: a Linux router with FRRouting, ifupdown2, nftables and strongSwan.

::

    from napalm import get_network_driver
    with get_network_driver("linux_frr")("r1", "root", "") as router:
        router.load_replace_candidate(filename="r1.bundle")
        print(router.compare_config())
        router.commit_config(revert_in=120)
        router.confirm_commit()
"""

from .driver import LinuxFRRDriver

__all__ = ["LinuxFRRDriver"]
