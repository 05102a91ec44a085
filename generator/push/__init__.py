"""From the plan to the routers: through NAPALM, one path of a pair at a time.

`rollout` is the order of steps for one pair and knows no device; `session` is what it needs of one, with
NAPALM behind it.  `candidate` makes whole files of a plan and of a drain, `merging` commands.  `gates`
compares what a router sees with what the plan says, before and after.  `waves` carries many pairs
through, with Nornir.  `napalm_linux_frr` is a NAPALM driver of its own.
"""
