"""Find styles in a folder of mixed pictures, without labels."""

from typing import TYPE_CHECKING

from portrait_style._lazy import hand_on

if TYPE_CHECKING:
    from portrait_style.discovery.run import discover as discover
else:
    __getattr__, __dir__, __all__ = hand_on(__name__, {"discover": "portrait_style.discovery.run"})
