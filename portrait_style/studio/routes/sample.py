"""A photo to begin with, where there is none yet."""

from fastapi import APIRouter
from fastapi.responses import Response

from portrait_style.image_folder import bundled_photos

router = APIRouter(prefix="/api")
_SAMPLE = "faker-female-10.jpg"


@router.get("/sample")
def sample() -> Response:
    """Give a face of the package, of no real person, as JPEG."""
    return Response((bundled_photos() / _SAMPLE).read_bytes(), media_type="image/jpeg")
