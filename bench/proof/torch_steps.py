"""The proof's training steps in PyTorch on this machine's card: f32 without TF32, Adam, one line of JSON; of why not where there is no torch."""

import json
import sys
import time

try:
    import torch
except ModuleNotFoundError:
    print(json.dumps({"part": "absent", "why": "PyTorch is not installed for python3; with it (pip install torch) its steps stand beside."}))
    sys.exit(0)
from torch import nn
from torch.nn import functional as F

SMALL = "--small" in sys.argv
# Name, dim, blocks, heads, image, patch, batch, all weights; as YARDSTICK in src/compute/yardstick.ts.
STEPS = [
    ("bundled", 128, 4, 4, 32, 8, 32, False),
    ("ViT-Ti/16", 192, 12, 3, 224, 16, 8, False),
    ("ViT-Ti/16", 192, 12, 3, 224, 16, 32, False),
    ("ViT-S/16", 384, 12, 6, 224, 16, 32, False),
    ("ViT-B/16", 768, 12, 12, 224, 16, 16, False),
    ("ViT-B/16", 768, 12, 12, 224, 16, 32, False),
    ("ViT-B/16, all weights", 768, 12, 12, 224, 16, 32, True),
][: 1 if SMALL else None]
RANK = 8


class Block(nn.Module):
    def __init__(self, dim, heads, adapted):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.adapted = adapted
        if adapted:
            self.down = nn.Parameter(torch.randn(2, RANK, dim) / dim**0.5)
            self.up = nn.Parameter(torch.zeros(2, dim, RANK))

    def forward(self, x):
        n, tokens, dim = x.shape
        weight = self.qkv.weight
        if self.adapted:
            # As ours: the increment is added to the weights of keys and values, once a step.
            weight = torch.cat([weight[:dim], weight[dim:] + (self.up @ self.down).reshape(2 * dim, dim)])
        qkv = F.linear(self.norm1(x), weight, self.qkv.bias).reshape(n, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        x = x + self.proj(F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, tokens, dim))
        return x + self.fc2(F.gelu(self.fc1(self.norm2(x))))


class ViT(nn.Module):
    def __init__(self, dim, depth, heads, image, patch, adapted):
        super().__init__()
        self.patches = nn.Conv2d(3, dim, patch, patch)
        self.cls = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(torch.randn(1, (image // patch) ** 2 + 1, dim) * 0.02)
        self.blocks = nn.ModuleList(Block(dim, heads, adapted) for _ in range(depth))
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.cls.expand(len(x), -1, -1), x], 1) + self.positions
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)[:, 0])


def measure(device, name, dim, depth, heads, image, patch, batch, everything):
    model = ViT(dim, depth, heads, image, patch, not everything).to(device)
    for key, parameter in model.named_parameters():
        parameter.requires_grad = everything or key.startswith("head") or key.endswith(".up")
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    images = torch.rand(batch, 3, image, image, device=device)
    labels = torch.zeros(batch, dtype=torch.long, device=device)

    def wait():
        if device.type == "cuda":
            torch.cuda.synchronize()

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()

    step()
    wait()
    start, count = time.perf_counter(), 0
    while count < (2 if SMALL else 50) and time.perf_counter() - start < 3:
        step()
        count += 1
    wait()
    return {"name": name, "batch": batch, "milliseconds": 1000 * (time.perf_counter() - start) / count}


torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
results = []
for of in STEPS:
    try:
        results.append(measure(DEVICE, *of))
    except torch.cuda.OutOfMemoryError:
        results.append({"name": of[0], "batch": of[6], "milliseconds": None})
title = torch.cuda.get_device_name() if DEVICE.type == "cuda" else "the processor"
print(json.dumps({"part": "torch", "device": title, "version": torch.__version__, "steps": results}))
