"""Tests of the settings of a machine."""
