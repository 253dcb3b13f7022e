"""Screens that need more than a `DeskWork`: each module has a `screen` that wires one, loaded when it is opened."""
