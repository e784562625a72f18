"""The page that tells how a run went: curves and sheets in one file."""

import html
import json
from pathlib import Path

from portrait_style.image import encode_image, load_image, resize_longer_side
from portrait_style.output_files import write_atomically
from portrait_style.page import embedded_image, figure, html_page
from portrait_style.training.config import TrainingConfig

_WIDTH, _HEIGHT, _MARGIN = 340, 150, 6
# Points of a curve: as many as can be told apart.
_POINTS = 160
_SHEETS = 6
_SHEET_SIDE = 1200

_STYLE = """
svg, pre { background: #f6f6f6 }
pre { padding: 1rem; overflow: auto }
"""
_BODY = """<p>{steps} of {planned} steps. Lines: training, averaged over neighbouring steps.
Dots: measured on held-out pictures.</p>
{sections}
<h2>Configuration</h2>
<pre>{configuration}</pre>"""


def write_report(run_folder, config: TrainingConfig) -> None:
    """Write `report.html` from what lies in a run folder.

    Args:
        run_folder: `RunFolder`.
        config: `TrainingConfig` of the run.

    Raises:
        OutputError: if it cannot be written.
    """
    trained, held_out = read_curves(run_folder.metrics)
    sections = [
        _section("Quality", held_out, "quality_"),
        _section("Loss weights that moved", held_out, "weight_"),
        _curves("Losses", {name: (trained[name], held_out.get(f"val_{name}")) for name in trained}),
        _sheets(run_folder.samples),
    ]
    body = _BODY.format(
        steps=max((points[-1][0] for points in trained.values()), default=0),
        planned=config.steps,
        sections="\n".join(filter(None, sections)),
        configuration=html.escape(config.to_json().rstrip()),
    )
    title = f"Training of {run_folder.path.resolve().name}"
    write_atomically(run_folder.report, html_page(title, body, _STYLE))


def read_curves(metrics: Path) -> tuple[dict, dict]:
    """Read `metrics.jsonl`.

    Returns:
        Two dicts of lists of (step, value) by name: what every step logs, and what is measured once
        in a while, whose names begin with `val_`, `quality_` or `weight_`.
    """
    trained, held_out = {}, {}
    lines = metrics.read_text().splitlines() if metrics.is_file() else []
    for line in lines:
        record = json.loads(line)
        step = record.pop("step")
        for name, value in record.items():
            once = name.startswith(("val_", "quality_", "weight_"))
            (held_out if once else trained).setdefault(name, []).append((step, value))
    return trained, held_out


def curve(trained, held_out) -> str:
    """Draw a line and dots as an SVG element; the vertical axis spans what is drawn.

    Args:
        trained: list of (step, value) for the line, averaged where there are many.
        held_out: list of (step, value) for the dots.
    """
    line = _thinned(trained)
    points = [*line, *held_out]
    last = max(step for step, _ in points)
    low, high = (pick(value for _, value in points) for pick in (min, max))

    def place(step, value):
        x = _MARGIN + (_WIDTH - 2 * _MARGIN) * step / max(last, 1)
        y = _MARGIN + (_HEIGHT - 2 * _MARGIN) * (high - value) / ((high - low) or 1.0)
        return f"{x:.1f},{y:.1f}"

    path = " ".join(place(*point) for point in line)
    dots = "".join(
        '<circle cx="{}" cy="{}" r="2.5" fill="#c40"/>'.format(*place(*point).split(","))
        for point in held_out
    )
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img">'
        f'<polyline points="{path}" fill="none" stroke="#06c"/>{dots}</svg>'
    )


def _thinned(points):
    """Average neighbours until as many points are left as can be told apart."""
    share = -(-len(points) // _POINTS)
    groups = [points[i : i + share] for i in range(0, len(points), max(share, 1))]
    return [
        tuple(sum(column) / len(group) for column in zip(*group, strict=True)) for group in groups
    ]


def _section(title: str, held_out: dict, prefix: str) -> str:
    """Curves of what begins with `prefix`, joined by lines."""
    chosen = {k.removeprefix(prefix): v for k, v in held_out.items() if k.startswith(prefix)}
    return _curves(title, {name: (points, points) for name, points in chosen.items()})


def _curves(title: str, curves: dict) -> str:
    if not curves:
        return ""
    figures = []
    for name, (trained, held_out) in curves.items():
        ends = f"{trained[0][1]:.4g} → {trained[-1][1]:.4g}"
        if held_out and held_out is not trained:
            ends += f"; held out {held_out[0][1]:.4g} → {held_out[-1][1]:.4g}"
        caption = f"<b>{html.escape(name)}</b> {ends}"
        figures.append(figure(curve(trained, held_out or []), caption))
    return f"<h2>{title}</h2>\n" + "\n".join(figures)


def _sheets(folder: Path) -> str:
    """Some of the sheets, spread evenly over the run, the last one included."""
    paths = sorted(folder.glob("step-*.png"))
    count = min(_SHEETS, len(paths))
    chosen = [paths[round((i + 1) * len(paths) / count) - 1] for i in range(count)]
    figures = [
        figure(embedded_image(_shrunk(path), path.stem, "jpeg"), path.stem)
        for path in reversed(chosen)
    ]
    return "<h2>Sheets, the newest first</h2>\n" + "\n".join(figures) if figures else ""


def _shrunk(path: Path) -> bytes:
    """The sheet as JPEG, no larger than a page."""
    sheet = load_image(path)
    if max(sheet.shape) > _SHEET_SIDE:
        sheet = resize_longer_side(sheet, _SHEET_SIDE)
    return encode_image(sheet, ".jpg")
