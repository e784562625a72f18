"""Rounds of pictures to choose from, and the profile that is learned from the choices."""
