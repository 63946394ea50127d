"""Confidence: the signals that tell right from wrong and known from new, and the threshold the model answers from."""
