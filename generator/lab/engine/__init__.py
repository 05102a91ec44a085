"""Where a lab runs: the probe of this machine, the engines, and the process that keeps one alive."""
