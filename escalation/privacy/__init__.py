"""Erasing customers: from the database, from models, and again from what a backup brings back."""
