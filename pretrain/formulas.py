"""Pictures drawn by formula: a class is a recipe (numbers fixed by its index), an instance jitters it."""
import math

import numpy as np
from PIL import Image, ImageDraw

import draw
from draw import CANVAS, SIZE
from rng import Rng

KINDS = {"fractal": 30, "contour": 30, "texture": 30, "solid": 10, "assembly": 80}


def classes():
    return [(kind, index) for kind, count in KINDS.items() for index in range(count)]


def picture(kind, index, rng):
    return {"fractal": fractal, "contour": contour, "texture": texture, "solid": solid, "assembly": assembly}[kind](index, rng)


def coloured(mask, rng):
    paper, ink = draw.two_colours(rng, 55)
    mask = draw.shrink(draw.pose(mask, rng, turn=30, scale=(0.7, 1.2), shift=6))
    return draw.finish(draw.blend(draw.field(rng, paper, 45, 0.4), draw.field(rng, ink, 40, 0.5), mask), rng, rng.uniform(0, 10))


def fractal(index, rng):
    """The attractor of three or four random contractions, in the manner of FractalDB."""
    recipe = Rng("fractal", index)
    count = 3 + recipe.int(2)
    maps = np.array([[recipe.uniform(-1, 1) for _ in range(6)] for _ in range(count)])
    maps[:, :4] *= 0.75 / np.maximum(0.75, np.linalg.norm(maps[:, :4].reshape(-1, 2, 2), 2, axis=(1, 2)))[:, None]
    maps = maps * (1 + 0.12 * rng.noise(count, 6))
    points, steps = rng.noise(600, 2) * 0.1, []
    for step in range(14):
        chosen = maps[(rng.array(600) * count).astype(int)]
        points = np.einsum("nij,nj->ni", chosen[:, :4].reshape(-1, 2, 2), points) + chosen[:, 4:]
        if step >= 8:
            steps.append(points)
    points = np.concatenate(steps)
    low, high = np.percentile(points, 1, axis=0), np.percentile(points, 99, axis=0)
    xy = np.clip((points - low) / max(1e-6, (high - low).max()) * 44 + 10, 0, 63).astype(int)
    mask = np.zeros((CANVAS, CANVAS))
    np.add.at(mask, (xy[:, 1], xy[:, 0]), 110)
    return coloured(Image.fromarray(np.clip(mask, 0, 255).astype(np.uint8)).filter(draw.ImageFilter.MaxFilter(3)), rng)


def blob(recipe, rng, jitter, radius=22.0, points=48):
    """A closed curve: radius as a short Fourier series."""
    waves = [(2 + recipe.int(6), recipe.uniform(0.05, 0.35), recipe.uniform(0, 6.28)) for _ in range(2)]
    waves = [(n, a * rng.uniform(1 - jitter, 1 + jitter), p + jitter * rng.uniform(-1, 1)) for n, a, p in waves]
    out = []
    for k in range(points):
        t = 2 * math.pi * k / points
        r = radius * (0.75 + sum(a * math.cos(n * t + p) for n, a, p in waves))
        out.append((CANVAS / 2 + r * math.cos(t), CANVAS / 2 + r * math.sin(t)))
    return out


def contour(index, rng):
    recipe = Rng("contour", index)
    mask = Image.new("L", (CANVAS, CANVAS), 0)
    pen, shape = ImageDraw.Draw(mask), blob(recipe, rng, 0.25)
    if recipe.chance(0.5):
        pen.polygon(shape, fill=255)
    else:
        pen.line(shape + shape[:1], fill=255, width=3 + rng.int(4))
    return coloured(mask, rng)


def texture(index, rng):
    """Gratings, dots and cells of a given frequency, angle spread and mixture."""
    recipe = Rng("texture", index)
    kind, frequency, second = recipe.int(4), recipe.uniform(1.5, 7), recipe.uniform(0.3, 1)
    y, x = np.mgrid[0:SIZE, 0:SIZE] / SIZE
    a, f = rng.uniform(0, math.pi), frequency * rng.uniform(0.9, 1.1)
    u, v = x * math.cos(a) + y * math.sin(a) + rng.random(), -x * math.sin(a) + y * math.cos(a) + rng.random()
    if kind == 0:
        t = np.sin(2 * math.pi * f * (u + 0.1 * second * np.sin(2 * math.pi * 2 * v)))
    elif kind == 1:
        t = np.sin(2 * math.pi * f * u) * np.sin(2 * math.pi * f * second * v)
    elif kind == 2:
        t = np.cos(2 * math.pi * f * np.hypot(u - 0.8, v - 0.3)) + second * np.sin(2 * math.pi * f * u)
    else:
        seeds = rng.array(4 + int(f * 3), 2)
        d = np.sort(np.hypot(x[..., None] - seeds[:, 0], y[..., None] - seeds[:, 1]), -1)
        t = 8 * (d[..., 1] - d[..., 0]) * f - 1 if second > 0.6 else 1 - f * 2 * d[..., 0]
    mask = np.clip(0.5 + 0.5 * t * (3 if recipe.chance(0.5) else 1), 0, 1)
    paper, ink = draw.two_colours(rng, 50)
    return draw.finish(paper * (1 - mask[..., None]) + ink * mask[..., None], rng, rng.uniform(0, 10))


def shaded(layer, pen, box, tint, light, kind):
    """A solid seen from a little above, lit from one side: flat facets and simple ramps."""
    x0, y0, x1, y1 = box
    w, h = x1 - x0, y1 - y0
    tone = lambda k: tuple(int(v) for v in np.clip(tint * k, 0, 255)) + (255,)
    if kind == 0:       # box
        d = 0.3 * w
        pen.polygon([(x0, y0 + d), (x1 - d, y0 + d), (x1 - d, y1), (x0, y1)], fill=tone(0.9))
        pen.polygon([(x0, y0 + d), (x0 + d, y0), (x1, y0), (x1 - d, y0 + d)], fill=tone(1.25))
        pen.polygon([(x1 - d, y0 + d), (x1, y0), (x1, y1 - d), (x1 - d, y1)], fill=tone(0.6))
    elif kind == 1:     # pyramid
        top, mid = (x0 + 0.5 * w, y0), x0 + (0.65 if light > 0 else 0.35) * w
        pen.polygon([top, (x0, y1 - 0.15 * h), (mid, y1)], fill=tone(1.15 if light > 0 else 0.65))
        pen.polygon([top, (mid, y1), (x1, y1 - 0.15 * h)], fill=tone(0.65 if light > 0 else 1.15))
    else:
        steps = 9
        for k in range(steps):
            s, t = k / steps, tone(0.55 + 0.8 * k / steps)
            if kind == 2:     # ball
                cx = x0 + w * (0.5 + 0.18 * light * s)
                cy, r = y0 + h * (0.5 - 0.15 * s), (1 - s) * 0.5
                pen.ellipse([cx - r * w, cy - r * h, cx + r * w, cy + r * h], fill=t)
            elif kind == 3:   # tube
                a, b = (x0 + w * s, x1) if light > 0 else (x0, x1 - w * s)
                pen.rectangle([a, y0 + 0.12 * h, b, y1 - 0.12 * h], fill=t)
            else:             # cone
                a, b = (x0 + w * s, x1) if light > 0 else (x0, x1 - w * s)
                pen.polygon([(x0 + w / 2, y0), (a, y1), (b, y1)], fill=t)
        if kind == 3:
            pen.ellipse([x0, y0, x1, y0 + 0.24 * h], fill=tone(1.3))


def over(layer, rng):
    """A coloured RGBA layer, posed, on a random background."""
    layer = draw.shrink(draw.pose(layer, rng, turn=25, scale=(0.7, 1.15), shift=6, bend=3))
    pixels = np.asarray(layer, dtype=np.float64)
    alpha = pixels[..., 3:] / 255
    back = draw.field(rng, draw.colour(rng), 50, 0.35)
    if rng.chance(0.3):
        back = draw.clutter(back, rng)
    return draw.finish(back * (1 - alpha) + pixels[..., :3] * alpha, rng, rng.uniform(0, 10))


def solid(index, rng):
    layer = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    pen, kind = ImageDraw.Draw(layer), index % 5
    tall = 1.0 if index < 5 else 1.8
    w = rng.uniform(22, 30) / math.sqrt(tall)
    box = [32 - w / 2 * 1.3, 32 - w * tall / 2 * 1.3, 32 + w / 2 * 1.3, 32 + w * tall / 2 * 1.3]
    shaded(layer, pen, box, draw.colour(rng) * 0.7 + 50, rng.choice([-1, 1]), kind)
    return over(layer, rng)


def assembly(index, rng):
    """An invented object: three to seven coloured parts in a fixed arrangement, proportions and tints a little free."""
    recipe = Rng("assembly", index)
    layer = Image.new("RGBA", (CANVAS, CANVAS), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    palette = [draw.colour(recipe) for _ in range(3)]
    shift = 25 * rng.noise(3)
    for _ in range(3 + recipe.int(5)):
        cx, cy, w, h = recipe.uniform(16, 48), recipe.uniform(16, 48), recipe.uniform(5, 30), recipe.uniform(5, 30)
        kind, tint = recipe.int(6), palette[recipe.int(3)]
        twin = recipe.chance(0.4)
        cx, cy = cx + rng.uniform(-2, 2), cy + rng.uniform(-2, 2)
        w, h = w * rng.uniform(0.85, 1.2), h * rng.uniform(0.85, 1.2)
        fill = tuple(int(v) for v in np.clip(tint + shift + 12 * rng.noise(3), 0, 255)) + (255,)
        for x in {cx, CANVAS - cx} if twin else {cx}:
            box = [x - w / 2, cy - h / 2, x + w / 2, cy + h / 2]
            if kind == 0:
                pen.ellipse(box, fill=fill)
            elif kind == 1:
                pen.rounded_rectangle(box, 3, fill=fill)
            elif kind == 2:
                pen.polygon([(box[0], box[3]), (box[2], box[3]), (x, box[1])], fill=fill)
            elif kind == 3:
                pen.line([box[0], box[1], box[2], box[3]], fill=fill, width=4)
            elif kind == 4:
                pen.arc(box, 180, 360, fill=fill, width=4)
            else:
                pen.rectangle(box, fill=fill)
    return over(layer, rng)
