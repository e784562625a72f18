"""Plots as PNG files in memory."""

import io

from matplotlib.backends.backend_agg import FigureCanvasAgg


def png_file(figure) -> bytes:
    """Draw a `matplotlib.figure.Figure`; equal figures are equal bytes."""
    buffer = io.BytesIO()
    # No date and no version in the file.
    FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
    return buffer.getvalue()
