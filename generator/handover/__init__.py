"""The other end: what must be entered in Azure, and ordered from the exchange provider, so that both ends match.

`terms`
    What a router and the other end must have alike, link by link and tunnel by tunnel: the rules compare
    them with what the routers' texts say (HND-001, HND-002).
`document`
    The sheet for people and scripts.
`build`
    Customer to sheet.

Made from the intent alone: nothing of the planner is asked, so that each can find the other's mistakes.
"""

from generator.handover.build import handover_of
from generator.handover.document import HandoverDocument
from generator.handover.terms import DeviceTerms, LinkTerms, TunnelTerms, terms_of

__all__ = ["DeviceTerms", "HandoverDocument", "LinkTerms", "TunnelTerms", "handover_of", "terms_of"]
