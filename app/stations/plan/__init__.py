"""The plan of a warehouse: where places stand, how one walks; seen and drawn."""

from app.stations.plan.screen import PlanScreen

__all__ = ["PlanScreen"]
