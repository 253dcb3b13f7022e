"""Tests of label printers."""
