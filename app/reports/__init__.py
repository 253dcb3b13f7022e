"""Rows to tables, PDF and files."""
