"""The methods of the playground in a few lines of PyTorch, on a packed stream, to choose hyper-parameters and to check the figures.

    python pretrain/study.py --weights public/backbones/glyph-vit --stream alphabets --method inflora --seeds 100 101 [--set lr=2e-3 epochs=5]

Every method merges what it learned into the weights after a task. A run prints one JSON line.
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

import pack
from vit import ViT, prepare

ROOT = Path(__file__).resolve().parent.parent / "public"
DEFAULTS = dict(lr=2e-3, epochs=5, batch=32, rank=8, lamb=0.9995, lame=1.0, power=2, head_lr=0.0, ca_epochs=5, ca_lr=0.01, ca_samples=256, adapt="lora", factors="both")


# ---------------------------------------------------------------- material

def backbone(folder):
    folder = Path(folder)
    config = json.loads((folder / "config.json").read_text())
    model = ViT(**{key: config[key] for key in ("image_size", "patch_size", "dim", "depth", "heads", "mlp_dim")})
    model.load_state_dict({key: value.float() for key, value in load_file(folder / "model.safetensors").items()})
    return model


def stream(path):
    """-> tasks: [(classes, train images, labels, test images, labels)], number of classes, shared head?"""
    about, sheets = pack.load(path)
    domain = about["kind"] == "domain-incremental"
    tasks = []
    for task in about["tasks"]:
        rows = {"train": ([], []), "test": ([], [])}
        for entry in about["sheets"]:
            if entry["class"] in task["classes"] and (not domain or entry["domain"] == task["domain"]):
                images, labels = rows[entry["split"]]
                images += [pack.tile(sheets[entry["file"]], n) for n in range(entry["count"])]
                labels += [entry["class"]] * entry["count"]
        tasks.append((task["classes"], *[torch.from_numpy(np.array(part)) for split in ("train", "test") for part in rows[split]]))
    return tasks, len(about["classes"]), domain


# ---------------------------------------------------------------- network with heads and adapters

class Lora(torch.nn.Module):
    """A fused qkv projection with low-rank increments on K and V that can be merged."""

    def __init__(self, linear):
        super().__init__()
        self.linear, self.B, self.A = linear, None, None

    def start(self, b_k, b_v, rank, train_b):
        d = self.linear.in_features
        self.B = torch.nn.ParameterList([torch.nn.Parameter(b.clone(), requires_grad=train_b) for b in (b_k, b_v)])
        self.A = torch.nn.ParameterList([torch.nn.Parameter(torch.zeros(d, rank)) for _ in range(2)])

    def forward(self, x):
        self.input = x
        out = self.linear(x)
        if self.A is None:
            return out
        d = x.shape[-1]
        k, v = (F.linear(F.linear(x, b), a) for a, b in zip(self.A, self.B))
        return out + torch.cat([torch.zeros_like(out[..., :d]), k, v], -1)

    @torch.no_grad()
    def merge(self):
        d = self.linear.in_features
        for part, (a, b) in enumerate(zip(self.A, self.B), 1):
            self.linear.weight[part * d:(part + 1) * d] += a @ b
        self.A = self.B = None


class Net(torch.nn.Module):
    def __init__(self, vit, classes):
        super().__init__()
        self.vit, self.head = vit, torch.nn.Linear(vit.config["dim"], classes)
        for block in vit.blocks:
            block.attn.qkv = Lora(block.attn.qkv)
        self.requires_grad_(False)

    @property
    def loras(self):
        return [block.attn.qkv for block in self.vit.blocks]

    def forward(self, x):
        return self.head(self.vit(x))


@torch.no_grad()
def features(net, images):
    return torch.cat([net.vit(prepare(part)) for part in images.split(500)])


@torch.no_grad()
def second_moments(net, images):
    """Per block the mean of z z^T over all tokens, z = input of the attention; in float64."""
    total, count = None, 0
    for part in images.split(500):
        net.vit(prepare(part))
        z = [lora.input.flatten(0, 1).double() for lora in net.loras]
        sums = [x.T @ x for x in z]
        total = sums if total is None else [a + b for a, b in zip(total, sums)]
        count += len(z[0])
    return [t / count for t in total]


# ---------------------------------------------------------------- InfLoRA

def design_b(c, memory, kind, rank):
    p = c
    if memory is not None:
        inside = memory @ (memory.T @ c)
        p = c - inside if kind == "remove" else inside
    u, s, _ = torch.linalg.svd(p)
    b = u[:, :rank].T / 3 ** 0.5
    b[s[:rank] <= 1e-10 * s[0]] = 0      # nothing is left there: an arbitrary direction could be a protected one
    return b.float()


def complement(m, count):
    u, _, _ = torch.linalg.svd(m)
    return u[:, m.shape[1]:]


def update_dual_gpm(c, memory, kind, threshold, power):
    """`power` 2: energies are squared singular values of C (the authors' code); 1: the singular values themselves (the paper)."""
    d, energy = len(c), (torch.linalg.svdvals(c) ** power).sum()
    if memory is None:
        u, s, _ = torch.linalg.svd(c)
        n = max(1, int((torch.cumsum(s ** power, 0) / energy < threshold).sum()))
        memory, kind = u[:, :n], "remove"
    elif kind == "remove":
        u, s, _ = torch.linalg.svd(c - memory @ (memory.T @ c))
        acc, k = 1 - (s ** power).sum() / energy, 0
        while acc < threshold and k < d - memory.shape[1]:
            acc += s[k] ** power / energy
            k += 1
        memory = torch.cat([memory, u[:, :k]], 1)
    else:
        u, s, _ = torch.linalg.svd(memory @ (memory.T @ c))
        acc, k = (s ** power).sum() / energy, 0
        while acc >= 1 - threshold and k < memory.shape[1]:
            acc -= s[k] ** power / energy
            k += 1
        if k:
            left, _, _ = torch.linalg.svd(memory - u[:, :k] @ (u[:, :k].T @ memory))
            memory = left[:, :memory.shape[1] - k]
    if kind == "remove" and memory.shape[1] > d / 2:
        memory, kind = complement(memory, d), "retain"
    return memory, kind


# ---------------------------------------------------------------- training

def schedule(epoch, epochs, lr):
    """The authors' cosine, one epoch late."""
    return lr if epoch == 0 or epochs == 1 else lr * np.cos(99 * np.pi * (epoch - 1) / (200 * (epochs - 1)))


def fit(net, parameters, images, labels, classes, p, generator):
    """Adam on the cross-entropy over `classes` alone (the task's head)."""
    head = list(net.head.parameters())
    for parameter in [*parameters, *head]:
        parameter.requires_grad_(True)
    groups = [{"params": parameters, "base": p["lr"]}, {"params": head, "base": p["head_lr"] or p["lr"]}]
    optimiser = torch.optim.Adam(groups, lr=p["lr"])
    local = torch.full((net.head.out_features,), -1)
    local[classes] = torch.arange(len(classes))
    for epoch in range(p["epochs"]):
        for group in groups:
            group["lr"] = schedule(epoch, p["epochs"], group["base"])
        order = torch.randperm(len(images), generator=generator)
        for rows in order.split(p["batch"]):
            loss = F.cross_entropy(net(prepare(images[rows]))[:, classes], local[labels[rows]])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    net.requires_grad_(False)


def align(net, statistics, current, p, generator):
    """Classifier alignment: all heads on Gaussian samples of every class as every task showed it; logits scaled by their mean norm per head."""
    classes = list(dict.fromkeys(c for c, _ in statistics))
    head = list(net.head.parameters())
    for parameter in head:
        parameter.requires_grad_(True)
    optimiser = torch.optim.SGD(head, lr=p["ca_lr"], momentum=0.9, weight_decay=5e-4)
    roots = {key: torch.linalg.cholesky(cov) for key, (_, cov) in statistics.items()}
    shared = len(classes) < len(statistics)
    heads = [classes] if shared else [[c for c, task in statistics if task == t] for t in range(current + 1)]
    for epoch in range(p["ca_epochs"]):
        for group in optimiser.param_groups:
            group["lr"] = p["ca_lr"] * (1 + np.cos(np.pi * epoch / p["ca_epochs"])) / 2
        xs, ys = [], []
        for (c, task), (mean, _) in statistics.items():
            scale = 0.9 + 0.1 * (task + 1) / (current + 1)
            z = torch.randn(p["ca_samples"], len(mean), generator=generator)
            xs.append(mean * scale + z @ roots[c, task].T)
            ys.append(torch.full((p["ca_samples"],), classes.index(c)))
        xs, ys = torch.cat(xs), torch.cat(ys)
        for rows in torch.randperm(len(xs), generator=generator).split(p["ca_samples"]):
            logits = net.head(xs[rows])
            norms = torch.stack([logits[:, own].norm(dim=1) for own in heads], 1).mean(1, keepdim=True) + 1e-7
            loss = F.cross_entropy((logits / norms / 0.1)[:, classes], ys[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    net.requires_grad_(False)


def new_head(net, classes, generator):
    """PyTorch's default initial values for the rows of a task's classes."""
    bound = net.head.in_features ** -0.5
    with torch.no_grad():
        net.head.weight[classes] = (torch.rand(len(classes), net.head.in_features, generator=generator) * 2 - 1) * bound
        net.head.bias[classes] = (torch.rand(len(classes), generator=generator) * 2 - 1) * bound


def random_b(d, rank, generator):
    return (torch.rand(rank, d, generator=generator) * 2 - 1) * d ** -0.5


def evaluate(predict, tasks, upto):
    """Accuracy on each task seen, among all classes seen, and among its own."""
    seen = sorted({c for task in tasks[:upto + 1] for c in task[0]})
    free, known = [], []
    for classes, _, _, images, labels in tasks[:upto + 1]:
        scores = predict(images)
        free.append(100 * (torch.tensor(seen)[scores[:, seen].argmax(1)] == labels).float().mean().item())
        known.append(100 * (torch.tensor(classes)[scores[:, classes].argmax(1)] == labels).float().mean().item())
    return free, known


def run(folder, material, method, seed, **options):
    """One method over the stream -> accuracy matrices."""
    p = {**DEFAULTS, **options}
    tasks, count, domain = material
    generator = torch.Generator().manual_seed(seed)
    net = Net(backbone(folder), count)
    d = net.vit.config["dim"]
    free, known, dims = [], [], []
    if method == "joint":
        images, labels = torch.cat([t[1] for t in tasks]), torch.cat([t[2] for t in tasks])
        seen = list(range(count))
        new_head(net, seen, generator)
        if p["adapt"] == "full":
            trained = list(net.vit.parameters())
        else:
            for lora in net.loras:
                lora.start(random_b(d, p["rank"], generator), random_b(d, p["rank"], generator), p["rank"], True)
            trained = [q for lora in net.loras for q in (*lora.A, *lora.B)]
        fit(net, trained, images, labels, seen, p, generator)
        f, k = evaluate(lambda x: net.head(features(net, x)), tasks, len(tasks) - 1)
        return {"free": [f], "known": [k]}
    memory = [(None, "remove")] * len(net.loras)
    statistics, means, seen_counts = {}, {}, {}
    for t, (classes, images, labels, _, _) in enumerate(tasks):
        if method == "ncm":
            x = F.normalize(features(net, images), dim=1)
            for c in classes:
                means[c] = means.get(c, 0) + x[labels == c].sum(0)
            prototypes = torch.zeros(count, d)
            for c, mean in means.items():
                prototypes[c] = F.normalize(mean, dim=0)
            predict = lambda images: F.normalize(features(net, images), dim=1) @ prototypes.T
        else:
            if t == 0 or not domain:
                new_head(net, classes, generator)
            if method == "full":
                fit(net, list(net.vit.parameters()), images, labels, classes, p, generator)
            elif method == "seqlora":
                both = p["factors"] == "both"      # "up": A alone, as InfLoRA
                if t == 0:
                    for lora in net.loras:
                        lora.start(random_b(d, p["rank"], generator), random_b(d, p["rank"], generator), p["rank"], both)
                fit(net, [q for lora in net.loras for q in ((*lora.A, *lora.B) if both else lora.A)], images, labels, classes, p, generator)
            else:
                for lora, c, (m, kind) in zip(net.loras, second_moments(net, images), memory):
                    b = design_b(c, m, kind, p["rank"])
                    lora.start(b, b, p["rank"], False)
                fit(net, [q for lora in net.loras for q in lora.A], images, labels, classes, p, generator)
                for lora in net.loras:
                    lora.merge()
                threshold = (p["lame"] - p["lamb"]) * t / len(tasks) + p["lamb"]
                memory = [update_dual_gpm(c, *old, threshold, p["power"]) for c, old in zip(second_moments(net, images), memory)]
                dims.append([(m.shape[1] if kind == "remove" else d - m.shape[1]) for m, kind in memory])
            if method == "inflora+ca":
                x = features(net, images)
                for c in classes:
                    own = x[labels == c]
                    statistics[c, t] = (own.mean(0), torch.cov(own.T) + 1e-4 * torch.eye(d))
                if t:
                    align(net, statistics, t, p, generator)
            predict = lambda images: net.head(features(net, images))
        with torch.no_grad():
            f, k = evaluate(predict, tasks, t)
        free.append(f)
        known.append(k)
    return {"free": free, "known": known, "dims": dims}


def summary(result):
    free, known = result["free"], result["known"]
    out = {"final": float(np.mean(free[-1])), "average": float(np.mean([np.mean(row) for row in free])), "known": float(np.mean(known[-1]))}
    if len(free) > 1:
        out["forgetting"] = float(np.mean([max(row[j] for row in free[j:-1]) - free[-1][j] for j in range(len(free) - 1)]))
    return {key: round(value, 2) for key, value in out.items()}


def value(text):
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", default=ROOT / "backbones" / "glyph-vit")
    parser.add_argument("--stream", default="alphabets")
    parser.add_argument("--method", nargs="+", default=["inflora"], choices=["inflora", "inflora+ca", "seqlora", "full", "joint", "ncm"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[100])
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = {name: value(given) for name, given in (item.split("=") for item in args.set)}
    material = stream(ROOT / "streams" / args.stream / "stream.zip")
    for method in args.method:
        rows, start = [], time.time()
        for seed in args.seeds:
            result = run(args.weights, material, method, seed, **options)
            rows.append(summary(result))
            if args.verbose:
                print(json.dumps({key: [[round(v, 1) for v in row] for row in result[key]] for key in result}))
        mean = {key: round(float(np.mean([row[key] for row in rows])), 2) for key in rows[0]}
        spread = round(float(np.std([row["final"] for row in rows])), 2)
        print(json.dumps({"method": method, **options, "seeds": len(rows), **mean, "sd": spread, "seconds": round((time.time() - start) / len(rows), 1)}), flush=True)
