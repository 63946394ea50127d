"""Conversations: the pure machine, its storage and the service that runs commands through both."""
