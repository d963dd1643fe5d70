"""Writes the backbone's card from its configuration and the measured tables.

    python pretrain/card_backbone.py
"""
import json
from pathlib import Path

from fonts import PRETRAIN_PACKAGES

HERE = Path(__file__).resolve().parent
OUT = HERE.parent / "public" / "backbones"


def read(name):
    path = HERE / "results" / name
    return path.read_text() if path.exists() else "The table over all streams and real images is not measured yet.\n"


if __name__ == "__main__":
    entry = json.loads((OUT / "index.json").read_text())["backbones"][0]
    c = json.loads((OUT / "glyph-vit" / "config.json").read_text())
    packages = ", ".join(f"`{name}` ({licence})" for name, licence in sorted(PRETRAIN_PACKAGES.items()))
    (OUT / "glyph-vit" / "card.md").write_text(f"""# Glyph ViT

{entry['description']}

A plain pre-norm Vision Transformer: {c['image_size']}x{c['image_size']} RGB, patches of {c['patch_size']}x{c['patch_size']} ({(c['image_size'] // c['patch_size']) ** 2} tokens and a class \
token), width {c['dim']}, {c['depth']} blocks, {c['heads']} heads, MLP {c['mlp_dim']}, exact GELU, learned positions. {entry['parameters']:,} parameters, {entry['bytes'] / 1e6:.2f} MB as
float16 with timm's names. Input: value / 255, minus {c['mean'][0]}, divided by {c['std'][0]}. Feature: the class token after the last norm. No head.

## Data
Pictures of 32x32 drawn by the scripts in `pretrain/`, none by anybody else: characters of about sixty writing systems under changes of pose,
stroke, colour, noise and background, and 180 classes of fractals, contours, textures, shaded solids and invented coloured objects drawn by formula.
No writing system of a bundled stream is among them (no Latin, Greek, Cyrillic, Hebrew, and none of their close kin such as Coptic or Cherokee, no
digits); a few letters of other scripts happen to resemble one of theirs. Typefaces: {packages}.

## Recipe
A small convolutional network learns all classes ({read('teacher.txt').strip()}). The transformer then learns from its feature map (mean squared error
on layer-normed 4x4 maps), its soft labels and the labels: AdamW, cosine, batch 128. {read('distil.txt').strip()}

## Evaluation
Accuracy in per cent with this backbone, in brackets with the same network untrained. `python pretrain/evaluate.py --set lr=1e-3 head_lr=1e-2 epochs=4` prints it.

{read('backbone.md')}
How the methods fare on Alphabets, at one rate and each at its own best, is on that stream's card.

Nearest mean and linear probe use frozen features; joint LoRA trains K and V of every block on all classes at once (in the browser it
reaches 98.2 on Alphabets over five seeds, 84.7 on styles and 70.3 on things: see the streams' cards). MNIST, CIFAR-100 and Omniglot (the first small
background set, every fourth drawing held out) are real images that took no part in pre-training.

## Licence
MIT, like the rest of this repository. The typefaces stay under their own licences; pictures drawn with them may be used freely.

## Limits
It has seen drawn shapes, most of them dark on light, not photographs. It is made to be taught in a browser within a minute, not to be accurate.
""")
    print("glyph-vit/card.md")
