"""Figures of what happened: one row a case, kept by a follower of the log, and the pages computed from the rows."""
