"""Nouns and rules of the warehouse: pure, without I/O."""
