"""What is fitted around the adversarial training: codes, mapping network, perceptual network."""
