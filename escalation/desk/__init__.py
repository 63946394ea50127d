"""The desk: presence, who owns which conversation, the list agents work from."""
