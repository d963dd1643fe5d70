"""Writes public/backbones: float16 weights with timm's names, config.json, index.json.

    python pretrain/export.py --work DIR --name glyph-vit
"""
import argparse
import hashlib
import json
import os
from pathlib import Path

import torch
from safetensors.torch import save_file

from vit import EPS, MEAN, STD

OUT = Path(__file__).resolve().parent.parent / "public" / "backbones"
DESCRIPTION = "A small Vision Transformer taught on drawn shapes and on writing systems that no bundled stream uses."


def write(state, config, folder):
    folder.mkdir(parents=True, exist_ok=True)
    weights = {key: value.half().contiguous() for key, value in state.items()}
    path = folder / "model.safetensors"
    save_file(weights, path)
    about = {key: config[key] for key in ("image_size", "patch_size", "dim", "depth", "heads", "mlp_dim")}
    about |= {"layer_norm_eps": EPS, "mean": [MEAN] * 3, "std": [STD] * 3, "pooling": "token", "architecture": "vit"}
    (folder / "config.json").write_text(json.dumps(about, indent=1) + "\n")
    return path, sum(value.numel() for value in weights.values())


def index(path, parameters):
    data = path.read_bytes()
    entry = {"id": "glyph-vit", "title": "Glyph ViT", "description": DESCRIPTION, "weights": "glyph-vit/model.safetensors",
             "config": "glyph-vit/config.json", "card": "glyph-vit/card.md", "bytes": len(data), "parameters": parameters,
             "sha256": hashlib.sha256(data).hexdigest(), "licence": "MIT"}
    (OUT / "index.json").write_text(json.dumps({"schema": 1, "backbones": [entry]}, indent=1) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--name", default="glyph-vit")
    parser.add_argument("--to", type=Path, help="another folder (for trials); the index is then left alone")
    args = parser.parse_args()
    state = torch.load(Path(args.work) / f"{args.name}.pt")
    vit = {key.removeprefix("vit."): value for key, value in state["student"].items() if key.startswith("vit.")}
    path, parameters = write(vit, state["config"], args.to or OUT / "glyph-vit")
    if args.to is None:
        index(path, parameters)
    print(f"{path}: {path.stat().st_size:,} bytes, {parameters:,} parameters")
