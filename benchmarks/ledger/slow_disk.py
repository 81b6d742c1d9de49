"""The same measurement on a disk whose sync takes as long as a field laptop's.

A preloaded function waits before each real fdatasync or fsync; everything else is unchanged.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

SYNC_MS = 5
_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
static int slowly(const char *name, int descriptor) {
    struct timespec wait = {0, SYNC_MS * 1000000L};
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    nanosleep(&wait, 0);
    return real(descriptor);
}
int fdatasync(int descriptor) { return slowly("fdatasync", descriptor); }
int fsync(int descriptor) { return slowly("fsync", descriptor); }
"""


def slow_rates(folder: Path, postings: int, rounds: int) -> dict[str, tuple[float, float]]:
    """Return what `postings.rates` measures where a sync takes SYNC_MS longer; empty without a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    source, library = folder / "slow_sync.c", folder / "slow_sync.so"
    source.write_text(_SOURCE)
    flags = ["-shared", "-fPIC", f"-DSYNC_MS={SYNC_MS}", "-o", str(library), str(source), "-ldl"]
    subprocess.run([compiler, *flags], check=True)
    environment = {**os.environ, "LD_PRELOAD": str(library)}
    command = [sys.executable, "-m", "benchmarks.ledger.postings", str(folder), str(postings), str(rounds)]
    made = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return {name: (ours, peer) for name, (ours, peer) in json.loads(made.stdout).items()}
