"""Portrait stylization that you train yourself and ship anywhere."""
