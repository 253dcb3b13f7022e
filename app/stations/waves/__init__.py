"""The wave planner: what waits, what a wave would be, its release, and how far walks are."""

from app.stations.waves.screen import WavesScreen

__all__ = ["WavesScreen"]
