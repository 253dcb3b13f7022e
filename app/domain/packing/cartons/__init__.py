"""Cartonisation: which cartons an order goes into, and where each unit lies.

`goods` are the nouns, with a checker that knows nothing of how packings are found; `placing` fills one carton;
`choosing` picks the cheapest for the service that carries it.
"""

from app.domain.packing.cartons.choosing import Proposal, at_least, propose
from app.domain.packing.cartons.goods import Box, Good, Packed, Placed, Tariff, faults

__all__ = ["Box", "Good", "Packed", "Placed", "Proposal", "Tariff", "at_least", "faults", "propose"]
