"""Tests of the classifier: its pure parts, its folders, its live batcher, and the real encoder where it matters."""
