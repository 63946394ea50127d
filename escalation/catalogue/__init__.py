"""Intents with their examples, approved answers and policies; files of them in and out; the starter shop."""
