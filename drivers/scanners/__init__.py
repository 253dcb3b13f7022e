"""Scanners: the role, what a scan is, and one file a way of receiving it."""
