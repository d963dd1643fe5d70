"""Materials: five writing systems one after the other, each in a material of its own; the test uses typefaces never seen in training."""
import materials
import stream_alphabets as alphabets
from rng import Rng

ID, TITLE, KIND = "materials", "Materials", "class-incremental"
DESCRIPTION = ("Glazed digits, then woven Latin, enamelled Greek, engraved Cyrillic and corduroy Hebrew letters: each writing system in a material "
               "that the backbone has never seen; the test uses typefaces never seen in training.")
LESSON = ("What it shows: the backbone reads half of it at first, so every task has to be learned, and no two look alike. What "
          "one task writes over another's inputs is what is forgotten.")
PER_CLASS = {"train": 50, "test": 20}
MATERIAL = dict(zip(alphabets.TASKS, materials.MATERIALS, strict=True))
CLASSES = alphabets.CLASSES
needs = alphabets.needs


def layout():
    tasks, domains, _ = alphabets.layout()
    sheets = [(split, index, None, count) for task in tasks for split, count in PER_CLASS.items() for index in task["classes"]]
    return [{**task, "name": f"{task['name']} · {MATERIAL[task['name']]}"} for task in tasks], domains, sheets


def picture(fonts, split, index, domain, number):
    task = alphabets.task_of(index)
    names = alphabets.faces(task, split)
    rng = Rng("materials-1", split, index, number)
    return materials.picture(fonts, names[number % len(names)], CLASSES[index]["glyph"], MATERIAL[task], rng)
