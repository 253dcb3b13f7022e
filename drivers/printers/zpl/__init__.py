"""Zebra's language: writing labels, reading status, printing with proof. Nothing else in the program writes ZPL."""
