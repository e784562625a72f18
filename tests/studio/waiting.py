"""Waiting for something, up to a deadline."""

import time

PATIENCE = 120.0


def wait_for(look, patience=PATIENCE):
    """Look again and again until there is something to see, and give it."""
    until = time.monotonic() + patience
    while not (seen := look()):
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)
    return seen


def ended(client, job, patience=PATIENCE):
    """Wait until a job neither waits nor runs; give what is told of it."""

    def look():
        told = client.get(f"/api/jobs/{job['id']}").json()
        return None if told["state"] in ("waiting", "running") else told

    return wait_for(look, patience)
