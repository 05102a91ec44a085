"""peerwright: from one inventory to the checked configs of both ExpressRoute routers."""

__version__ = "0.1.0"
