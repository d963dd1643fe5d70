"""Draws the pre-training set into DIR/images: one uint8 file per shard of classes, written once, skipped when present.

    python pretrain/make_images.py --work DIR [--per-class 60] [--part 0/2] [--set NAME] [--without pose]

`--set` gives the folder another name, `--without` leaves an ingredient out of the characters: both for ingredients.py.
"""
import argparse
import json
import os
import time
from pathlib import Path

import numpy as np

import draw
import formulas
import scripts
from fonts import Fonts
from rng import Rng

SHARD = 40      # classes per file


def catalogue(fonts):
    return ([{"kind": "glyph", "script": script, "text": text, "faces": faces} for script, text, faces in scripts.classes(fonts)]
            + [{"kind": kind, "index": index} for kind, index in formulas.classes()])


def picture(fonts, entry, number, without=None):
    if entry["kind"] == "glyph":
        rng = Rng("pretrain-1", entry["text"], number)
        return draw.character(fonts, rng.choice(entry["faces"]), entry["text"], rng, strong=True, without=without)
    return formulas.picture(entry["kind"], entry["index"], Rng("pretrain-1", entry["kind"], entry["index"], number))


def load(work, name="images"):
    """-> images [n, 32, 32, 3], labels [n], catalogue."""
    folder = Path(work) / name
    entries = json.loads((folder / "catalogue.json").read_text())
    parts = [np.load(folder / f"{shard:04d}.npy") for shard in range(-(-len(entries) // SHARD))]
    images = np.concatenate([part.reshape(-1, 32, 32, 3) for part in parts])
    counts = [part.shape[1] for part in parts for _ in range(part.shape[0])]
    return images, np.repeat(np.arange(len(entries)), counts), entries


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--per-class", type=int, default=60)
    parser.add_argument("--part", default="0/1", help="i/n: draw only every n-th shard, for several processes")
    parser.add_argument("--set", default="images")
    parser.add_argument("--without", choices=["pose", "stroke", "background"])
    args = parser.parse_args()
    fonts, folder, start = Fonts(args.work), Path(args.work) / args.set, time.time()
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for entry in catalogue(fonts):      # a typeface that leaves a character blank is dropped, then the class if none is left
        if entry["kind"] == "glyph":
            entry["faces"] = [face for face in entry["faces"] if draw.glyph(fonts, face, entry["text"]) is not None]
        if entry.get("faces", True):
            entries.append(entry)
    (folder / "catalogue.json").write_text(json.dumps(entries, ensure_ascii=False))
    part, parts = map(int, args.part.split("/"))
    for shard in range(-(-len(entries) // SHARD))[part::parts]:
        path = folder / f"{shard:04d}.npy"
        if path.exists():
            continue
        rows = entries[shard * SHARD:(shard + 1) * SHARD]
        images = np.stack([np.stack([picture(fonts, entry, n, args.without) for n in range(args.per_class)]) for entry in rows])
        np.save(folder / f"tmp{part}.npy", images)
        os.replace(folder / f"tmp{part}.npy", path)
        draw.glyph.cache_clear()
        print(f"shard {shard}: {images.shape[0]} classes, {time.time() - start:.0f} s", flush=True)
    print(f"{len(entries)} classes")
