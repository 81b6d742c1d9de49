"""Learns the finger quality score from prints whose reference scores are known.

    python benchmarks/biometrics/learn_quality.py FOLDER SCORES.csv station/biometrics/finger/quality_model.npz

SCORES.csv has lines `file,score,group`: a grey picture at 500 ppi in FOLDER, its NFIQ 2 score made elsewhere, and
the finger it shows. Prints the rank correlation with the reference on fingers left out, then writes the model.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.measures import measure
from station.biometrics.finger.minutiae import extract
from station.biometrics.finger.ridges import map_ridges
from station.biometrics.pixels import grey_image

SHARPNESS, STIFFNESS, FAR = 0.02, 0.2, 3.0
SYNTHETIC_WEIGHT = 0.35

Array = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scores", type=Path)
    parser.add_argument("model", type=Path)
    given = parser.parse_args()
    vectors, scores, groups = load(given.folder, given.scores)
    weights = np.where(np.char.startswith(groups, "syn"), SYNTHETIC_WEIGHT, 1.0)
    held_out = np.zeros(len(scores))
    for group in np.unique(groups[weights == 1]):
        left_out = groups == group
        model = learn(vectors[~left_out], scores[~left_out], weights[~left_out])
        held_out[left_out] = predict(model, vectors[left_out])
    judged = weights == 1
    print(f"prints {judged.sum()}, fingers {len(np.unique(groups[judged]))}")
    print(f"rank correlation {rank_correlation(held_out[judged], scores[judged]):.3f}")
    print(f"mean error {np.abs(np.clip(held_out, 0, 100) - scores)[judged].mean():.1f}")
    model = learn(vectors, scores, weights)
    write(given.model, model)


def load(folder: Path, table: Path) -> tuple[Array, Array, NDArray[np.str_]]:
    vectors, scores, groups = [], [], []
    with table.open(encoding="utf-8", newline="") as stream:
        for name, score, group in csv.reader(stream):
            picture = cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE)
            assert picture is not None, name
            found = map_ridges(grey_image(picture, 500))
            measures = measure(found, len(extract(grey_image(picture, 500), found).minutiae))
            if measures is not None:
                vectors.append(measures.vector())
                scores.append(float(score))
                groups.append(group)
    return np.array(vectors), np.array(scores), np.array(groups)


def learn(vectors: Array, scores: Array, weights: Array) -> dict[str, Array]:
    mean, spread = vectors[weights == 1].mean(0), vectors[weights == 1].std(0) + 1e-9
    centres = np.clip((vectors - mean) / spread, -FAR, FAR)
    offset = float(scores.mean())
    kernel = nearness(centres, centres) + np.diag(STIFFNESS / weights)
    learnt = np.linalg.solve(kernel, scores - offset)
    return {
        "mean": mean,
        "spread": spread,
        "centres": centres,
        "weights": learnt,
        "offset": np.array(offset),
        "sharpness": np.array(SHARPNESS),
    }


def predict(model: dict[str, Array], vectors: Array) -> Array:
    normal = np.clip((vectors - model["mean"]) / model["spread"], -FAR, FAR)
    return np.asarray(nearness(normal, model["centres"]) @ model["weights"] + model["offset"])


def write(path: Path, model: dict[str, Array]) -> None:
    compact: dict[str, Any] = {name: value.astype(np.float32) for name, value in model.items()}
    compact["centres"] = model["centres"].astype(np.float16)
    np.savez_compressed(path, **compact)


def nearness(one: Array, other: Array) -> Array:
    square = (one**2).sum(1)[:, None] + (other**2).sum(1)[None] - 2 * one @ other.T
    return np.asarray(np.exp(-SHARPNESS * square))


def rank_correlation(one: Array, other: Array) -> float:
    """Return Spearman's coefficient; ties share their mean rank."""
    return float(np.corrcoef(ranks(one), ranks(other))[0, 1])


def ranks(values: Array) -> Array:
    order = np.argsort(values, kind="stable")
    place = np.empty(len(values))
    place[order] = np.arange(len(values))
    for value in np.unique(values):
        place[values == value] = place[values == value].mean()
    return place


if __name__ == "__main__":
    main()
