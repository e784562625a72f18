"""Pictures and archives as somebody might send them to a studio."""

import io
import zipfile

from PIL import Image


def encoded(picture, kind="PNG", **options):
    """Encode an array or a PIL image."""
    buffer = io.BytesIO()
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def archive(files, compression=zipfile.ZIP_DEFLATED):
    """Pack bytes by name, or by `ZipInfo`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return buffer.getvalue()


def stored_files(client):
    """List what a studio keeps in its folder of files."""
    folder = client.app.state.studio.files.folder
    return [path for path in folder.rglob("*") if path.is_file()]
