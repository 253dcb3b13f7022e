"""The manager's screen of rules: what may lie where, what is picked first, how stock is valued."""

from app.stations.policies.screen import PoliciesScreen

__all__ = ["PoliciesScreen"]
