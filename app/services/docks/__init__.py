"""Docks as use cases: `planning` (appointments), `trucks` (the gate), `doors` (what they take, who is there, rates)."""
