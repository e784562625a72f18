"""Our bundled presets as methods of the table."""

from baselines.method import Method
from portrait_style import PortraitStylizer


class PresetMethod(Method):
    """A bundled preset, named as the method; the style is read off the picture."""

    def hand(self, style_set):
        """Draw as `stylize --style PICTURE` does."""
        return PortraitStylizer.from_preset(self.name).stylize

    def tflite(self):
        """Convert the generator of all styles."""
        from portrait_style.export.source import load_source
        from portrait_style.export.tflite import convert_tflite

        return convert_tflite(load_source(self.name).programs[0], 256, "float16")
