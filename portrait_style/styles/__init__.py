"""Styles as codes: naming, keeping, mixing."""
