"""Stockhand: the workstation of a warehouse."""
