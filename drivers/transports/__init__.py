"""Bytes in, bytes out: the ways a device can be attached."""
