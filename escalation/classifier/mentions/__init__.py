"""Mentions of an intent: messages about a request that do not make it.

`english` holds the words, `cues` reads a message with them, `stems` cuts words, `wording` compares with the examples.
"""
