"""Ten in materials: the ten digits in one material after another; one head serves all of them (domain-incremental)."""
import materials
import stream_alphabets as alphabets
from rng import Rng

ID, TITLE, KIND = "ten", "Ten in materials", "domain-incremental"
DESCRIPTION = ("The same ten digits glazed, woven, enamelled, engraved and in corduroy: the classes stay, the material changes; "
               "the test uses typefaces never seen in training.")
LESSON = ("What it shows: where the classes stay the same, what is learned in one material helps in the next, and full "
          "fine-tuning at its own rate keeps up with InfLoRA.")
PER_CLASS = {"train": 30, "test": 20}
DOMAINS = list(materials.MATERIALS)
CLASSES = alphabets.CLASSES[:10]


def needs():
    return [name for names in alphabets.COMMON.values() for name in names]


def layout():
    tasks = [{"name": name, "classes": list(range(10)), "domain": i} for i, name in enumerate(DOMAINS)]
    sheets = [(split, index, domain, count) for split, count in PER_CLASS.items() for domain in range(len(DOMAINS)) for index in range(10)]
    return tasks, DOMAINS, sheets


def picture(fonts, split, index, domain, number):
    names = alphabets.COMMON[split]
    rng = Rng("ten-1", split, domain, index, number)
    return materials.picture(fonts, names[number % len(names)], CLASSES[index]["glyph"], DOMAINS[domain], rng)
