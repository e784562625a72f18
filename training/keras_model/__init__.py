"""What makes of two networks a model that Keras fits."""
