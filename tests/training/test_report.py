import base64
import io
import json
import re

import numpy as np
import pytest
from page_checks import assert_is_a_page
from PIL import Image

from portrait_style.training.callbacks.report import read_curves, write_report
from portrait_style.training.config import TrainingConfig
from portrait_style.training.run_folder import RunFolder


@pytest.fixture
def run(tmp_path):
    config = TrainingConfig(photos="p<hotos>", styles="s", output=str(tmp_path / "run"), steps=400)
    folder = RunFolder(config.output)
    folder.create(config)
    records = [{"step": step, "style": 1.0 / step, "tone": 0.5} for step in range(1, 301)]
    measured = [
        {"step": step, "val_style": 0.2, "quality_total": 0.3 + step / 1000, "weight_style": 6.0}
        for step in (100, 200, 300)
    ]
    text = "".join(json.dumps(record) + "\n" for record in [*records, *measured])
    folder.metrics.write_text(text)
    for step in range(100, 1000, 100):
        pixels = np.full((30, 40, 3), step // 4, np.uint8)
        Image.fromarray(pixels).save(folder.samples / f"step-{step:07d}.png")
    return folder, config


def test_figures_of_every_step_and_those_of_measurements(run):
    trained, held_out = read_curves(run[0].metrics)
    assert set(trained) == {"style", "tone"}
    assert len(trained["style"]) == 300 and trained["style"][3] == (4, 0.25)
    assert held_out["quality_total"] == [(100, 0.4), (200, 0.5), (300, 0.6)]


def test_page_stands_alone(run):
    folder, config = run
    write_report(folder, config)
    page = folder.report.read_text()
    assert "300 of 400 steps" in page
    assert_is_a_page(page, pictures=6)
    assert "p&lt;hotos&gt;" in page and "p<hotos>" not in page
    captions = re.findall(r"<figcaption>(?:<b>)?([^<]+)", page)
    # Six of nine sheets, the newest first, down to the second of a sixth of the run.
    assert captions == ["total", "style", "style", "tone"] + [
        f"step-{step:07d}" for step in (900, 800, 600, 400, 300, 200)
    ]
    sheet = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert Image.open(io.BytesIO(sheet)).getpixel((5, 5)) == pytest.approx((225,) * 3, abs=2)


def test_page_tells_training_from_held_out_figures(run):
    folder, config = run
    write_report(folder, config)
    charts = re.findall(r'<svg class="chart".*?</svg>', folder.report.read_text(), re.DOTALL)
    # total, the weight of style, style, tone.
    assert [chart.count("<circle") for chart in charts] == [3, 3, 3, 0]
    assert [chart.count('class="joined"') for chart in charts] == [1, 1, 0, 0]
    for chart in charts:
        assert re.findall(r'class="step"[^>]*>([^<]+)', chart) == ["0", "100", "200", "300"]
    # From 1 to 0.0033, averaged in pairs; 0.4 to 0.6 of the total.
    values = [re.findall(r'class="value"[^>]*>([^<]+)', chart) for chart in charts]
    assert values[2] == ["0", "0.2", "0.4", "0.6", "0.8", "step"]
    assert values[0] == ["0.40", "0.45", "0.50", "0.55", "0.60", "step"]


def test_run_without_figures_has_a_page(tmp_path):
    config = TrainingConfig(photos="p", styles="s", output=str(tmp_path / "run"))
    folder = RunFolder(config.output)
    folder.create(config)
    write_report(folder, config)
    assert "0 of 4000 steps" in folder.report.read_text()
