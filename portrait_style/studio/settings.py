"""What a studio is started with."""

from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What a studio takes at most.

    Args:
        upload_bytes: int, bytes of one request.
        unpacked_bytes: int, bytes that one archive may unpack to.
        files: int, files of one request, those in its archives counted.
        pixels: int, pixels of one picture.
        longer_side: int, pixels of the longer side of a photo as it is kept.
        waiting_jobs: int, jobs that wait at once.
        requests_per_minute: int, requests to `/api` from one address.
        signins_per_minute: int, attempts to sign in, from one address.
    """

    upload_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 1000 * MEGABYTE
    files: int = 500
    pixels: int = 40_000_000
    longer_side: int = 4096
    waiting_jobs: int = 20
    requests_per_minute: int = 1200
    signins_per_minute: int = 10


@dataclass(frozen=True)
class StudioSettings:
    """What a studio is started with.

    Args:
        storage: folder of its database and files.
        host: str, address to listen at. Defaults to the machine's own.
        port: int. Defaults to 7860.
        user: str, who may sign in, or `None` if nobody has to.
        password_hash: str, that user's password hashed by Argon2, or `None`.
        limits: `Limits`.
    """

    storage: Path
    host: str = "127.0.0.1"
    port: int = 7860
    user: str | None = None
    password_hash: str | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def database_path(self) -> Path:
        """File of the database."""
        return self.storage / "studio.sqlite3"

    @property
    def files_folder(self) -> Path:
        """Folder of the pictures and of what jobs write."""
        return self.storage / "files"

    @property
    def needs_signin(self) -> bool:
        """Whether visitors have to sign in."""
        return self.user is not None
