"""Training: data, the adversarial model, callbacks, run folders."""

if __name__ != "portrait_style.training":
    raise ImportError(
        "import portrait_style.training, not training: a second copy of its classes could not be "
        "told from the first when a model is saved"
    )

from portrait_style.training.adaptation import adapt
from portrait_style.training.config import TrainingConfig
from portrait_style.training.dataset import portrait_dataset
from portrait_style.training.gan import PortraitStyleGAN
from portrait_style.training.run import train

__all__ = ["PortraitStyleGAN", "TrainingConfig", "adapt", "portrait_dataset", "train"]
