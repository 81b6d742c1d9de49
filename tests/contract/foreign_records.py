"""Reads and writes biometric records with software that nobody here wrote; runs in the environment of the peers.

    .venv/record-readers/bin/python tests/contract/foreign_records.py minutiae|images|rewrite <file> [<new file>]

Prints JSON. pyfing's reader of ISO/IEC 19794-2:2005 is loaded without the rest of that package, which wants Keras.
"""

import hashlib
import json
import sys
import types
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def minutiae(path: str) -> list[list[float]]:
    """Return x, y, direction in radians, kind (E or B) and quality of each minutia of the first view."""
    found = find_spec("pyfing")
    assert found is not None
    package = types.ModuleType("pyfing")
    package.__path__ = list(found.submodule_search_locations or ())
    tools = types.ModuleType("pyfing.utils")
    tools.__path__ = [f"{package.__path__[0]}/utils"]
    sys.modules.update({"pyfing": package, "pyfing.utils": tools})
    read = import_module("pyfing.utils.iso_format").load_minutiae_from_iso_template_file
    return [[m.x, m.y, m.direction, m.type, m.quality] for m in read(path)]


def opened(path: str) -> Any:
    """Open a finger image record with Pillow, taught the formats by iso19794 and wsq."""
    import_module("iso19794")
    import_module("wsq")
    return import_module("PIL.Image").open(path)


def images(path: str) -> list[dict[str, object]]:
    """Return what is said of each finger image, its size and the hash of its pixels."""
    seen = []
    with opened(path) as record:
        for number in range(record.info["nb_representation"]):
            record.seek(number)
            record.load()
            head = record.header
            seen.append(
                {
                    "position": head["position"],
                    "coding": head["image_compression_algo"],
                    "impression": head["impression_type"],
                    "ppi": head["horizontal_image_sampling_rate"],
                    "score": head["quality_records"][0].score,
                    "taken": head["capture_datetime"].isoformat(timespec="seconds"),
                    "size": list(record.size),
                    "pixels": hashlib.sha256(record.tobytes()).hexdigest(),
                }
            )
    return seen


def rewrite(path: str, target: str) -> str:
    """Write the first image anew, in that library's own way."""
    with opened(path) as record:
        record.load()
        record.save(target, "FIR")
        return hashlib.sha256(record.tobytes()).hexdigest()


WORK: dict[str, Callable[..., object]] = {"minutiae": minutiae, "images": images, "rewrite": rewrite}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(WORK[sys.argv[1]](*sys.argv[2:])))
