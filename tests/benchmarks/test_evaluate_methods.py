import json
import sys

import evaluate
import numpy as np
import pytest
from baselines.comparing import Evaluation
from baselines.feed_forward import draw
from baselines.gatys import GatysMethod
from baselines.magenta import MagentaMethod
from baselines.method import Method, TrainedMethod
from baselines.report import BaselineReport, Row, write_report
from baselines.setting import Setting
from baselines.training import record_of
from held_out import STYLE_SETS, held_out
from PIL import Image

from portrait_style.image_folder import in_validation


@pytest.fixture
def setting(tmp_path):
    """Pictures laid out as the data folder has them, some of them held out."""
    rng = np.random.default_rng(0)
    folders = ["photos", *(f"styles/{folder}" for folder in STYLE_SETS.values())]
    for folder in folders:
        path = tmp_path / "data" / "data" / folder
        path.mkdir(parents=True)
        for i in range(40):
            pixels = rng.integers(0, 256, (24, 20, 3), np.uint8)
            Image.fromarray(pixels).save(path / f"{i}.png")
    return Setting(tmp_path / "data", tmp_path / "output", minutes=1.0, limit=3)


class Inverting(Method):
    """Needs no training."""

    calls = 0

    def hand(self, style_set):
        def draw(photo, reference):
            type(self).calls += 1
            return 255 - photo

        return draw


class TwoNetworks(TrainedMethod, Inverting):
    """Is trained for each style set, quickly."""

    parts = tuple(STYLE_SETS)

    def train_part(self, style_set, minutes):
        path = self.setting.weights_path(self.name, style_set)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{minutes}")
        record_of(path).write_text('{"steps": 7, "minutes": 0.5}')


def test_photos_and_references_are_those_that_training_never_sees(setting):
    assert len(setting.held_out_photos) == 3
    assert all(in_validation(path, 0.1) for path in setting.held_out_photos)
    for name in STYLE_SETS:
        assert setting.references(name) == held_out(setting.style_folder(name))
    # Checked by the dataset that baselines are trained on.
    from portrait_style.image_folder import ImageFolder

    trained = ImageFolder(setting.photos, "train", kept_side=16).paths
    assert not set(trained) & set(setting.held_out_photos)


def test_minutes_are_shared_and_trained_networks_kept(setting):
    method = TwoNetworks("two", setting)
    assert method.missing_parts() == list(STYLE_SETS)
    setting.weights_path("two", "picture_scroll").parent.mkdir(parents=True)
    setting.weights_path("two", "picture_scroll").write_text("before")
    method.train()
    texts = [setting.weights_path("two", name).read_text() for name in STYLE_SETS]
    assert texts == ["before", "0.5"]
    assert method.missing_parts() == []
    assert method.trainings() == {"two-19th_century": {"steps": 7, "minutes": 0.5}}


def test_what_is_drawn_is_not_drawn_again(setting):
    method = Inverting("inverting", setting)
    evaluation = Evaluation([method], setting, "compact")
    first = evaluation.draw(method, "picture_scroll")
    calls = Inverting.calls
    assert evaluation.draw(method, "picture_scroll") == first
    assert Inverting.calls == calls
    pixels = [np.asarray(Image.open(path)) for path in (setting.held_out_photos[0], first[0])]
    assert pixels[1].shape == (256, 213, 3)
    assert pixels[0].mean() + pixels[1].mean() == pytest.approx(255.0, abs=2.0)
    first[0].unlink()
    evaluation.draw(method, "picture_scroll")
    assert Inverting.calls == calls + 1


def test_feed_forward_crops_the_rim_again():
    photo = np.random.default_rng(0).integers(0, 256, (21, 34, 3), np.uint8)
    seen = []

    def identity(image):
        seen.append(image.shape)
        return image

    np.testing.assert_array_equal(draw(identity, photo, 8), photo)
    assert seen == [(1, 56, 72, 3)]


def test_gatys_draws_fewer_photos(setting):
    few = Setting(setting.data, setting.output, limit=3, optimized=2)
    assert GatysMethod("gatys", few).photos == few.held_out_photos[:2]


def test_magenta_says_what_it_needs(setting, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install" in MagentaMethod("magenta", setting).reason_to_skip()


def test_report_holds_a_row_a_method_and_style_set(tmp_path):
    scores = {"content": 0.4, "style": 0.2, "kid": 0.5, "identity": 0.8, "found": 1.0}
    figures = {
        "total": 0.61,
        "content_retention": 0.7,
        "style_distance": 0.2,
        "kernel_distance": 0.5,
        "identity": 0.8,
    }
    rows = [Row(name, "scroll", 8, figures, None, 7.5, scores) for name in ("a", "b", "<c>")]
    report = BaselineReport(rows, {}, {"a": {"steps": 9, "minutes": 1.0}}, {"size": 256})
    write_report(tmp_path, report)
    read = json.loads((tmp_path / "report.json").read_text())
    assert read["rows"][0]["figures"]["total"] == 0.61
    assert read["rows"][0]["judged"] == scores
    assert "judge_scores" not in read["rows"][0]
    assert read["spearman"]["style"] is None
    page = (tmp_path / "report.html").read_text()
    assert "<td>&lt;c&gt;</td>" in page
    assert "a: 9 steps in 1 minutes" in page
    header, _, first, *_ = report.text().splitlines()
    assert header.split()[:4] == ["method", "style", "set", "photos"]
    assert first.split()[:4] == ["a", "scroll", "8", "0.610"]


def test_the_command_compares_what_is_trained_and_what_is_not(setting, monkeypatch):
    setting.perceptual_weights.parent.mkdir(parents=True, exist_ok=True)
    setting.perceptual_weights.touch()
    compared = []
    monkeypatch.setattr(
        "baselines.methods.build_methods",
        lambda names, told: [Inverting("inverting", told), TwoNetworks("two", told)],
    )
    monkeypatch.setattr(evaluate, "compare", lambda methods, *_: compared.extend(methods))
    words = ["evaluate.py", "--data", setting.data, "--output", setting.output]
    monkeypatch.setattr(sys, "argv", [str(word) for word in words])
    assert evaluate.main() == 0
    assert [method.name for method in compared] == ["inverting", "two"]
    assert compared[1].missing_parts() == []


def test_without_pictures_it_ends_with_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["evaluate.py", "--data", str(tmp_path)])
    assert evaluate.main() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "is missing; name the folder" in line
