"""What users write, for mypy to read: each name has its type, and a mistake is one.

The classes are imported from where they are defined: held against a name that is `Any`, `Any` would
pass. Each `type: ignore` is a mistake that must be found; one that is none is an error.
"""

from pathlib import Path
from typing import assert_type

import numpy as np
from PIL import Image

import portrait_style
from portrait_style.discovery import discover
from portrait_style.discovery.report import Discovery
from portrait_style.errors import PortraitStyleError
from portrait_style.evaluation import evaluate
from portrait_style.evaluation.report import Report
from portrait_style.export import ExportReport, export_model
from portrait_style.export.artefact import Artefact
from portrait_style.losses.weights import LossWeights
from portrait_style.personalization.session import FeedbackSession
from portrait_style.styles.bank import StyleBank
from portrait_style.stylizer import PortraitStylizer
from portrait_style.training import PortraitStyleGAN, TrainingConfig, adapt, portrait_dataset, train
from portrait_style.training.adaptation.run import Adaptation
from portrait_style.training.run_folder import RunFolder


def draw(photo: Path) -> None:
    stylizer = portrait_style.PortraitStylizer.from_preset("mobile")
    assert_type(stylizer, PortraitStylizer)
    assert_type(stylizer.stylize(photo, style="oil"), Image.Image)
    assert_type(stylizer.stylize(photo.read_bytes(), style="oil"), bytes)
    assert_type(stylizer.stylize(np.zeros((64, 64, 3)), style="oil"), np.ndarray)
    assert_type(stylizer.bank, StyleBank | None)
    portrait_style.PortraitStylizer.from_preset(3)  # type: ignore[arg-type]
    portrait_style.PortraitStyliser  # type: ignore[attr-defined]


def choose(photo_code: np.ndarray) -> None:
    session = portrait_style.FeedbackSession.start(portrait_style.StyleBank(photo_code))
    assert_type(session, FeedbackSession)
    session.save("me.json", overwrite="yes")  # type: ignore[arg-type]


def learn(photos: Path) -> None:
    weights = portrait_style.LossWeights(style=6.0)
    assert_type(weights, LossWeights)
    config = TrainingConfig("photos", "styles", "run", loss_weights=weights)
    assert_type(train(config), RunFolder)
    assert_type(PortraitStyleGAN.from_config(config), PortraitStyleGAN)
    assert_type(adapt("mobile", photos, "run"), Adaptation)
    TrainingConfig("photos", "styles", "run", steps="many")  # type: ignore[arg-type]
    portrait_dataset(photos, photos, size="large")  # type: ignore[arg-type]


def use(photos: Path) -> None:
    report = export_model("mobile", "exported", style="oil", photos=photos)
    assert_type(report, ExportReport)
    assert_type(report.artefacts, list[Artefact])
    assert_type(evaluate("mobile", photos, photos, "report"), Report)
    assert_type(discover(photos, "found"), Discovery)
    export_model("mobile")  # type: ignore[call-arg]


def fail() -> None:
    try:
        raise portrait_style.ImageError("")
    except portrait_style.PortraitStyleError as error:
        assert_type(error, PortraitStyleError)
