"""One character as a 32x32 colour picture: shape, stroke, pose, colour, background, noise."""
import functools
import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

SIZE = 32
CANVAS = 64      # shapes are posed at twice the size, then averaged down
INK = 46         # the longer side of a shape on the canvas before posing


@functools.lru_cache(maxsize=20000)
def glyph(fonts, name, text):
    """The character as a grey mask, centred, its longer side INK pixels; None where the typeface draws nothing."""
    font = fonts.load(name, 80)
    box = font.getbbox(text)
    width, height = box[2] - box[0], box[3] - box[1]
    if width < 2 or height < 2:
        return None
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).text((-box[0], -box[1]), text, font=font, fill=255)
    return fit(image)


def fit(image):
    """Crops an L or RGBA picture to its ink and centres it on the canvas."""
    mask = image if image.mode == "L" else image.getchannel("A")
    box = mask.getbbox()
    if box is None:
        return None
    image = image.crop(box)
    scale = INK / max(image.size)
    size = [max(1, round(side * scale)) for side in image.size]
    out = Image.new(image.mode, (CANVAS, CANVAS), 0)
    out.paste(image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR),
              [(CANVAS - side) // 2 for side in size])
    return out


def stroke(mask, weight):
    """Thickens (weight > 0) or thins (weight < 0) the strokes by about |weight| canvas pixels, as far as the shape stays legible."""
    for _ in range(abs(weight)):
        changed = mask.filter(ImageFilter.MaxFilter(3) if weight > 0 else ImageFilter.MinFilter(3))
        before, after = area(mask), area(changed)
        if after > 0.36 * INK * INK or after < 0.4 * before:
            break
        mask = changed
    return mask


def area(mask):
    return sum(value * count for value, count in enumerate(mask.histogram())) / 255


def pose(image, rng, turn=12.0, scale=(0.85, 1.15), shear=0.12, shift=3.0, bend=2.0, angle=0.0):
    """Rotates, scales, shears, shifts and bends the corners; `angle` is a fixed turn in degrees."""
    a = math.radians(angle + rng.uniform(-turn, turn))
    s, k = rng.uniform(*scale), rng.uniform(-shear, shear)
    aspect = rng.uniform(0.92, 1.08)
    dx, dy = rng.uniform(-shift, shift), rng.uniform(-shift, shift)
    half, corners = CANVAS / 2, []
    for x, y in ((-half, -half), (-half, half), (half, half), (half, -half)):
        x, y = (x - dx) / (s * aspect), (y - dy) * aspect / s
        x += k * y
        x, y = x * math.cos(a) - y * math.sin(a), x * math.sin(a) + y * math.cos(a)
        corners += [half + x + rng.uniform(-bend, bend), half + y + rng.uniform(-bend, bend)]
    return image.transform((CANVAS, CANVAS), Image.Transform.QUAD, corners, Image.Resampling.BILINEAR)


def colour(rng):
    """A random colour: any hue, from grey to saturated, from dark to light."""
    h, s, v = rng.random() * 6, rng.random() ** 1.3, rng.random()
    f = h - int(h)
    p, q, t = v * (1 - s), v * (1 - s * f), v * (1 - s * (1 - f))
    rgb = [(v, t, p), (q, v, p), (p, v, t), (p, q, v), (t, p, v), (v, p, q)][int(h) % 6]
    return np.array([255 * channel for channel in rgb])


def luminance(rgb):
    return float(rgb @ np.array([0.299, 0.587, 0.114]))


def two_colours(rng, contrast):
    """Paper and ink, apart in lightness by at least `contrast` of 255."""
    while True:
        paper, ink = colour(rng), colour(rng)
        if abs(luminance(paper) - luminance(ink)) >= contrast:
            return paper, ink


def ink_on_paper(rng, contrast=90):
    """A light tinted paper and a dark coloured ink."""
    while True:
        paper = np.clip(rng.uniform(195, 250) + 50 * (rng.array(3) - 0.5), 0, 255)
        ink = np.clip(rng.uniform(10, 70) - 60 + 150 * rng.array(3), 0, 255)
        if luminance(paper) - luminance(ink) >= contrast:
            return paper, ink


def ramp(rng, first, second):
    """A linear blend of two colours across the picture in a random direction."""
    a = rng.uniform(0, 2 * math.pi)
    y, x = np.mgrid[0:SIZE, 0:SIZE] / (SIZE - 1) - 0.5
    t = np.clip(0.5 + 0.7 * (x * math.cos(a) + y * math.sin(a)), 0, 1)[..., None]
    return first * (1 - t) + second * t


def blotches(rng, base, amount):
    """Soft clouds around a colour."""
    coarse = np.clip(base + amount * rng.noise(4, 4, 3), 0, 255).astype(np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((SIZE, SIZE), Image.Resampling.BICUBIC), dtype=np.float64)


def field(rng, base, spread=30.0, plain=0.55):
    """A background (or a fill) near a colour: flat, a ramp, or clouds."""
    kind = rng.random()
    if kind < plain:
        return np.broadcast_to(base, (SIZE, SIZE, 3))
    if kind < plain + (1 - plain) * 0.6:
        return ramp(rng, base, np.clip(base + spread * rng.noise(3), 0, 255))
    return blotches(rng, base, spread * 0.5)


def shrink(image):
    """Canvas -> picture."""
    return image.reduce(CANVAS // SIZE)


def blend(paper, ink, mask):
    m = np.asarray(mask, dtype=np.float64)[..., None] / 255
    return paper * (1 - m) + ink * m


def finish(pixels, rng, noise=0.0, levels=8):
    """Adds sensor noise and rounds to steps of `levels` (small files), as uint8."""
    if noise > 0:
        pixels = pixels + noise * rng.noise(SIZE, SIZE, 1)
    return np.clip(np.floor(pixels / levels + 0.5) * levels, 0, 255).astype(np.uint8)


def outline(mask):
    """Only the rim of a shape."""
    return ImageChops.subtract(mask.filter(ImageFilter.MaxFilter(3)), mask.filter(ImageFilter.MinFilter(5)))


def character(fonts, name, text, rng, strong=False, without=None):
    """
    A character, dark ink on light paper; `strong` (for pre-training): any two colours, and every range wider.
    `without` (ingredients.py): "pose", "stroke" or "background" (clouds, ramps, clutter and noise), left out of a strong one.
    """
    mask = glyph(fonts, name, text)
    if mask is None:
        return None
    if strong:
        if without != "stroke":
            mask = stroke(mask, rng.choice([-1, 0, 0, 0, 0, 1, 1, 2]))
            if rng.chance(0.05):
                mask = outline(mask)
        if without != "pose":
            mask = pose(mask, rng, turn=18, scale=(0.7, 1.25), shear=0.2, shift=5, bend=4)
    else:
        mask = stroke(mask, rng.choice([0, 0, 0, 1]))
        mask = pose(mask, rng)
    paper, ink = two_colours(rng, 55) if strong else ink_on_paper(rng)
    if without == "background":
        return finish(blend(paper, ink, shrink(mask)), rng)
    back = field(rng, paper, 45 if strong else 18, 0.4 if strong else 0.6)
    fill = field(rng, ink, 25, 0.8)
    if strong and rng.chance(0.15):
        back = clutter(back, rng)
    noise = rng.uniform(0, 14 if strong else 8) if rng.chance(0.5 if strong else 0.25) else 0
    return finish(blend(back, fill, shrink(mask)), rng, noise)


def clutter(back, rng):
    """A few faint strokes and spots behind the shape."""
    image = Image.fromarray(np.clip(back, 0, 255).astype(np.uint8))
    pen = ImageDraw.Draw(image)
    for _ in range(1 + rng.int(4)):
        near = np.asarray(image, dtype=np.float64)[16, 16] + 28 * rng.noise(3)
        tint = tuple(int(v) for v in np.clip(near, 0, 255))
        xy = [rng.uniform(-4, 36) for _ in range(4)]
        if rng.chance(0.5):
            pen.line(xy, fill=tint, width=1 + rng.int(3))
        else:
            pen.ellipse([min(xy[0], xy[2]), min(xy[1], xy[3]), max(xy[0], xy[2]), max(xy[1], xy[3])], fill=tint)
    return np.asarray(image, dtype=np.float64)
