import subprocess
import sys

CODE = """
import gc
from archive.garbage import collect_rarely

class Made:
    gone = 0

    def __init__(self):
        self.itself = self

    def __del__(self):
        Made.gone += 1

collect_rarely()
for _ in range(30_000):
    Made()
print(gc.get_freeze_count() > 1000, 0 < Made.gone < 30_000)
"""


def test_cycles_are_collected_though_rarely_and_what_was_there_is_left_alone() -> None:
    ended = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert ended.stdout == "True True\n"
