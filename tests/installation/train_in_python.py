"""Train from Python for two steps, as somebody does who writes a program of their own."""

import keras

import portrait_style as ps
from portrait_style.training import Muon, PortraitStyleGAN, TrainingConfig, portrait_dataset

data = dict(photos="photos", styles="styles", size=64, batch_size=2)
gan = PortraitStyleGAN.from_config(
    TrainingConfig(photos="photos", styles="styles", output="runs/python", size=64, batch=2)
)
gan.compile(
    generator_optimizer=Muon(5e-3),
    discriminator_optimizer=keras.optimizers.Adam(4e-4, beta_1=0.5),
    loss_weights=ps.LossWeights(style=6.0),
)
gan.fit(
    portrait_dataset(**data),
    validation_data=portrait_dataset(**data, split="validation"),
    steps_per_epoch=2,
    verbose=2,
)
gan.generator.save("generator.keras")
