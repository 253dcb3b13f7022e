"""Noise of every kind against every parser; judged by decoders of the tests' own."""
