"""Things: coloured pictograms by theme; every class has several designs and the test uses designs never seen in training."""
import functools

import numpy as np
from PIL import Image, ImageDraw, ImageOps

import draw
from rng import Rng

ID, TITLE, KIND = "things", "Coloured things", "class-incremental"
DESCRIPTION = ("Pictograms of animals, vehicles, food, everyday objects and buildings in colour, turned, tinted and partly covered; "
               "where a thing has several designs, the test uses designs never seen in training.")
LESSON = ("What it shows: protection has its price. All tasks look alike and share their inputs, so what InfLoRA keeps free of "
          "new tasks they would have needed.")
PER_CLASS = {"train": 40, "test": 16}
COLOUR = "NotoColorEmoji.ttf"

# theme -> class -> (designs to train on, designs to test on). A thing of which the typeface has one design alone is tested on it in poses,
# tints and surroundings of its own.
THEMES = {
    "Animals": {
        "Cat": ("😺 😸 😹 😾 🙀", "😻 😼 😽"),
        "Monkey": ("🙈 🙉", "🙊"),
        "Chick": ("🐤 🐥", "🐤 🐥"),
        "Fish": ("🐟 🐠", "🐟 🐠"),
        "Ladybird": ("🐞", "🐞"),
    },
    "Vehicles": {
        "Car": ("🚗 🚕", "🚙"),
        "Lorry": ("🚚", "🚛"),
        "Train": ("🚆 🚇 🚊", "🚈 🚉"),
        "Sailing boat": ("⛵", "⛵"),
        "Bicycle": ("🚲", "🚲"),
    },
    "Food": {
        "Apple": ("🍎", "🍏"),
        "Cake": ("🍰", "🍰"),
        "Ice cream": ("🍦", "🍦"),
        "Glass": ("🍷 🍸", "🍹"),
        "Cup": ("🍵 ☕", "🍵 ☕"),
    },
    "Objects": {
        "Clock": ("🕐 🕓 🕖 🕘 🕚", "🕒 🕕 🕙"),
        "Book": ("📕 📗", "📘 📙"),
        "Lock": ("🔒 🔐", "🔏"),
        "Key": ("🔑", "🔑"),
        "Umbrella": ("☂ ☔", "☂ ☔"),
    },
    "Buildings": {
        "House": ("🏠", "🏡"),
        "Office": ("🏢 🏬 🏣", "🏤 🏨"),
        "Castle": ("🏰", "🏰"),
        "Church": ("⛪", "💒"),
        "Tower": ("🗼", "🗼"),
    },
}
NAMES = [(theme, name) for theme, classes in THEMES.items() for name in classes]
CLASSES = [{"name": name, "glyph": THEMES[theme][name][0].split()[0]} for theme, name in NAMES]


def needs():
    return [COLOUR]


def layout():
    tasks, first = [], 0
    for theme, classes in THEMES.items():
        tasks.append({"name": theme, "classes": list(range(first, first + len(classes))), "domain": None})
        first += len(classes)
    return tasks, [], [(split, index, None, count) for split, count in PER_CLASS.items() for index in range(len(CLASSES))]


@functools.lru_cache(maxsize=None)
def design(fonts, text):
    """A design on the canvas, RGBA."""
    image = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).text((8, 8), text, font=fonts.load(COLOUR, 109), embedded_color=True)
    return draw.fit(image)


def layer(fonts, text, rng):
    """A design with its own colours a little shifted."""
    pixels = np.asarray(design(fonts, text), dtype=np.float64).copy()
    gain, offset = 1 + 0.12 * rng.noise(3), 12 * rng.noise(1)
    pixels[..., :3] = np.clip(pixels[..., :3] * gain + offset, 0, 255)
    return Image.fromarray(pixels.astype(np.uint8))


def cover(pixels, rng):
    """Something in front: a bar or a disc of one colour over a corner or an edge."""
    image = Image.fromarray(pixels)
    pen, fill = ImageDraw.Draw(image), tuple(int(v) for v in draw.colour(rng))
    side, depth = rng.int(4), rng.uniform(4, 9)
    if rng.chance(0.5):
        box = [(0, 0, 31, depth), (0, 31 - depth, 31, 31), (0, 0, depth, 31), (31 - depth, 0, 31, 31)][side]
        pen.rectangle(box, fill=fill)
    else:
        x, y = [(0, 0), (31, 0), (0, 31), (31, 31)][side]
        pen.ellipse([x - depth * 1.4, y - depth * 1.4, x + depth * 1.4, y + depth * 1.4], fill=fill)
    return np.asarray(image)


def picture(fonts, split, index, domain, number):
    theme, name = NAMES[index]
    designs = THEMES[theme][name][split == "test"].split()
    rng = Rng("things-2", split, index, number)
    image = layer(fonts, designs[number % len(designs)], rng)
    if rng.chance(0.5):
        image = ImageOps.mirror(image)
    image = draw.shrink(draw.pose(image, rng, turn=14, scale=(0.9, 1.25), bend=2))
    pixels = np.asarray(image, dtype=np.float64)
    alpha = pixels[..., 3:] / 255
    sky = np.clip(0.45 * draw.colour(rng) + rng.uniform(90, 150), 0, 255)
    back = draw.field(rng, sky, 30, 0.35)
    out = draw.finish(back * (1 - alpha) + pixels[..., :3] * alpha, rng, rng.uniform(0, 4))
    return cover(out, rng) if rng.chance(0.25) else out


