"""The networks: generator, style encoder, discriminator, perceptual feature extractor."""
