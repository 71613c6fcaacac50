"""What does it take to group these texts, and into which drivers do they fall?

One process, one side: `ours` (the driver pipeline: TF-IDF, or with --model the embedding tier) or
`scikit` (what one writes by hand: TF-IDF of words, SVD to 200, k-means). Prints one JSON object;
LABELS gets one driver a line. The last --later texts are not fitted, they are placed afterwards.

    python driver_fit.py SIDE TEXTS.jsonl LABELS.txt --drivers K [--seed N] [--model FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from pathlib import Path
from typing import Any

from driver_texts import rows_in

for name in ("OMP", "MKL", "OPENBLAS"):  # before anything counts the cores
    os.environ[f"{name}_NUM_THREADS"] = "1"


def cpu_seconds() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Fit drivers, and tell what it took.")
    parser.add_argument("side", choices=("ours", "scikit"))
    parser.add_argument("texts", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--drivers", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--field", default="text", help="of rows that are objects")
    parser.add_argument("--first", type=int, help="only so many of the texts")
    parser.add_argument("--later", type=int, default=0, help="so many are placed, not fitted")
    parser.add_argument("--model", default="", help="ours: an embedding model")
    parser.add_argument("--cache", default="", help="ours: where embeddings are kept")
    return parser.parse_args()


def ours(asked: argparse.Namespace) -> Any:
    """The driver pipeline as it ships."""
    from workbench.drivers.clusters import driver_pipeline
    from workbench.drivers.embeddings import EmbeddedTexts

    vectors = EmbeddedTexts(asked.model, cache=asked.cache) if asked.model else None
    return driver_pipeline(n_drivers=asked.drivers, random_state=asked.seed, vectors=vectors)


def scikit(asked: argparse.Namespace) -> Any:
    """What one writes by hand."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer

    return make_pipeline(
        TfidfVectorizer(sublinear_tf=True, min_df=2),
        TruncatedSVD(200, random_state=asked.seed),
        Normalizer(copy=False),
        KMeans(asked.drivers, n_init=4, random_state=asked.seed),
    )


def main() -> None:
    """Import, fit, place, and tell."""
    asked = given()
    texts = [row if isinstance(row, str) else row[asked.field] for row in rows_in(asked.texts)]
    texts = texts[: asked.first]
    fitted, later = texts[: len(texts) - asked.later], texts[len(texts) - asked.later :]
    grouping = (ours if asked.side == "ours" else scikit)(asked)
    imported = cpu_seconds()
    try:
        grouping.fit(fitted)
    except Exception as fault:
        if type(fault).__name__ != "UsageError":  # a model or the extra `embed` is not there
            raise
        print(json.dumps({"skipped": str(fault).splitlines()[0]}))
        return
    ended = cpu_seconds()
    labels = grouping[-1].labels_.tolist()
    placing = cpu_seconds()
    labels += grouping.predict(later).tolist() if later else []
    told = {
        "texts": len(fitted), "cpu": ended, "cpu_without_import": ended - imported,
        "cpu_placing": cpu_seconds() - placing,
        # A child starts with its parent's peak; the parent of this one is small.
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
        "kind": getattr(getattr(grouping[0], "_model", None), "kind", ""),
    }  # fmt: skip
    asked.labels.write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
