"""Training: data, the adversarial model, callbacks, run folders."""

if __name__ != "portrait_style.training":
    raise ImportError(
        "import portrait_style.training, not training: a second copy of its classes could not be "
        "told from the first when a model is saved"
    )
