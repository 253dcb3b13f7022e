"""The screen of products: found, looked into and changed, with their categories, variants and rules."""

from app.stations.products.screen import ProductsScreen

__all__ = ["ProductsScreen"]
