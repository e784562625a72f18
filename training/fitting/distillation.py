"""Distil the compact perceptual network from VGG16.

    python -m portrait_style.training.fitting.distillation --images photos styles \\
        --teacher vgg16.npz --output compact.npz

The student imitates the teacher's maps (relative squared error) and their channel moments, on
photos and style pictures that are blended, blurred, sharpened, recoloured and made noisy: the
pictures that a generator makes early in training look like none of its data.

References:
    Hinton et al., 2015, https://arxiv.org/abs/1503.02531
    Romero et al. (FitNets), 2015, https://arxiv.org/abs/1412.6550
"""

import argparse
import io
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from portrait_style.functional.moments import channel_moments
from portrait_style.image import to_model_range
from portrait_style.image_folder import ImageFolder
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.output_files import write_atomically
from portrait_style.training.augmentation import random_tone, random_view
from portrait_style.training.dataset import STORED_SCALE


class Distillation(keras.Model):
    """Teacher and student; `fit` on batches of pictures.

    Args:
        teacher: `FeatureExtractor`, frozen.
        student: `FeatureExtractor` whose backbone learns.
    """

    def __init__(self, teacher, student, **kwargs):
        super().__init__(**kwargs)
        self.teacher = teacher
        self.student = student
        self.student.trainable = True
        self.student.backbone.trainable = True

    def call(self, image):
        """Compute the student's maps."""
        return self.student(image)

    def train_step(self, image):
        """Take one step; log the total and the relative error of each block's maps."""
        target = self.teacher(image)
        variables = self.student.backbone.trainable_variables
        with tf.GradientTape() as tape:
            predicted = self.student(image)
            map_errors = [distillation_error(t, p) for t, p in zip(target, predicted, strict=True)]
            moment_errors = [
                distillation_error(channel_moments(t), channel_moments(p))
                for t, p in zip(target, predicted, strict=True)
            ]
            loss = sum(map_errors) + sum(moment_errors)
        self.optimizer.apply(tape.gradient(loss, variables), variables)
        logs = {f"block{i}": error for i, error in enumerate(map_errors, start=1)}
        return {"loss": loss, "moments": sum(moment_errors), **logs}


def distillation_error(target, predicted):
    """Squared error over the mean square of the target."""
    return ops.mean(ops.square(target - predicted)) / ops.mean(ops.square(target))


def distillation_dataset(folders, size, batch_size, seed):
    """Endless batches of disturbed views, float32 in [-1, 1], (batch_size, size, size, 3)."""
    side = round(STORED_SCALE * size)
    images = [ImageFolder(folder, "train", kept_side=side, progress=True) for folder in folders]
    pool = [folder[i] for folder in images for i in range(len(folder))]

    def generate():
        rng = np.random.default_rng(seed)
        while True:
            first, second = (random_view(pool[rng.integers(len(pool))], size, rng) for _ in "ab")
            yield to_model_range(random_tone(first, rng, 0.4)), to_model_range(second)

    signature = (tf.TensorSpec((size, size, 3)), tf.TensorSpec((size, size, 3)))
    pairs = tf.data.Dataset.from_generator(generate, output_signature=signature)
    batches = pairs.batch(batch_size).map(disturb, num_parallel_calls=1)
    return batches.prefetch(2)


def disturb(first, second):
    """Change views to distil on: blend, blur or sharpen, tint, add noise, each to some."""
    shape = (tf.shape(first)[0], 1, 1, 1)

    def sometimes(probability, changed, image):
        return tf.where(tf.random.uniform(shape) < probability, changed, image)

    share = tf.random.uniform(shape)
    image = sometimes(0.25, share * first + (1 - share) * second, first)
    blurred = tf.nn.avg_pool2d(image, 3, 1, "SAME")
    amount = tf.random.uniform(shape, -1.0, 3.0)
    image = sometimes(0.3, blurred + amount * (image - blurred), image)
    tint = tf.random.uniform((shape[0], 1, 1, 3), 0.5, 1.5)
    image = sometimes(0.2, (image + 1.0) * tint - 1.0, image)
    noise = tf.random.normal(tf.shape(image)) * tf.random.uniform(shape, 0.0, 0.4)
    image = sometimes(0.25, image + noise, image)
    return tf.clip_by_value(image, -1.0, 1.0)


def save_distilled_weights(backbone: keras.Model, path: Path) -> None:
    """Write the weights as an npz file of float16 arrays, keys `LAYER__kernel`, `LAYER__bias`."""
    arrays = {
        f"{layer.name}__{variable.name}": np.asarray(variable, np.float16)
        for layer in backbone.layers
        for variable in layer.weights
    }
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    write_atomically(path, buffer.getvalue())


def main(argv=None) -> None:
    """Distil the compact perceptual network, from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", nargs="+", required=True, help="folders of photos and styles")
    parser.add_argument("--teacher", required=True, help="VGG16 weights (.npz or .h5)")
    parser.add_argument("--output", type=Path, required=True, help="where the .npz goes")
    parser.add_argument("--initial", help="weights to go on from (.npz)")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=1.5e-3)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args(argv)
    keras.utils.set_random_seed(arguments.seed)
    model = Distillation(
        FeatureExtractor("vgg16", arguments.teacher),
        FeatureExtractor("compact", arguments.initial),
    )
    schedule = keras.optimizers.schedules.CosineDecay(arguments.learning_rate, arguments.steps)
    model.compile(optimizer=keras.optimizers.Adam(schedule))
    dataset = distillation_dataset(
        arguments.images, arguments.size, arguments.batch, arguments.seed
    )
    save = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: save_distilled_weights(
            model.student.backbone, arguments.output
        )
    )
    steps_per_epoch = min(100, arguments.steps)
    model.fit(
        dataset,
        epochs=max(1, arguments.steps // steps_per_epoch),
        steps_per_epoch=steps_per_epoch,
        callbacks=[save],
        verbose=2,
        shuffle=False,
    )


if __name__ == "__main__":
    main()
