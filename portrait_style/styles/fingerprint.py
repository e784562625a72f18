"""Telling whether codes are those of a model."""

import hashlib
import json

from portrait_style.styles.bank import StyleBank


def fingerprint(bank: StyleBank | None) -> str | None:
    """Identify the codes of a model.

    Codes mean the same where one style encoder read them off, and the mean code of photographs
    tells which one that was. It is taken, and not the encoder's weights, because it goes wherever
    codes go: into a generator saved by itself, and into the `metadata.json` of exported files. It
    does not change when styles are added or renamed.

    Args:
        bank: `StyleBank` of the model, or `None` if it has none.

    Returns:
        str, 16 hexadecimal digits; `None` without a bank.
    """
    if bank is None:
        return None
    text = json.dumps(bank.to_config()["photo_code"])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
