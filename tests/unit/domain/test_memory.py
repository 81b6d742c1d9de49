"""Pictures that were dropped go back to the system, whatever threads made them."""

import subprocess
import sys

import pytest

_WORK = """
import threading
import numpy
import psutil
from station.memory import keep_memory_flat

assert keep_memory_flat()
kept = []

def examine():
    for _ in range(20):
        picture = numpy.ones((1280, 960, 3), numpy.float32)
        kept.append(bytearray(700))
        del picture

def work():
    threads = [threading.Thread(target=examine) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

work()
before = psutil.Process().memory_info().rss
for _ in range(3):
    work()
print((psutil.Process().memory_info().rss - before) / 2**20)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limits are those of glibc")
def test_dropped_pictures_of_many_threads_are_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", _WORK], check=True, capture_output=True, text=True, timeout=60)
    assert float(done.stdout) < 8.0
