"""Materials: a character made of the same thing as its ground, told apart by hue or by weave, hardly by lightness.

Features that were taught ink on paper do not read them, and no two materials look alike; `src/app/tryit/materials.ts` draws them for the page.
"""
import numpy as np
from PIL import Image

import draw
from draw import SIZE

Y, X = np.mgrid[0:SIZE, 0:SIZE]
# What a weave adds to ink, -1 or 1: its mean is 0, so that from afar ink and ground are one grey.
CHECKS, LINES, CORDS = (X // 2 + Y // 2) % 2, Y % 2, (X // 2) % 2


def clouds(rng, amount):
    """Lightness [32, 32, 1] that says nothing about the character."""
    coarse = np.clip(128 + 40 * rng.noise(8, 8), 0, 255).astype(np.uint8)
    fine = Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
    return amount * (np.asarray(fine, dtype=np.float64)[..., None] - 128) / 40


def share(mask):
    """How much of a pixel is ink, 0..1 [32, 32, 1]."""
    return np.asarray(draw.shrink(mask), dtype=np.float64)[..., None] / 255


def hued(middle, axis, rough):
    """Ink and ground lie on both sides of a colour, about equally light."""
    def material(mask, rng):
        strength = 0.8 + 0.4 * rng.random()
        return np.array(middle) + clouds(rng, rough) + strength * np.array(axis) * (2 * share(mask) - 1)
    return material


def woven(ground, pattern, depth, rough):
    """The ground's colour throughout; the ink carries a weave."""
    def material(mask, rng):
        return np.array(ground) + clouds(rng, rough) + depth * (2.0 * pattern[..., None] - 1) * share(mask)
    return material


MATERIALS = {
    "Glaze": hued((140, 124, 128), (24, 24, -80), 15),
    "Weave": woven((104, 132, 150), CHECKS, 60, 20),
    "Enamel": hued((130, 130, 124), (70, -36, 0), 12),
    "Engraving": woven((152, 130, 100), LINES, 70, 20),
    "Corduroy": woven((146, 118, 134), CORDS, 60, 20),
}


def picture(fonts, face, letter, material, rng):
    mask = draw.glyph(fonts, face, letter)
    mask = draw.pose(draw.stroke(mask, rng.choice([0, 1, 1, 2])), rng)
    return draw.finish(MATERIALS[material](mask, rng), rng, rng.uniform(0, 5))
