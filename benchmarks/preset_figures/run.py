"""All figures of a preset: what is drawn and measured, in which order."""

from pathlib import Path
from typing import NamedTuple

from portrait_style import PortraitStylizer
from portrait_style.functional.moments import STYLE_BLOCKS
from portrait_style.image import crop_square, load_image
from portrait_style.model_files.trained_model import open_model
from portrait_style.models.feature_extractor import FeatureExtractor
from portrait_style.quality.face_reader import FaceReader
from portrait_style.renderers import find_renderer, renderer_names
from preset_figures.blotches import blotch_figures, measure_blotches
from preset_figures.features import FeatureGauge
from preset_figures.flat_ground import GREYS, flat_figures, hatched_styles, measure_flat_ground
from preset_figures.intensities import intensity_figures, measure_intensities
from preset_figures.learned_scores import learned_figures
from preset_figures.likenesses import likeness_figures, measure_likeness
from preset_figures.movements import measure_movements, movement_figures
from preset_figures.own_style import own_style_figures
from preset_figures.people import held_out_photos, recipe_of, style_pictures
from preset_figures.promises import Figure
from preset_figures.sheets import draw_preset_sheets
from preset_figures.sitters import SIDE, Sitter, Styles, draw_all
from preset_figures.skin_groups import (
    COLOUR_KEEPING,
    describe_groups,
    group_figures,
    measure_tones,
)
from preset_figures.workspace import Workspace, checksum_of_model, checksum_of_renderers

VGG16 = "vgg16_notop_float16.npz"


class PresetFigures(NamedTuple):
    """What is known of a preset.

    Attributes:
        figures: list of `Figure`.
        styles: tuple of str.
        told: dict that JSON can hold: on whom and how the figures were measured.
    """

    figures: list[Figure]
    styles: tuple[str, ...]
    told: dict


def measure_preset(model, data: Path, output: Path, limit: int, recipe=None) -> PresetFigures:
    """Draw, write the sheets, and measure.

    Args:
        model: as for `open_model`.
        data: folder that holds data/ and models/.
        output: folder; what it holds of the same preset is not done again.
        limit: int, photos.
        recipe: str, name of a recipe. Defaults to that of the generator's size.

    Raises:
        PortraitStyleError: what reading, drawing and writing raise.
    """
    opened = open_model(model)
    name = recipe or opened.generator.size
    told = recipe_of(name)
    keys = {"model": checksum_of_model(opened), "renderers": checksum_of_renderers()}
    workspace = Workspace(output, keys)
    stylizer = PortraitStylizer.of(opened)
    styles = _styles_of(stylizer)
    photos = held_out_photos(told, data / "data", limit)
    sitters = {x: Sitter(x, path, output) for x, path in photos.items()}
    draw_all(stylizer, list(sitters.values()), styles)
    draw_preset_sheets(output, list(sitters.values()), styles)
    gauge = PresetGauge(stylizer, sitters, styles, workspace)
    steady, hatched = gauge.steadiness_figures()
    faces = gauge.face_figures(data / "models")
    own = style_pictures(told, data / "data", limit)
    seen, groups = gauge.feature_figures(data / "models" / VGG16, name, own)
    setting = {"model": str(model), "recipe": name, "photos": list(photos), "side": SIDE}
    return PresetFigures([*seen, *faces, *steady], styles.all, {**setting, **hatched, **groups})


class PresetGauge:
    """Measures a preset, figure by figure.

    Args:
        stylizer: `PortraitStylizer`.
        sitters: dict of name to `Sitter`, whose drawings are there.
        styles: `Styles`.
        workspace: `Workspace`.
    """

    def __init__(self, stylizer, sitters: dict[str, Sitter], styles: Styles, workspace: Workspace):
        self._stylizer, self._sitters = stylizer, sitters
        self._styles, self._workspace = styles, workspace
        self._kept = [x for x in styles.rendered if x in COLOUR_KEEPING]

    def steadiness_figures(self) -> tuple[list, dict]:
        """Flat ground, intensities and shifts, and which styles hatch."""
        stylizer, styles = self._stylizer, self._styles
        greys = self._workspace.measure_each(
            "flat", map(str, GREYS), lambda grey: measure_flat_ground(stylizer, int(grey), styles)
        )
        ground = list(greys.values())
        steps = self._each("intensity", lambda x: measure_intensities(stylizer, x, styles.all))
        moves = self._each("shifts", lambda x: measure_movements(stylizer, x, styles.all))
        figures = [
            *flat_figures(ground, styles.all),
            *intensity_figures(list(steps.values()), styles.all),
            *movement_figures(list(moves.values()), styles.all),
        ]
        hatched = [x for x in hatched_styles(ground) if x in styles.all]
        return figures, {"hatched_styles": hatched}

    def face_figures(self, models: Path) -> list:
        """Identity, faces found, blotches."""
        reader = FaceReader(
            models / "face_detection_yunet.onnx", models / "face_embedding_sface.onnx"
        )
        styles = self._styles
        faces = self._each("identity", lambda x: measure_likeness(reader, x, styles))
        areas = self._each("blotches", lambda x: measure_blotches(x, styles.rendered))
        return [
            *likeness_figures(list(faces.values()), styles),
            *blotch_figures(list(areas.values()), styles.rendered),
        ]

    def feature_figures(self, weights: Path, recipe: str, own: dict) -> tuple[list, dict]:
        """Learned scores, nearest styles and groups, and who is in these."""
        extractor = FeatureExtractor("vgg16", str(weights), num_blocks=STYLE_BLOCKS)
        gauge, styles = FeatureGauge(extractor), self._styles
        tones = self._each("skin", lambda x: measure_tones(x, self._kept))
        photos = self._each("photos", lambda x: gauge.moments(x.photo))
        seen = self._each("features", lambda x: gauge.measure(x, styles))
        known = {
            style: self._moments_of_pictures(gauge, style, paths)
            for style, paths in own.items()
            if style in styles.all
        }
        photographic = {x: find_renderer(x).PHOTOGRAPHIC for x in styles.rendered}
        figures = [
            *learned_figures(seen, photographic, recipe),
            *own_style_figures(seen, photos, styles.all, known),
            *group_figures(seen, tones, styles.rendered),
        ]
        return figures, {"groups": describe_groups(tones), "colour_keeping_styles": self._kept}

    def _each(self, figure: str, measure) -> dict[str, dict]:
        """Measure every photo: `measure` takes its `Sitter`."""
        names = self._sitters
        return self._workspace.measure_each(figure, names, lambda name: measure(names[name]))

    def _moments_of_pictures(self, gauge, style: str, paths: dict[str, Path]) -> list:
        def measure(name):
            return gauge.moments(crop_square(load_image(paths[name]), SIDE))

        return list(self._workspace.measure_each(f"own/{style}", paths, measure).values())


def _styles_of(stylizer) -> Styles:
    names = tuple(stylizer.styles)
    return Styles(names, tuple(name for name in names if name in renderer_names()))
