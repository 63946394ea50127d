"""From resolutions to a better model: examples, the fast lane, runs, promotion."""
