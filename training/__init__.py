"""Training: data, the adversarial model, callbacks, run folders."""

if __name__ != "portrait_style.training":
    raise ImportError(
        "import portrait_style.training, not training: a second copy of its classes could not be "
        "told from the first when a model is saved"
    )

from typing import TYPE_CHECKING

from portrait_style._lazy import hand_on

if TYPE_CHECKING:
    from portrait_style.training.adaptation.run import adapt as adapt
    from portrait_style.training.config import TrainingConfig as TrainingConfig
    from portrait_style.training.dataset import portrait_dataset as portrait_dataset
    from portrait_style.training.gan import PortraitStyleGAN as PortraitStyleGAN
    from portrait_style.training.keras_model.muon import Muon as Muon
    from portrait_style.training.run import train as train
else:
    __getattr__, __dir__, __all__ = hand_on(
        __name__,
        {
            "Muon": "portrait_style.training.keras_model.muon",
            "PortraitStyleGAN": "portrait_style.training.gan",
            "TrainingConfig": "portrait_style.training.config",
            "adapt": "portrait_style.training.adaptation.run",
            "portrait_dataset": "portrait_style.training.dataset",
            "train": "portrait_style.training.run",
        },
    )
