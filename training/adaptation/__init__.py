"""One more style for a trained model."""
