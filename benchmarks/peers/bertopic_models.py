"""What are the models of the embedding benchmark? Made once from weights on disk, nothing fetched.

From a folder of MiniLM weights (safetensors) to `minilm/` (ONNX, fp32), `minilm-int8/` (weights and
activations quantised) and `minilm-static/` (distilled by model2vec), each with its tokenizer.
Runs in the environment that `minilm.py` makes.

    python bertopic_models.py WEIGHTS_FOLDER OUT_FOLDER
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"

import onnx
import torch
from model2vec.distill import distill
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

BESIDE = ("tokenizer.json", "config.json", "1_Pooling/config.json")
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OPSET = 18


class TokenVectors(torch.nn.Module):
    """A BERT with one output, a vector per token: pooling is the reader's."""

    def __init__(self, bert: torch.nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """The last hidden state."""
        found = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        return found.last_hidden_state


def exported(weights: Path, out: Path) -> Path:
    """Write the ONNX model; both axes of its inputs may have any length."""
    bert = AutoModel.from_pretrained(weights, attn_implementation="eager")
    ids = torch.ones(2, 7, dtype=torch.long)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0  # an export from full rows alone may forget the mask
    sides = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    torch.onnx.export(
        TokenVectors(bert).eval(), (ids, mask, torch.zeros_like(ids)), str(out / "model.onnx"),
        input_names=INPUTS, output_names=["last_hidden_state"], opset_version=OPSET, dynamo=True,
        dynamic_shapes={name: sides for name in INPUTS}, external_data=False,
    )  # fmt: skip
    return without_traces(out / "model.onnx")


def without_traces(path: Path) -> Path:
    """Take out where in the source each node came from: paths of this machine change the hash."""
    model = onnx.load(path)
    graph = model.graph
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)
    return path


def quantised(model: Path, out: Path) -> None:
    """Eight bits, one scale per channel.

    Seven bits of range: without VNNI the products of full eight-bit numbers overflow, and a
    processor with it would give other vectors than one without.
    """
    quantize_dynamic(
        model, out / "model.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
    )


def with_its_files(weights: Path, folder: Path) -> Path:
    """A new folder that holds what a model needs beside itself."""
    for name in BESIDE:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(weights / name, folder / name)
    return folder


def main() -> None:
    """Make the three models."""
    weights, out = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    model = exported(weights, with_its_files(weights, out / "minilm"))
    quantised(model, with_its_files(weights, out / "minilm-int8"))
    distill(model_name=str(weights), pca_dims=256).save_pretrained(str(out / "minilm-static"))


if __name__ == "__main__":
    main()
