"""Drivers for scanners, scales and label printers. Knows nothing of the program that uses it."""
