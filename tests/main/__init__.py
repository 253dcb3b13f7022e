"""Tests of app/main: the command line, as a stranger uses it."""
