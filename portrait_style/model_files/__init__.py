"""Trained models as files: presets, run folders, `.keras` files."""
