"""The service tried out at the desk: simulation, replay and their plots. The service never imports it."""
