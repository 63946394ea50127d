"""What this program is made of: pins with hashes, and a bill of materials."""
