"""Write me.heic, as a phone would: the decoder's package can write it, too."""

import pillow_heif
from PIL import Image


def main() -> None:
    """Turn me.png into me.heic."""
    with Image.open("me.png") as picture:
        pillow_heif.from_pillow(picture.convert("RGB")).save("me.heic", quality=95)


if __name__ == "__main__":
    main()
