"""Styles: the ten digits under six looks, one after the other; one head serves all of them (domain-incremental)."""
import numpy as np
from PIL import ImageFilter

import draw
from draw import SIZE
from rng import Rng

ID, TITLE, KIND = "styles", "Digits in changing styles", "domain-incremental"
DESCRIPTION = ("The same ten hand-drawn digits as ink, chalk, neon, coarse print, inverted and turned on their side: "
               "the classes stay, the look changes; the test uses hands never seen in training.")
LESSON = ("What it shows: the same classes in six looks under one head. The frozen features nearly suffice, and a method that "
          "hardly moves them does well.")
PER_CLASS = {"train": 20, "test": 10}
DOMAINS = ["Ink", "Chalk", "Neon", "Print", "Inverted", "Rotated"]
CLASSES = [{"name": digit, "glyph": digit} for digit in "0123456789"]
FACES = {
    "train": ["NanumPen.ttf", "NanumBrush.ttf", "NanumBarunpenR.ttf", "Delphine.ttf", "Comfortaa-Light.ttf", "dkgBd.ttf", "Ecolier-court.ttf",
              "TomsonTalks.ttf", "Purisa.ttf", "KleeOne-Regular.ttf"],
    "test": ["Humor-Sans.ttf", "SteveHand.ttf", "Breip.ttf", "Rufscript010.ttf", "YuseiMagic-Regular.ttf"],
}


def needs():
    return FACES["train"] + FACES["test"]


def layout():
    tasks = [{"name": name, "classes": list(range(10)), "domain": i} for i, name in enumerate(DOMAINS)]
    sheets = [(split, index, domain, count) for split, count in PER_CLASS.items() for domain in range(len(DOMAINS)) for index in range(10)]
    return tasks, DOMAINS, sheets


def tint(rng, low, high, colourful):
    """A colour between two lightnesses."""
    grey = rng.uniform(low, high)
    return np.clip(grey + colourful * rng.noise(3), 0, 255)


def blurred(mask, radius):
    return mask.filter(ImageFilter.GaussianBlur(radius))


def ink(mask, rng):
    paper = draw.field(rng, tint(rng, 205, 250, 10), 14, 0.4)
    return draw.blend(paper, tint(rng, 10, 80, 25), draw.shrink(mask))


def chalk(mask, rng):
    board = draw.blotches(rng, tint(rng, 35, 80, 12), 10)
    solid = np.asarray(draw.shrink(blurred(draw.stroke(mask, 1), 1)), dtype=np.float64) / 255
    crumbs = np.clip(solid * (0.35 + 0.9 * rng.array(SIZE, SIZE)), 0, 1)[..., None]
    return board * (1 - crumbs) + tint(rng, 215, 250, 14) * crumbs


def neon(mask, rng):
    hue = draw.colour(rng)
    hue = 255 * (hue - hue.min()) / max(1.0, hue.max() - hue.min())
    night = draw.field(rng, tint(rng, 8, 40, 8), 14, 0.5)
    glow = np.asarray(draw.shrink(blurred(mask, 5)), dtype=np.float64)[..., None] / 255
    core = np.asarray(draw.shrink(draw.stroke(mask, -1)), dtype=np.float64)[..., None] / 255
    lit = night + 1.1 * hue * glow
    return lit * (1 - core) + (0.35 * hue + 165) * core


def coarse(mask, rng):
    """Newsprint: a screen of dots, bleeding ink, specks."""
    tone = np.asarray(draw.shrink(blurred(mask, 1.5)), dtype=np.float64) / 255
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    period = rng.choice([3, 4])
    screen = 0.5 + 0.25 * (np.cos(2 * np.pi * (x + y) / period) + np.cos(2 * np.pi * (x - y) / period))
    dots = (0.15 + 0.85 * tone > screen * 0.75 + 0.2).astype(np.float64)
    specks = rng.array(SIZE, SIZE)
    dots = np.where(specks < 0.05, 1 - dots, dots)[..., None]
    return tint(rng, 180, 225, 12) * (1 - dots) + tint(rng, 25, 85, 25) * dots


def inverted(mask, rng):
    return draw.blend(draw.field(rng, tint(rng, 5, 60, 25), 16, 0.5), tint(rng, 200, 250, 20), draw.shrink(mask))


LOOKS = [ink, chalk, neon, coarse, inverted, ink]


def picture(fonts, split, index, domain, number):
    rng = Rng("styles-1", split, domain, index, number)
    mask = draw.glyph(fonts, FACES[split][number % len(FACES[split])], CLASSES[index]["glyph"])
    mask = draw.stroke(mask, rng.choice([0, 1, 2] if domain else [0, 1]))
    mask = draw.pose(mask, rng, turn=10, shear=0.15, bend=3.5, angle=90 if DOMAINS[domain] == "Rotated" else 0)
    return draw.finish(LOOKS[domain](mask, rng), rng, rng.uniform(0, 5))


