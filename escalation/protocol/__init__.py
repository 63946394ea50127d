"""What travels between the service and its clients: frames, message bodies, states and close codes. No server code."""
