"""What helps an agent answer: replies suggested from approved answers and from what was sent in like conversations."""
