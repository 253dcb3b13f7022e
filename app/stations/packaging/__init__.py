"""What benches pack with, as it is set up: kinds of cartons."""

from app.stations.packaging.screen import PackagingScreen

__all__ = ["PackagingScreen"]
