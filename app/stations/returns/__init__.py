"""Returns: goods that customers send back, and goods that go back to those who supplied them."""

from app.stations.returns.screen import ReturnsScreen

__all__ = ["ReturnsScreen"]
