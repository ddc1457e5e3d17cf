"""What the benchmarks' tests share."""

import concurrent.futures

import pytest

from illustration_parts.system import workers


@pytest.fixture
def threads(monkeypatch):
    """Threads instead of processes: those take a second to start."""
    monkeypatch.setattr(workers, "open_pool", concurrent.futures.ThreadPoolExecutor)
