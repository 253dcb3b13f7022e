"""Simulated devices that speak the real protocols over real ports, for tests, the demo and the bench."""
