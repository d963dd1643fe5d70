"""What each ingredient of pre-training buys: short distillations, each with one of them left out.

    python pretrain/ingredients.py --work DIR --draw [--part 0/2]    the pictures: the whole recipe, and three that lack something
    python pretrain/teacher.py --work DIR --set study --name teacher-study --steps 2000  the teacher of all of them: it saw the whole recipe
    python pretrain/ingredients.py --work DIR [--part 0/2]           the students, what they are worth
    python pretrain/ingredients.py --work DIR --table                results/ingredients.md

Every student is the shipped size, from scratch, over as many pictures; what a seed moves is shown by the whole recipe with another seed.
Frozen features only: nearest mean and linear probe on the bundled streams and, where they are present, real images.
Resumable: what stands in results/ingredients.json is not done again.
"""
import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import torch

import distil
import evaluate
from vit import ViT

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "ingredients.json"
SIZE = dict(patch_size=8, dim=128, depth=4, heads=4, mlp_dim=512)
PER_CLASS, STEPS = 30, 600
SETS = {"study": None, "study-pose": "pose", "study-stroke": "stroke", "study-background": "background"}
ARMS = {
    "the whole recipe": {},
    "the whole recipe, another seed": {"seed": 1},
    "characters alone (no formulas)": {"kinds": {"glyph"}},
    "formulas alone (no characters)": {"kinds": {"fractal", "contour", "texture", "solid", "assembly"}},
    "no fractals, contours, textures": {"kinds": {"glyph", "solid", "assembly"}},
    "no solids, no invented objects": {"kinds": {"glyph", "fractal", "contour", "texture"}},
    "a quarter of the characters": {"every": 4},
    "no pose": {"set": "study-pose"},
    "no changes of stroke": {"set": "study-stroke"},
    "plain backgrounds, no noise": {"set": "study-background"},
    "colours as drawn from the start (no ink on paper)": {"teaching": {"ink": (0.0, 0.0)}},
    "ink on paper alone (no colours for characters)": {"teaching": {"ink": (1.0, 1.0)}},
    "no feature map of the teacher": {"teaching": {"map": 0.0}},
    "no soft labels": {"teaching": {"soft": 0.0}},
    "no hard labels": {"teaching": {"hard": 0.0}},
    "no teacher (hard labels alone)": {"teaching": {"map": 0.0, "soft": 0.0, "hard": 1.0}},
    # The sizes of README.md that were not shipped.
    "size: patch 8, dim 128, 6 blocks, MLP 512": {"size": {"depth": 6}},
    "size: patch 8, dim 192, 4 blocks, MLP 384": {"size": {"dim": 192, "heads": 6, "mlp_dim": 384}},
    "size: patch 4, dim 64, 6 blocks, MLP 256": {"size": {"patch_size": 4, "dim": 64, "depth": 6, "heads": 2, "mlp_dim": 256}},
    "size: patch 8, dim 128, 8 blocks, MLP 256": {"size": {"depth": 8, "mlp_dim": 256}},
}


def student(work, name, arm):
    """-> a transformer that learned from the pictures of the arm."""
    images, labels, classes, glyphs, per_class, teacher = distil.load_data(work, arm.get("set", "study"), "teacher-study")
    entries = json.loads((Path(work) / "study" / "catalogue.json").read_text())
    kinds = arm.get("kinds", {entry["kind"] for entry in entries})
    kept = np.array([entry["kind"] in kinds and (entry["kind"] != "glyph" or index % arm.get("every", 1) == 0) for index, entry in enumerate(entries)])
    rows = torch.from_numpy(kept)[labels]
    data = (images[rows], labels[rows], classes, glyphs, per_class, teacher)
    path = Path(work) / f"ingredient-{list(ARMS).index(name)}.pt"
    return distil.train({**SIZE, **arm.get("size", {})}, data, path, STEPS, teaching={**distil.TEACHING, **arm.get("teaching", {})}, seed=arm.get("seed", 0)).vit


def table():
    found = json.loads(RESULTS.read_text())
    names = [name for name in evaluate.ORDER if any(name in row for row in found.values())]
    whole = found["the whole recipe"]

    def cell(arm, name):
        if name not in arm:
            return "not measured"
        values = [f"{value:.1f}" if arm is whole else f"{value - base:+.1f}" for value, base in zip(arm[name], whole[name])]
        return " / ".join(values)

    lines = ["| recipe | " + " | ".join(names) + " |", "| --- |" + " --- |" * len(names)]
    lines += [f"| {arm} | " + " | ".join(cell(found[arm], name) for name in names) + " |" for arm in ARMS if arm in found]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--real", type=Path, default=HERE.parent.parent / "shared" / "real")
    parser.add_argument("--part", default="0/1", help="i/n: only every n-th, for several processes")
    parser.add_argument("--draw", action="store_true")
    parser.add_argument("--table", action="store_true")
    args = parser.parse_args()
    part, parts = map(int, args.part.split("/"))
    if args.draw:
        for name, without in SETS.items():
            command = [sys.executable, HERE / "make_images.py", "--work", args.work, "--per-class", str(PER_CLASS), "--part", args.part, "--set", name]
            subprocess.run([*command, *(["--without", without] if without else [])], check=True)
    elif args.table:
        RESULTS.with_suffix(".md").write_text(table())
    else:
        torch.set_num_threads(1)
        streams = {name: make() for name, make in evaluate.materials(args.real, None).items()}
        for name, arm in list(ARMS.items())[part::parts]:
            if RESULTS.exists() and name in json.loads(RESULTS.read_text()):
                continue
            vit = student(args.work, name, arm)
            worth = {stream: evaluate.measure(lambda: vit, data, {}, False)[:2] for stream, data in streams.items()}
            found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
            RESULTS.write_text(json.dumps({**found, name: worth}, indent=1) + "\n")
            print(name, json.dumps(worth), flush=True)
