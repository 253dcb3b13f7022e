"""Scales: the role, what a reading is, when it may be used, and one file a protocol."""
