"""What `make check` runs, not tests."""

collect_ignore_glob = ["*.py"]
