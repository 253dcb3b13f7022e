"""The demo: a panel of simulated devices for a person, and a player that goes through a business day by itself.

Neither knows the database or any service: what happens here are bytes at the simulators, keys at the window and files
in the inbox, as at a real bench.
"""
