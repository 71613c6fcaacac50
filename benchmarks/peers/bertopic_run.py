"""What does BERTopic find in these texts, and what does that take?

Default BERTopic (number of topics free, UMAP seeded) on embeddings by sentence-transformers from
weights on disk, one thread. Prints one JSON object; writes one topic a line, -1 for an outlier.
Runs in the environment that `minilm.py` makes.

    python bertopic_run.py WEIGHTS_FOLDER TEXTS.json LABELS.txt [--seed N] [--topics N]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
from pathlib import Path

for name in ("OMP", "MKL", "OPENBLAS", "NUMBA"):  # before anything counts the cores
    os.environ[f"{name}_NUM_THREADS"] = "1"
os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")


def cpu_seconds() -> float:
    """CPU seconds of this process so far; children are none of it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def given() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="BERTopic on texts, with what it takes.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--topics", type=int, default=0, help="merge to so many; as found without")
    return parser.parse_args()


def main() -> None:
    """Import, embed, cluster, and tell."""
    asked = given()
    texts: list[str] = json.loads(asked.texts.read_text(encoding="utf-8"))
    import torch
    from bertopic import BERTopic
    from sentence_transformers import SentenceTransformer
    from umap import UMAP

    torch.set_num_threads(1)
    imported = cpu_seconds()
    model = SentenceTransformer(str(asked.weights), device="cpu")
    vectors = model.encode(texts, show_progress_bar=False)
    embedded = cpu_seconds()
    # BERTopic's own UMAP, word for word, but with a seed.
    umap = UMAP(
        n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", low_memory=False,
        random_state=asked.seed,
    )  # fmt: skip
    peer = BERTopic(embedding_model=model, umap_model=umap, nr_topics=asked.topics or None)
    topics, _ = peer.fit_transform(texts, vectors)
    ended = cpu_seconds()
    asked.labels.write_text("".join(f"{topic}\n" for topic in topics), encoding="utf-8")
    print(
        json.dumps(
            {
                "texts": len(texts),
                "cpu": round(ended, 1),
                "cpu_without_import": round(ended - imported, 1),
                "cpu_embedding": round(embedded - imported, 1),
                "cpu_fit": round(ended - embedded, 1),
                "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "topics": len(set(topics) - {-1}),
                "outlier_share": round(topics.count(-1) / len(topics), 4),
            }
        )
    )


if __name__ == "__main__":
    main()
