"""Trying the service out: simulation, replay and their plots. The service never imports it."""
