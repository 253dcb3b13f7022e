"""Widgets and helpers that every station shares."""
