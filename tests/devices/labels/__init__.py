"""Tests of label templates."""
