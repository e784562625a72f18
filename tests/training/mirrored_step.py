"""One step by one device, and by two replicas that see half of the same batch each.

It prints how far the step moved the generator, and by how much the weights differ in the end.
"""

import keras
import numpy as np
import tensorflow as tf
from gan_state import only

from portrait_style.models.discriminator import Discriminator
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.models.generator import Generator
from portrait_style.models.generator_size import GeneratorSize, register_generator_size
from portrait_style.models.style_encoder import StyleEncoder
from portrait_style.training.gan import PortraitStyleGAN

RATE = 1e-2


def build():
    keras.utils.set_random_seed(0)
    gan = PortraitStyleGAN(
        Generator("tiny"), Discriminator(width=8), StyleEncoder(), FeatureExtractor()
    )
    gan.compile(
        keras.optimizers.SGD(RATE),
        keras.optimizers.SGD(RATE),
        only(colour=1.0, total_variation=1.0, adversarial=1.0),
    )
    return gan


def largest(weights, others):
    return max(np.abs(a - b).max() for a, b in zip(weights, others, strict=True))


if __name__ == "__main__":
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    size = GeneratorSize(8, 16, 24, half_blocks=1, quarter_blocks=1, eighth_blocks=1)
    register_generator_size("tiny", size)
    rng = np.random.default_rng(0)
    # Both halves alike: the statistics of normalization are those of a replica's own share.
    halves = {name: rng.uniform(-1, 1, (4, 32, 32, 3)) for name in ("photo", "style")}
    batch = {name: np.concatenate([x, x]).astype("float32") for name, x in halves.items()}
    dataset = tf.data.Dataset.from_tensor_slices(batch).batch(8, drop_remainder=True)
    one = build()
    before = one.generator.get_weights()
    one.fit(dataset, verbose=0, shuffle=False)
    with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
        two = build()
    two.fit(dataset, verbose=0, shuffle=False)
    print(largest(one.generator.get_weights(), before))
    for network in ("generator", "discriminator", "ema_generator"):
        print(largest(*(getattr(gan, network).get_weights() for gan in (one, two))))
