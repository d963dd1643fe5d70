"""A small convolutional teacher for all pre-training classes; the transformer is taught by it (distil.py).

Thousands of classes in random colours leave a network at chance for a long time. The teacher is spared that: beside the colours it is
shown a fourth channel, how far each pixel is from the colour of the border, so that ink is bright and paper dark whatever their colours.
A second target, a blurred upright picture of the character (the mean over its typefaces), gives its map a direct meaning.

    python pretrain/teacher.py --work DIR --steps 3000        resumable: state in DIR/teacher.pt
"""
import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn

import draw
import make_images
from fonts import Fonts
from vit import prepare

WIDTH = 128      # channels of the last map
TEMPLATE = 12    # side of the upright picture
HELD_OUT = 4     # pictures of each class that no training sees


def conv(cin, cout, stride=1):
    return [nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout), nn.ReLU()]


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.body = nn.Sequential(*conv(width, width))

    def forward(self, x):
        return x + self.body(x)


def figure(images):
    """uint8 [n, 32, 32, 3] -> how far each pixel is from the border's median colour, [n, 1, 32, 32], the farthest 1."""
    x = images.float()
    border = torch.cat([x[:, 0], x[:, -1], x[:, :, 0], x[:, :, -1]], 1).median(1).values
    distance = (x - border[:, None, None]).abs().mean(3)
    return (distance / distance.amax((1, 2), keepdim=True).clamp_min(8))[:, None]


def show(images):
    """What the teacher sees: figure and colours."""
    return torch.cat([figure(images) * 2 - 0.5, prepare(images)], 1)


class Teacher(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.body = nn.Sequential(*conv(4, 32, 2), Residual(32), *conv(32, 64, 2), Residual(64), *conv(64, WIDTH, 2), Residual(WIDTH))
        self.head = nn.Linear(WIDTH, classes)
        self.template = nn.Linear(16 * WIDTH, TEMPLATE ** 2)

    def maps(self, x):
        return self.body(x.contiguous(memory_format=torch.channels_last))

    def forward(self, x):
        return self.head(self.maps(x).mean((2, 3)))


def templates(fonts, entries):
    """One standardised upright picture for each class, [classes, 144], and which classes have one (characters only)."""
    out, known = np.zeros((len(entries), TEMPLATE ** 2), np.float32), np.zeros(len(entries), np.float32)
    for index, entry in enumerate(entries):
        if entry["kind"] == "glyph":
            masks = [draw.glyph(fonts, face, entry["text"]).crop((8, 8, 56, 56)).resize((TEMPLATE, TEMPLATE), Image.Resampling.BOX) for face in entry["faces"]]
            out[index], known[index] = np.mean([np.asarray(mask, np.float32).ravel() for mask in masks], 0), 1
    rows = out[known > 0]
    return torch.from_numpy((out - rows.mean(0)) / rows.std()), torch.from_numpy(known)


def split(labels, per_class):
    """Row numbers for training and for validation (the last HELD_OUT of each class)."""
    inside = np.arange(len(labels)) % per_class
    return np.flatnonzero(inside < per_class - HELD_OUT), np.flatnonzero(inside >= per_class - HELD_OUT)


def batches(rows, size, seed, start):
    """Endless shuffled batches from step `start`: epoch e has its own permutation, so that a resumed run sees the same ones."""
    per_epoch, step = len(rows) // size, start
    while True:
        epoch, first = divmod(step, per_epoch)
        if first == 0 or step == start:
            order = np.random.default_rng([seed, epoch]).permutation(rows)
        yield order[first * size:(first + 1) * size]
        step += 1


def cosine(step, steps, peak, warm=200):
    if step < warm:
        return peak * (step + 1) / warm
    return float(peak * (0.5 + 0.5 * np.cos(np.pi * (step - warm) / max(1, steps - warm))) + 1e-6)


@torch.no_grad()
def accuracy(predict, images, labels, rows, view=prepare):
    hits = 0
    for part in np.array_split(rows, max(1, len(rows) // 500)):
        hits += (predict(view(images[part])).argmax(1) == labels[part]).sum().item()
    return 100 * hits / len(rows)


def train(images, labels, targets, known, per_class, path, steps, size=128, peak=2e-3, seed=0):
    torch.manual_seed(seed)
    model = Teacher(len(targets)).to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=peak, weight_decay=0.02)
    step = 0
    if path.exists():
        state = torch.load(path)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
    inside, outside = split(labels, per_class)
    start = time.time()
    for rows in batches(inside, size, seed, step):
        if step >= steps:
            break
        for group in optimiser.param_groups:
            group["lr"] = cosine(step, steps, peak)
        maps, classes = model.maps(show(images[rows])), labels[rows]
        upright = ((model.template(maps.flatten(1)) - targets[classes]) ** 2).mean(1)
        loss = F.cross_entropy(model.head(maps.mean((2, 3))), classes, label_smoothing=0.05) + 3 * (upright * known[classes]).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if step % 100 == 0:
            model.eval()
            score = accuracy(model, images, labels, outside[::8], show)
            model.train()
            print(f"step {step} loss {loss.item():.3f} upright {upright.mean().item():.3f} held out {score:.1f} % {time.time() - start:.0f} s", flush=True)
        if step % 300 == 0 or step == steps:
            torch.save({"model": model.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, path)
    model.eval()
    print(f"teacher: held out {accuracy(model, images, labels, outside, show):.1f} %", flush=True)
    return model


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--set", default="images")
    parser.add_argument("--name", default="teacher")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    images, labels, entries = make_images.load(args.work, args.set)
    images, labels = torch.from_numpy(images), torch.from_numpy(labels)
    per_class, folder = len(images) // len(entries), Path(args.work)
    targets, known = templates(Fonts(args.work), entries)
    train(images, labels, targets, known, per_class, folder / f"{args.name}.pt", args.steps)
