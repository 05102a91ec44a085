"""The far side of the lab: what stands where Microsoft, the VPN gateway, the VNets and the customer would be.

Independent of our routers' software: BIRD routes, strongSwan encrypts, and everything is made of the
intent (what is entered in Azure and what the customer has), never of the plan or of rendered text.  So a
fault of the planner, or of a config, meets a far side that knows better.

    fit(site) ─▶ Fitting: files, programs, sysctls

msee
    A Microsoft edge.  Behaves as Azure does (domain rules A.3 to A.12), not as our router would like.
vnet, gateway
    A VNet with its ExpressRoute gateway, and an instance of a VPN gateway.
services
    Microsoft's public services: one prefix for each community.
onprem
    The customer's router or core.
maintenance
    What can be done to an edge while it runs.
"""

from __future__ import annotations

from generator.lab.edge.behaviour import AS_AZURE, Behaviour
from generator.lab.edge.gateway import gateway
from generator.lab.edge.msee import msee
from generator.lab.edge.onprem import onprem
from generator.lab.edge.services import services
from generator.lab.edge.vnet import vnet
from generator.lab.sites import EdgeSite, Fitting, GatewaySite, ServicesSite, Site, VnetSite

__all__ = ["AS_AZURE", "Behaviour", "fit"]


def fit(site: Site, behaviour: Behaviour = AS_AZURE) -> Fitting:
    """Everything that makes a bare device into what the site says it is."""
    if isinstance(site, EdgeSite):
        return msee(site, behaviour)
    if isinstance(site, VnetSite):
        return vnet(site)
    if isinstance(site, GatewaySite):
        return gateway(site)
    if isinstance(site, ServicesSite):
        return services(site)
    return onprem(site)
