"""Plays data files as customers, with simulated agents, over real sockets; and counts what happened."""
