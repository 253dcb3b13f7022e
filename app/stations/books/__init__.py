"""Closed books: until when what happened is final; closed and reopened, with the trail of both."""

from app.stations.books.screen import BooksScreen

__all__ = ["BooksScreen"]
