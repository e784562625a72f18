"""`optimize`: the slow way, picture by picture."""

from portrait_style.commands.checks import DONE, check_perceptual_weights
from portrait_style.terminal import import_tensorflow_quietly, print_line


def optimize(options) -> int:
    """Optimize one picture."""
    from portrait_style.image import check_output, load_image, save_image

    check_output(options.output, options.overwrite)
    photo, style_picture = load_image(options.photo), load_image(options.style)
    check_perceptual_weights(options.perceptual_weights)
    import_tensorflow_quietly()
    from portrait_style.models.feature_extractor import FeatureExtractor
    from portrait_style.optimization import STYLE_BLOCKS, optimize_picture

    given = ("size", "content_weight", "style_weight", "smoothness_weight", "keep_colours")
    network = FeatureExtractor(
        options.perceptual, options.perceptual_weights or "pretrained", STYLE_BLOCKS
    )
    picture = optimize_picture(
        photo,
        style_picture,
        network,
        steps=options.iterations,
        **{name: getattr(options, name) for name in given},
        progress=True,
    )
    print_line(save_image(options.output, picture, options.overwrite))
    return DONE
