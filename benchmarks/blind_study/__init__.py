"""A blind comparison by eye: questions, pictures, page, votes and tally."""
