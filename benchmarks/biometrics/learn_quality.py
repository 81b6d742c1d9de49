"""Learns the finger quality score from prints whose reference scores are known.

    python benchmarks/biometrics/learn_quality.py FOLDER SCORES.csv station/biometrics/finger/quality_model.npz

SCORES.csv has lines `file,score,group,kind`: a grey picture at 500 ppi in FOLDER, its NFIQ 2 score made elsewhere, the
finger it shows and how it was degraded (`none`, `blur`, `blur+dry`). Groups that begin with `syn` are our own drawings:
they teach with less weight and are not judged. Prints the rank correlation with the reference, of the bare function and
of the score as the product shows it, on fingers left out and on kinds of degradation left out, then writes the model.
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from station.biometrics.finger.measures import measure
from station.biometrics.finger.minutiae import extract
from station.biometrics.finger.quality import area_ceiling
from station.biometrics.finger.ridges import map_ridges
from station.biometrics.pixels import grey_image

SHARPNESS, STIFFNESS, FAR = 0.01, 0.1, 3.0
SYNTHETIC_WEIGHT = 0.35

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Prints:
    """Measures, reference scores, most that each can score, fingers, degradations, and weights (1: is judged)."""

    vectors: Array
    scores: Array
    ceilings: Array
    groups: NDArray[np.str_]
    kinds: NDArray[np.str_]
    weights: Array


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("scores", type=Path)
    parser.add_argument("model", type=Path)
    given = parser.parse_args()
    prints = load(given.folder, given.scores)
    judged = prints.weights == 1
    names = sorted({kind for kind in prints.kinds[judged].tolist() if kind != "none" and "+" not in kind})
    parts = [np.char.find(np.char.add(np.char.add("+", prints.kinds), "+"), f"+{name}+") >= 0 for name in names]
    print(f"prints {judged.sum()}, fingers {len(np.unique(prints.groups[judged]))}, kinds {len(names)}")
    tell("each finger left out", prints, [prints.groups == group for group in np.unique(prints.groups[judged])])
    tell("each kind of degradation left out", prints, parts)
    write(given.model, learn(prints.vectors, prints.scores, prints.weights))


def tell(name: str, prints: Prints, left_out: list[NDArray[np.bool_]]) -> None:
    """Print how well each part is predicted by what was learnt from the rest."""
    predicted = np.full(len(prints.scores), np.nan)
    for part in left_out:
        model = learn(prints.vectors[~part], prints.scores[~part], prints.weights[~part])
        predicted[part] = predict(model, prints.vectors[part])
    judged = (prints.weights == 1) & np.isfinite(predicted)
    truth, shown = prints.scores[judged], np.clip(np.minimum(predicted, prints.ceilings), 0, 100)[judged]
    print(f"{name}: rank correlation {rank_correlation(predicted[judged], truth):.3f}, as shown "
          f"{rank_correlation(shown, truth):.3f}; mean error {np.abs(shown - truth).mean():.1f}; same side of 35 in "
          f"{np.mean((shown >= 35) == (truth >= 35)):.1%}")  # fmt: skip
    families = np.array([group.split("_")[0] for group in prints.groups[judged].tolist()])
    for family in np.unique(families):
        own = families == family
        print(f"   {family}: {own.sum()} prints, {rank_correlation(shown[own], truth[own]):.2f}; reference p10 to p90 "
              f"{np.percentile(truth[own], 10):.0f} to {np.percentile(truth[own], 90):.0f}, mean error "
              f"{np.abs(shown[own] - truth[own]).mean():.1f}")  # fmt: skip


def load(folder: Path, table: Path) -> Prints:
    """Measure every picture of the table."""
    vectors, ceilings, told = [], [], []
    with table.open(encoding="utf-8", newline="") as stream:
        for name, score, group, kind in csv.reader(stream):
            picture = cv2.imread(str(folder / name), cv2.IMREAD_GRAYSCALE)
            assert picture is not None, name
            found = map_ridges(grey_image(picture, 500))
            measures = measure(found, len(extract(grey_image(picture, 500), found).minutiae))
            if measures is not None:
                vectors.append(measures.vector())
                ceilings.append(area_ceiling(measures))
                told.append((float(score), group, kind))
    scores, groups, kinds = (np.array(column) for column in zip(*told, strict=True))
    weights = np.where(np.char.startswith(groups, "syn"), SYNTHETIC_WEIGHT, 1.0)
    return Prints(np.array(vectors), scores, np.array(ceilings), groups, kinds, weights)


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
