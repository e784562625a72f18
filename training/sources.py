"""Where a run's pictures lie: photos, folders of style pictures, and pairs."""

from dataclasses import dataclass
from pathlib import Path

from portrait_style.errors import ArgumentError, DatasetError
from portrait_style.image_folder import bundled_photos, style_folders_of
from portrait_style.training.pairs import AFTER, BEFORE
from portrait_style.training.rendered_pairs import rendered_pairs


@dataclass(frozen=True)
class Sources:
    """Folders of a run.

    Attributes:
        photos: list of folders of photos, of which none is labelled.
        styles: dict of name to a folder of pictures that no photo belongs to.
        pairs: dict of name to a folder of somebody's that holds `before/` and `after/`.
        rendered: likewise, made by renderers.
    """

    photos: list[Path]
    styles: dict[str, Path]
    pairs: dict[str, Path]
    rendered: dict[str, Path]

    @property
    def pictures(self) -> dict[str, Path]:
        """Every style by name, and the folder of its pictures."""
        taught = {**self.pairs, **self.rendered}
        return {**{name: path / AFTER for name, path in taught.items()}, **self.styles}


def sources_of(config, progress: bool = False) -> Sources:
    """Find a run's folders, and make the pairs that are to be rendered.

    Args:
        config: has `photos`, `styles`, `pairs`, `render` and `size`, as `TrainingConfig`.
        progress: bool, whether rendering shows a bar. Defaults to `False`.

    Raises:
        DatasetError: if a folder is missing or empty.
        ArgumentError: if there is nothing to learn, or two styles have one name.
    """
    styles = style_folders_of(config.styles) if config.styles else {}
    folders = [(Path(folder).resolve().name, Path(folder)) for folder in config.pairs]
    photos = [Path(config.photos)] if config.photos else []
    if not photos and folders and not config.render and not styles:
        photos = [folder / BEFORE for _, folder in folders]
    photos = photos or [bundled_photos()]
    rendered = {}
    if config.render:
        rendered = rendered_pairs(photos[0], config.render, config.size, progress)
    if not (styles or folders or rendered):
        raise ArgumentError(
            "`styles`, `pairs` or `render` must say what is to be learned. Received: none of them."
        )
    names = [name for name, _ in folders] + [*rendered, *styles]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DatasetError(f"two styles are called {', '.join(twice)}; rename a folder")
    return Sources(photos, styles, dict(folders), rendered)
