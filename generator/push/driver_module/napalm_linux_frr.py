"""Where NAPALM looks for a driver called ``linux_frr``.  The build puts this file at the top level."""

from generator.push.napalm_linux_frr import LinuxFRRDriver

__all__ = ["LinuxFRRDriver"]
