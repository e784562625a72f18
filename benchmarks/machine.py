"""Say what a table was measured on."""

import os
import platform
from pathlib import Path


def describe_machine() -> str:
    """Return the processor's name and the number of threads that this process may use."""
    return f"{_processor()}, {_threads()} threads available"


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _threads() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
