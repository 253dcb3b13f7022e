"""Tests of the print spooler."""
