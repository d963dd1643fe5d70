"""Each alphabet in a medium of its own: tasks for which frozen features are not enough. A study (SEARCH.md), no bundled stream.

    python pretrain/media.py --work DIR --tasks own --method inflora full --set lr=1e-2 epochs=5 head_lr=1e-2
"""
import argparse
import json
import os

import numpy as np
import torch

import draw
import stream_alphabets as alphabets
import study
from fonts import Fonts
from rng import Rng

Y, X = np.mgrid[0:draw.SIZE, 0:draw.SIZE]


def share(mask):
    return np.asarray(draw.shrink(mask), dtype=np.float64)[..., None] / 255


def grey(rng, amount):
    """Clouds of lightness that say nothing about the character."""
    coarse = np.clip(128 + 40 * rng.noise(8, 8), 0, 255).astype(np.uint8)
    clouds = draw.Image.fromarray(coarse).resize((draw.SIZE, draw.SIZE), draw.Image.Resampling.BICUBIC)
    return 130 + amount * (np.asarray(clouds, dtype=np.float64)[..., None] - 128) / 40


def hue(axis, amount, clouds, darker=0):
    """Ink and paper differ in hue; `darker`: by how much the ink is darker too."""
    return lambda mask, rng: grey(rng, clouds) + np.array(axis) * amount * (0.8 + 0.4 * rng.random()) * (2 * share(mask) - 1) - darker * share(mask)


def woven(pattern, amount, clouds=25):
    """Ink and paper have the same mean grey; the ink carries a weave."""
    return lambda mask, rng: grey(rng, clouds) + amount * (2.0 * pattern[..., None] - 1) * share(mask) * np.ones(3)


BLUE_YELLOW, RED_GREEN = (0.3, 0.3, -1.0), (1.0, -0.51, 0.0)
MEDIA = {
    "own": [hue(BLUE_YELLOW, 80, 15), woven((X // 2 + Y // 2) % 2, 60), hue(RED_GREEN, 70, 12), woven(Y % 2, 70), woven((X // 2) % 2, 60)],
    "one": [hue(BLUE_YELLOW, 80, 15, 12)] * 5,
}


def pictures(fonts, task, first, split, count, medium):
    names, images, labels = alphabets.faces(task, split), [], []
    for index, letter in enumerate(alphabets.TASKS[task], first):
        for number in range(count):
            rng = Rng("media-1", split, index, number)
            mask = draw.glyph(fonts, names[number % len(names)], letter)
            mask = draw.pose(draw.stroke(mask, rng.choice([0, 1, 1, 2])), rng)
            images.append(draw.finish(medium(mask, rng), rng, rng.uniform(0, 5)))
            labels.append(index)
    return torch.from_numpy(np.array(images)), torch.tensor(labels)


def material(fonts, media):
    tasks, first = [], 0
    for (task, letters), medium in zip(alphabets.TASKS.items(), media, strict=True):
        classes = list(range(first, first + len(letters)))
        tasks.append((classes, *pictures(fonts, task, first, "train", 60, medium), *pictures(fonts, task, first, "test", 20, medium)))
        first += len(letters)
    return tasks, first, False


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--tasks", choices=list(MEDIA), default="own")
    parser.add_argument("--method", nargs="+", default=["ncm"])
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = {name: study.value(given) for name, given in (item.split("=") for item in args.set)}
    data = material(Fonts(args.work), MEDIA[args.tasks])
    for method in args.method:
        found = study.run(study.ROOT / "backbones" / "glyph-vit", data, method, args.seed, **options)
        print(json.dumps({"tasks": args.tasks, "method": method, **options, **study.summary(found)}), flush=True)
