"""The print journal: every label that was wanted, what became of it, and what a person decides about it."""

from app.stations.printing.screen import Acts, PrintJournalScreen

__all__ = ["Acts", "PrintJournalScreen"]
