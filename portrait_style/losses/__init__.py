"""What the generator and the discriminator are trained to lower."""
