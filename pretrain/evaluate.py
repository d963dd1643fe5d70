"""How well the backbone's features serve each bundled stream and real images nobody here made, beside the same network untrained.

    python pretrain/evaluate.py [--weights FOLDER] [--real ../shared/real] [--only alphabets mnist]

Writes pretrain/results/backbone.json and backbone.md; images already measured stay there. Frozen nearest mean and linear probe; joint LoRA on K and V of every block (seed 0).
"""
import argparse
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import study
from vit import ViT

HERE = Path(__file__).resolve().parent


ORDER = ["alphabets", "styles", "things", "mnist", "omniglot", "cifar100"]
HEAD = "| images | classes | train + test | nearest mean | linear probe | joint LoRA |\n| --- | --- | --- | --- | --- | --- |\n"


def row(name, found):
    cells = " | ".join("not measured" if a is None else f"{a:.1f} ({b:.1f})" for a, b in zip(found["taught"], found["untrained"]))
    return f"| {name} | {found['classes']} | {found['train']} + {found['test']} | {cells} |"


def bundled(name):
    """A stream as one task -> classes, train images, labels, test images, labels."""
    tasks, count, _ = study.stream(study.ROOT / "streams" / name / "stream.zip")
    return count, *(torch.cat([task[part] for task in tasks]) for part in range(1, 5))


def picture(data):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    return np.asarray(image.resize((32, 32), Image.Resampling.BOX if image.width > 32 else Image.Resampling.BICUBIC))


def folders(path, test_every=None):
    """Images in a zip: train/<class>/.. and test/<class>/.., or one folder a class of which every n-th picture is for the test."""
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith(".png"))
        labels, parts, counts = {}, ([], [], [], []), {}
        for name in names:
            *head, folder, _ = name.split("/")
            key = folder if test_every is None else "/".join([*head, folder])
            label = labels.setdefault(key, len(labels))
            counts[key] = counts.get(key, -1) + 1
            test = "test" in head if test_every is None else counts[key] % test_every == 0
            parts[2 * test].append(picture(archive.read(name)))
            parts[2 * test + 1].append(label)
    return len(labels), *(torch.from_numpy(np.array(part)) for part in parts)


def materials(real, only):
    out = {name: (lambda name=name: bundled(name)) for name in ("alphabets", "styles", "things")}
    images = Path(real) / "images"
    out["mnist"] = lambda: folders(images / "mnist_png.zip")
    out["omniglot"] = lambda: folders(sorted((images / "omniglot").glob("*.zip"))[0], 4)
    out["cifar100"] = lambda: folders(images / "cifar100.zip")
    if not images.exists():
        print(f"skipped mnist, omniglot, cifar100: {images} is absent")
    return {name: make for name, make in out.items() if (not only or name in only) and (images.exists() or name in ("alphabets", "styles", "things"))}


def nearest_mean(x, y, test, labels, count):
    x, test = F.normalize(x, dim=1), F.normalize(test, dim=1)
    means = F.normalize(torch.stack([x[y == c].mean(0) for c in range(count)]), dim=1)
    return 100 * ((test @ means.T).argmax(1) == labels).float().mean().item()


def linear_probe(x, y, test, labels, count):
    """Multinomial logistic regression on standardised features, a little weight decay, L-BFGS."""
    mean, std = x.mean(0), x.std(0) + 1e-6
    x, test = (x - mean) / std, (test - mean) / std
    weight, bias = torch.zeros(count, x.shape[1], requires_grad=True), torch.zeros(count, requires_grad=True)
    optimiser = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = F.cross_entropy(x @ weight.T + bias, y) + 3e-3 * weight.square().sum()
        loss.backward()
        return loss

    optimiser.step(closure)
    return 100 * ((test @ weight.T + bias).argmax(1) == labels).float().mean().item()


def measure(make_vit, data, options, joint):
    count, x, y, test, labels = data
    net = study.Net(make_vit(), count)
    with torch.no_grad():
        a, b = study.features(net, x), study.features(net, test)
    out = [nearest_mean(a, y, b, labels, count), linear_probe(a, y, b, labels, count)]
    if not joint:
        return [*out, None]
    p, generator = {**study.DEFAULTS, **options}, torch.Generator().manual_seed(0)
    study.new_head(net, list(range(count)), generator)
    d = net.vit.config["dim"]
    for lora in net.loras:
        lora.start(study.random_b(d, p["rank"], generator), study.random_b(d, p["rank"], generator), p["rank"], True)
    study.fit(net, [q for lora in net.loras for q in (*lora.A, *lora.B)], x, y, list(range(count)), p, generator)
    with torch.no_grad():
        out.append(100 * (net.head(study.features(net, test)).argmax(1) == labels).float().mean().item())
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=study.ROOT / "backbones" / "glyph-vit")
    parser.add_argument("--real", type=Path, default=HERE.parent.parent / "shared" / "real")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="of the joint LoRA, as in study.py")
    parser.add_argument("--frozen", action="store_true", help="only what needs no training of the backbone (a minute)")
    args = parser.parse_args()
    torch.set_num_threads(1)
    options = {name: study.value(given) for name, given in (item.split("=") for item in args.set)}
    config = json.loads((args.weights / "config.json").read_text())

    def untrained():
        torch.manual_seed(0)
        return ViT(**{key: config[key] for key in ("image_size", "patch_size", "dim", "depth", "heads", "mlp_dim")})

    results = HERE / "results" / "backbone.json"
    known = json.loads(results.read_text()) if results.exists() else {}
    for name, make in materials(args.real, args.only).items():
        data = make()
        taught, raw = measure(lambda: study.backbone(args.weights), data, options, not args.frozen), measure(untrained, data, options, not args.frozen)
        known[name] = {"classes": data[0], "train": len(data[1]), "test": len(data[3]), "taught": taught, "untrained": raw}
        results.write_text(json.dumps(known, indent=1) + "\n")
        print(row(name, known[name]), flush=True)
    rows = [row(name, known[name]) for name in ORDER if name in known]
    (HERE / "results" / "backbone.md").write_text(HEAD + "\n".join(rows) + "\n")
