"""What tests of shared styles look at."""

import json
import zipfile

import numpy as np
from command_errors import assert_refused


def refused(result, *words):
    assert_refused((result[0], result[2]), *words)


def told_by(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("style.json"))


def difference(first, second):
    return np.abs(np.asarray(first).astype(int) - np.asarray(second).astype(int))
