"""The Vision Transformer learns from the convolutional teacher: its feature map, its soft labels, and the labels themselves.

    python pretrain/distil.py --work DIR --name glyph-vit --steps 4000 [--patch 8 --dim 128 --depth 6 --heads 4 --mlp 512]

Resumable: state in DIR/<name>.pt; a learning curve in DIR/<name>.csv.
"""
import argparse
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import make_images
from teacher import WIDTH, Teacher, accuracy, batches, cosine, split
from vit import ViT, prepare

TEMPERATURE = 2.0


class Student(nn.Module):
    """The transformer with what only training needs: a class head and a map onto the teacher's features."""

    def __init__(self, config, classes):
        super().__init__()
        self.vit = ViT(**config)
        self.head = nn.Linear(config["dim"], classes)
        self.to_maps = nn.Linear(config["dim"], WIDTH)

    def forward(self, x):
        return self.head(self.vit(x))


def losses(student, images, labels, maps, teacher_head, weight):
    """Hard labels + soft labels + feature map; `maps` [n, 16, WIDTH] are the teacher's, before its layer norm."""
    tokens = student.vit.tokens(prepare(images))
    logits = student.head(tokens[:, 0])
    patches = student.to_maps(tokens[:, 1:])
    if patches.shape[1] != 16:      # a finer grid of tokens is averaged onto the teacher's 4x4
        side = int(patches.shape[1] ** 0.5)
        patches = F.adaptive_avg_pool2d(patches.transpose(1, 2).unflatten(2, (side, side)), 4).flatten(2).transpose(1, 2)
    target = F.layer_norm(maps, (WIDTH,))
    with torch.no_grad():
        soft = F.softmax(teacher_head(maps.mean(1)) / TEMPERATURE, -1)
    kl = F.kl_div(F.log_softmax(logits / TEMPERATURE, -1), soft, reduction="batchmean") * TEMPERATURE ** 2
    hard = F.cross_entropy(logits, labels)
    return weight * F.mse_loss(patches, target) + 0.5 * kl + 0.5 * hard


def train(config, data, path, steps, size=128, peak=1.5e-3, weight=10.0, seed=0, log_every=200):
    images, labels, classes, per_class, maps, teacher_head = data
    torch.manual_seed(seed)
    student = Student(config, classes)
    decayed = [p for p in student.parameters() if p.ndim > 1]
    plain = [p for p in student.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.03}, {"params": plain, "weight_decay": 0.0}], lr=peak)
    step = seconds = 0
    if path.exists():
        state = torch.load(path)
        student.load_state_dict(state["student"])
        optimiser.load_state_dict(state["optimiser"])
        step, seconds = state["step"], state["seconds"]
    inside, outside = split(labels, per_class)
    start = time.time() - seconds
    for rows in batches(inside, size, seed, step):
        if step >= steps:
            break
        for group in optimiser.param_groups:
            group["lr"] = cosine(step, steps, peak, 300)
        loss = losses(student, images[rows], labels[rows], torch.from_numpy(maps[rows]).float(), teacher_head, weight)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % log_every == 0 or step == steps:
            score = accuracy(student, images, labels, outside[::8])
            seconds = time.time() - start
            print(f"step {step} loss {loss.item():.3f} held out {score:.1f} % {seconds:.0f} s", flush=True)
            with open(path.with_suffix(".csv"), "a") as log:
                log.write(f"{step},{step * size},{loss.item():.4f},{score:.2f},{seconds:.0f}\n")
            torch.save({"student": student.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "seconds": seconds,
                        "config": student.vit.config}, path)
    return student.eval()


def load_data(work):
    images, labels, entries = make_images.load(work)
    teacher = Teacher(len(entries))
    teacher.load_state_dict(torch.load(Path(work) / "teacher.pt")["model"])
    maps = np.load(Path(work) / "maps.npy", mmap_mode="r")
    return torch.from_numpy(images), torch.from_numpy(labels), len(entries), len(images) // len(entries), maps, teacher.head.requires_grad_(False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--name", default="glyph-vit")
    parser.add_argument("--steps", type=int, default=4000)
    for key, value in {"patch": 8, "dim": 128, "depth": 6, "heads": 4, "mlp": 512, "threads": 2, "seed": 0}.items():
        parser.add_argument(f"--{key}", type=int, default=value)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    config = dict(patch_size=args.patch, dim=args.dim, depth=args.depth, heads=args.heads, mlp_dim=args.mlp)
    print(f"{ViT(**config).flops() / 1e6:.1f} MFLOP forward", flush=True)
    train(config, load_data(args.work), Path(args.work) / f"{args.name}.pt", args.steps, seed=args.seed)
