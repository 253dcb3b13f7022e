"""Tests of paper and exports."""
