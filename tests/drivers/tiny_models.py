"""Embedding models small enough to check by hand, made without any library that trains or exports.

Seven word pieces with four numbers each; an ONNX model is written byte by byte, so that the tests
need only what reads it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "parcel", "late", "refund")
# One row per word; a parcel points east, late north, a refund up.
VALUES = np.array(
    [
        [9, 9, 9, 9], [0, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0.25],
        [4, 0, 0, 0], [0, 3, 0, 0], [0, 0, 0.125, 0],
    ],
    dtype=np.float32,
)  # fmt: skip
INT64, FLOAT = 7, 1


def onnx_folder(folder: Path, *, quantised: bool = False, pooling: str = "") -> Path:
    """A sentence-transformer whose token vectors are ``VALUES``, whatever stands around them.

    ``quantised``: through eight bits with one scale per batch, as real int8 models do it.
    """
    folder.mkdir(parents=True)
    folder.joinpath("model.onnx").write_bytes(_model(quantised))
    folder.joinpath("tokenizer.json").write_text(json.dumps(_tokenizer()))
    if pooling:
        folder.joinpath("1_Pooling").mkdir()
        told = json.dumps({f"pooling_mode_{pooling}": True, "include_prompt": True})
        folder.joinpath("1_Pooling/config.json").write_text(told)
    return folder


def static_folder(folder: Path) -> Path:
    """A model2vec model of the same words."""
    folder.mkdir(parents=True)
    data = VALUES.tobytes()
    header = {"embeddings": {"dtype": "F32", "shape": VALUES.shape, "data_offsets": [0, len(data)]}}
    told = json.dumps(header).encode()
    folder.joinpath("model.safetensors").write_bytes(len(told).to_bytes(8, "little") + told + data)
    folder.joinpath("config.json").write_text('{"model_type": "model2vec", "normalize": false}')
    folder.joinpath("tokenizer.json").write_text(
        json.dumps(_tokenizer() | {"post_processor": None})
    )
    return folder


def _tokenizer() -> dict[str, object]:
    """Words between spaces, in lower case, between [CLS] and [SEP]."""
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": i, "content": WORDS[i], "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": True} for i in range(4)
        ],
        "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": None,
        "model": {
            "type": "WordLevel", "vocab": {word: i for i, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }  # fmt: skip


def _model(quantised: bool) -> bytes:
    """An ONNX file: look every id up in ``VALUES``."""
    found = "looked_up" if quantised else "last_hidden_state"
    nodes = [_node("Gather", ["values", "input_ids"], [found])]
    if quantised:
        parts = ["small", "scale", "zero"]
        nodes.append(_node("DynamicQuantizeLinear", [found], parts))
        nodes.append(_node("DequantizeLinear", parts, ["last_hidden_state"]))
    values = b"".join(_number(1, n) for n in VALUES.shape) + _number(2, FLOAT)
    values += _field(8, b"values") + _field(9, VALUES.tobytes())
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, b"tiny") + _field(5, values)
    for name in ("input_ids", "attention_mask"):
        graph += _field(11, _value(name, INT64, ["batch", "length"]))
    graph += _field(12, _value("last_hidden_state", FLOAT, ["batch", "length", "dims"]))
    return _number(1, 8) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, 17))


def _node(kind: str, inputs: list[str], outputs: list[str]) -> bytes:
    named = [_field(1, one.encode()) for one in inputs] + [_field(2, o.encode()) for o in outputs]
    return b"".join(named) + _field(4, kind.encode())


def _value(name: str, kind: int, sides: list[str]) -> bytes:
    shape = b"".join(_field(1, _field(2, side.encode())) for side in sides)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])
