"""Tests of speed."""
