"""The Vision Transformer learns from the convolutional teacher: its feature map, its soft labels, and the labels themselves.

    python pretrain/distil.py --work DIR --name glyph-vit --steps 2400 [--patch 8 --dim 128 --depth 4 --heads 4 --mlp 512]

The student sees the colours alone. Wild colours keep a transformer at chance for a long time (which is ink, which is paper?), so most
characters are shown as dark ink on light paper: all at first, 70 % in the end.

With --workers 2 start it twice, as --worker 0 and --worker 1: each takes half of every batch (useful on cores shared with other work).
Resumable: state in DIR/<name>.pt; a learning curve in DIR/<name>.csv.
"""
import argparse
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

import make_images
from teacher import WIDTH, Teacher, accuracy, batches, cosine, figure, show, split
from vit import MEAN, STD, ViT, prepare

TEMPERATURE = 2.0
# Weights of the three losses; share of characters shown as ink on paper, at first and in the end.
TEACHING = {"map": 10.0, "soft": 0.5, "hard": 0.5, "ink": (1.0, 0.7)}


class Student(nn.Module):
    """The transformer with what only training needs: a class head and a map onto the teacher's features."""

    def __init__(self, config, classes):
        super().__init__()
        self.vit = ViT(**config)
        self.head = nn.Linear(config["dim"], classes)
        self.to_maps = nn.Linear(config["dim"], WIDTH)

    def forward(self, x):
        return self.head(self.vit(x))


def inked(images, generator):
    """The figure of each picture drawn again in a dark ink on a light paper, both tinted."""
    n = len(images)
    uniform = lambda low, high, channels: low + (high - low) * torch.rand(n, channels, 1, 1, generator=generator)
    paper = (uniform(195, 250, 1) + uniform(-25, 25, 3)).clamp(0, 255)
    ink = (uniform(10, 70, 1) + uniform(-60, 90, 3)).clamp(0, 255)
    f = figure(images)
    return ((paper * (1 - f) + ink * f) / 255 - MEAN) / STD


def lesson(images, characters, share, generator):
    """The student's input: for a share of the characters ink on paper, else the colours as drawn."""
    chosen = (torch.rand(len(images), generator=generator) < share) & characters
    return torch.where(chosen[:, None, None, None], inked(images, generator), prepare(images))


def losses(student, teacher, images, labels, characters, share, weights, generator):
    """Hard labels + soft labels + the teacher's layer-normed feature map against the patch tokens."""
    with torch.no_grad():
        maps = teacher.maps(show(images)).flatten(2).transpose(1, 2)
        soft = F.softmax(teacher.head(maps.mean(1)) / TEMPERATURE, -1)
    tokens = student.vit.tokens(lesson(images, characters, share, generator))
    logits = student.head(tokens[:, 0])
    patches = student.to_maps(tokens[:, 1:])
    if patches.shape[1] != 16:      # a finer grid of tokens is averaged onto the teacher's 4x4
        side = int(patches.shape[1] ** 0.5)
        patches = F.adaptive_avg_pool2d(patches.transpose(1, 2).unflatten(2, (side, side)), 4).flatten(2).transpose(1, 2)
    target = F.layer_norm(maps, (WIDTH,))
    kl = F.kl_div(F.log_softmax(logits / TEMPERATURE, -1), soft, reduction="batchmean") * TEMPERATURE ** 2
    hard = F.cross_entropy(logits, labels)
    return weights["map"] * F.mse_loss(patches, target) + weights["soft"] * kl + weights["hard"] * hard


def mean_gradients(parameters, workers):
    """Averages the gradients of all worker processes, as one message."""
    flat = torch.cat([p.grad.flatten() for p in parameters])
    torch.distributed.all_reduce(flat)
    for p, part in zip(parameters, flat.split([p.numel() for p in parameters])):
        p.grad.copy_(part.view_as(p) / workers)


def train(config, data, path, steps, size=128, peak=1.5e-3, teaching=TEACHING, seed=0, log_every=200, worker=0, workers=1):
    """Every worker takes its share of each batch; worker 0 keeps the log and the state."""
    images, labels, classes, glyphs, per_class, teacher = data
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
            group["lr"] = cosine(step, steps, peak, 150)
        rows = rows[worker::workers]
        first, last = teaching["ink"]
        share = first + (last - first) * min(1.0, 1.5 * step / steps)
        loss = losses(student, teacher, images[rows], labels[rows], labels[rows] < glyphs, share, teaching, torch.Generator().manual_seed((seed * 1000003 + step) * 16 + worker))
        optimiser.zero_grad()
        loss.backward()
        if workers > 1:
            mean_gradients(list(student.parameters()), workers)
        nn.utils.clip_grad_norm_(student.parameters(), 1.0)
        optimiser.step()
        step += 1
        if worker == 0 and (step % log_every == 0 or step == steps):
            student.eval()
            ink = accuracy(student, images, labels, outside[::16], lambda part: inked(part, torch.Generator().manual_seed(1)))
            score = accuracy(student, images, labels, outside[::16])
            student.train()
            seconds = time.time() - start
            print(f"step {step} loss {loss.item():.3f} held out {ink:.1f} % as ink, {score:.1f} % in colours {seconds:.0f} s", flush=True)
            with open(path.with_suffix(".csv"), "a") as log:
                log.write(f"{step},{step * size},{loss.item():.4f},{ink:.2f},{score:.2f},{seconds:.0f}\n")
            torch.save({"student": student.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "seconds": seconds,
                        "config": student.vit.config}, path)
    return student.eval()


def load_data(work, name="images", taught="teacher"):
    images, labels, entries = make_images.load(work, name)
    teacher = Teacher(len(entries))
    teacher.load_state_dict(torch.load(Path(work) / f"{taught}.pt")["model"])
    teacher.eval().requires_grad_(False)
    glyphs = sum(entry["kind"] == "glyph" for entry in entries)
    return torch.from_numpy(images), torch.from_numpy(labels), len(entries), glyphs, len(images) // len(entries), teacher.to(memory_format=torch.channels_last)


def work(worker, args):
    torch.set_num_threads(args.threads)
    if args.workers > 1:
        torch.distributed.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{args.port}", rank=worker, world_size=args.workers)
    config = dict(patch_size=args.patch, dim=args.dim, depth=args.depth, heads=args.heads, mlp_dim=args.mlp)
    train(config, load_data(args.work), Path(args.work) / f"{args.name}.pt", args.steps, seed=args.seed, worker=worker, workers=args.workers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--name", default="glyph-vit")
    options = {"steps": 2400, "patch": 8, "dim": 128, "depth": 4, "heads": 4, "mlp": 512, "seed": 0, "threads": 2, "worker": 0, "workers": 1, "port": 29517}
    for key, value in options.items():
        parser.add_argument(f"--{key}", type=int, default=value)
    args = parser.parse_args()
    work(args.worker, args)
