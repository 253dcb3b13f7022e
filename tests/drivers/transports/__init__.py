"""Tests of transports, with real ptys and sockets."""
