"""Clock, ids and the root of all errors. Imports nothing of ours and does no input or output."""
