"""What an installation is made of and built from; no part of the service."""
