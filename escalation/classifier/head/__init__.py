"""The head: words and neighbours beside the encoder's vectors, and the softmax fitted over them in seconds."""
