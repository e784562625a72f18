"""The studio: a local server on which people draw, discover, learn, and find their taste."""
