"""Walking: the shortest way past the bins of a list of picks, on the aisles as they are drawn.

`network` makes paths of aisles; `blocks` is exact where they form rectangular blocks, `search` good anywhere else;
`planning` chooses between them and is what others call. `rules` and `referees` are what it is measured against.
"""

from app.domain.walking.network import Network, Spot, Xy, network_of
from app.domain.walking.planning import Call, How, Lengths, Load, Walk, plan_walk, way_of

__all__ = ["Call", "How", "Lengths", "Load", "Network", "Spot", "Walk", "Xy", "network_of", "plan_walk", "way_of"]
