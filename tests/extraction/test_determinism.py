"""The same bytes give the same extraction: in any order, any process, and however often."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.extraction.pages import extracted
from tests.extraction.verdicts.labelled import labelled_pages

ROOT = Path(__file__).parents[2]
CODE = "import sys; from tests.extraction.test_determinism import shuffled; shuffled(int(sys.argv[1]))"
EVERY = 6  # of the labelled pages: of each kind and script there are some


def shuffled(seed: int) -> None:
    """Prints what is extracted from the pages, read twice and in an order of this seed, by name."""
    pages = [*labelled_pages("written_from"), *labelled_pages("held_back")][::EVERY] * 2
    random.Random(seed).shuffle(pages)
    found: dict[str, str] = {}
    for page in pages:
        said = repr(extracted(page.page.body, page.page.url, requested_url=page.page.requested_url))
        assert found.setdefault(page.name, said) == said
    sys.stdout.buffer.write(json.dumps(found, sort_keys=True).encode())


def in_a_process(seed: int) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CODE, str(seed)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=300).stdout


def test_shuffled_and_repeated_pages_give_identical_bytes_in_two_processes() -> None:
    first, second = in_a_process(1), in_a_process(2)
    assert first == second
    assert len(json.loads(first)) == 39
