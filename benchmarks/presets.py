"""Print every figure that is promised of a preset, measured on people whom its recipe holds out.

    python benchmarks/presets.py --data ../shared --model mobile --output runs/preset_figures/mobile

Photos are cut to squares of 256 pixels, and drawn once in every style without texture. What is
drawn and measured already is not done again, unless the preset or the renderers have changed.
`figures.json` and a sheet of all people for each style lie in the output folder. What is measured,
and in what:

    learned     cell statistics of VGG16's features: 1 the renderer's own picture, 0 the photo
    own         drawings whose moments of VGG16's channels are nearest to the mean of their style:
                of renderers' own pictures of the same people, or of the recipe's style pictures
    change      the same of the change from the photo, by ratios of moments: without who is shown
    own r., change r.   the same of the renderers' own pictures: what can be reached
    identity    median cosine of SFace's embeddings of photo and drawing; found: faces by YuNet;
                lost: how much more the renderer's own pictures have
    groups      photos in thirds by the luminance of skin (Rec. 601, levels), as the face finder of
                the package sees it in the photo: learned score of the worst by that of the best
    tone        luminance of skin in drawings off that in the renderer's own, mean of the worst
                group, in styles that keep the photo's colours
    blotches    drawings with a connected area above 0.5 % of the picture whose chroma (largest
                minus least of R, G, B) is more than 40 levels above that of photo and truth
    flat        standard deviation inside the drawing of a flat grey, worst of five greys, where
                the renderer's own is flat
    rising      drawings that are further from the photo at each of the intensities 0, 1/4 ... 1
    moved       levels by which the inside changes when the photo moves by 1, 2, 3 or 5 pixels
"""

import argparse
import os
from pathlib import Path

# Before TensorFlow is imported; whoever set it wants to see more.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from data_folder import add_data
from preset_figures.promises import LEARNED_MEAN
from preset_figures.report import promise_table, style_table, write_figures

from portrait_style.terminal import import_tensorflow_quietly


def main(argv=None) -> None:
    """Draw, measure, print the tables, and write file and sheets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_data(parser, "data/ with what the recipe names, and models/")
    parser.add_argument("--model", default="mobile", help="preset, run folder or .keras file")
    parser.add_argument("--output", type=Path, required=True, metavar="DIR")
    parser.add_argument("--limit", type=int, default=40, help="photos (default: 40)")
    parser.add_argument(
        "--recipe",
        choices=list(LEARNED_MEAN),
        help="who is held out, and what is promised (default: that of the generator's size)",
    )
    arguments = parser.parse_args(argv)
    import_tensorflow_quietly()
    from preset_figures.run import measure_preset

    model, data, output = arguments.model, arguments.data, arguments.output
    found = measure_preset(model, data, output, arguments.limit, arguments.recipe)
    photos, recipe = len(found.told["photos"]), found.told["recipe"]
    print(f"{model}: {photos} photos of people whom the recipe of {recipe} holds out")
    print(f"\n{style_table(found.figures, found.styles)}\n\n{promise_table(found.figures)}\n")
    print(write_figures(output, found.figures, found.told))


if __name__ == "__main__":
    main()
