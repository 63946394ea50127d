"""Files that customers and agents send: told by their content, images made anew, kept apart from the database."""
