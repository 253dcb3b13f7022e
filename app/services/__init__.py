"""Use cases: load, ask the domain, store, return what changed."""
