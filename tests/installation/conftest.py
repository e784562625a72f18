"""Programs that `make` runs, not tests."""

collect_ignore_glob = ["*.py"]
