"""Words of lines that are in blocks we own and say nothing about peering: they are passed over."""

from __future__ import annotations

from typing import Final

# fmt: off
INTERFACE: Final = frozenset((
    "access-session", "aggregate", "arp", "authentication", "auto", "bandwidth", "bridge-domain", "carrier-delay",
    "cdp", "channel-group", "cisco", "clns", "crypto", "cts", "delay", "device-tracking", "dot1x", "duplex",
    "ethernet", "evc", "exit", "fair-queue", "flowcontrol", "hold-queue", "ip-prefix", "ipv4", "isis", "keepalive",
    "l2protocol", "lacp", "lisp", "lldp", "load-interval", "logging", "mab", "mac-address", "media-type",
    "mpls", "nat66", "negotiation", "ntp", "performance", "plim", "port-channel", "power", "pppoe",
    "priority-queue", "queue-limit", "random-detect", "rate-limit", "routing", "service", "snmp",
    "source", "spanning-tree", "speed", "srr-queue", "storm-control", "switchport", "synce", "transceiver",
    "tx-ring-limit", "udld", "umbrella", "vlan-id", "xconnect",
))
"""First words of lines of an interface."""
# fmt: on

# fmt: off
INTERFACE_IP: Final = frozenset((
    "accounting", "authentication", "bandwidth-percent", "bfd", "broadcast-address", "cef",
    "destination-guard", "dhcp", "directed-broadcast", "dns", "eigrp", "enable", "flow", "hello-interval",
    "helper-address", "hold-time", "igmp", "inspect", "ips", "load-sharing", "local-proxy-arp", "mask-reply",
    "mfib", "mld", "mroute-cache", "mtu-ignore", "multicast", "nbar", "nd", "nhrp", "ospf", "pim", "policy",
    "proxy-arp", "redirects", "rip", "route-cache", "router", "rsvp", "split-horizon", "sticky-arp",
    "summary-address", "traffic-export", "unreachables", "urd",
    "virtual-reassembly", "wccp",
))
"""Second words, after ``ip`` or ``ipv6``."""
# fmt: on

# fmt: off
BGP: Final = frozenset((
    "auto-summary", "bmp", "distance", "exit", "exit-address-family",
    "exit-peer-policy", "exit-peer-session", "scope-export", "synchronization", "table-map",
))
"""First words under ``router bgp`` and its address families."""
# fmt: on

# fmt: off
BGP_OPTIONS: Final = frozenset((
    "additional-paths", "advertise-best-external", "aggregate-timer", "always-compare-med", "asnotation",
    "bestpath", "client-to-client", "cluster-id", "confederation", "consistency-checker", "dampening",
    "deterministic-med", "dmzlink-bw", "enforce-first-as", "fast-external-fallover", "graceful-restart",
    "inject-map", "log-neighbor-changes", "nexthop", "recursion", "redistribute-internal", "refresh",
    "regexp", "route-map-cache", "rpki", "rr-group", "scan-time", "slow-peer", "soft-reconfig-backup", "sso",
    "suppress-inactive", "transport", "update-delay", "upgrade-cli",
))
"""Second words, after ``bgp``."""
# fmt: on
