"""Alphabets: five writing systems one after the other; training and test pictures come from different typefaces."""
import draw
from rng import Rng

ID, TITLE, KIND = "alphabets", "Alphabets", "class-incremental"
DESCRIPTION = ("Digits, then Latin, Greek, Cyrillic and Hebrew letters, learned one writing system at a time; "
               "the test uses typefaces never seen in training.")
LESSON = ("What it shows: there is next to nothing to learn. The frozen features tell all letters apart; what falls is the "
          "comparison between heads that were trained apart.")
PER_CLASS = {"train": 40, "test": 20}

# Letters whose shape also belongs to a neighbouring script are left out (A for Greek and Cyrillic, O, C, Ч beside 4, ...).
TASKS = {"Digits": "0123456789", "Latin": "AEFGHKMNPRTW", "Greek": "αβγδθλξπσψω", "Cyrillic": "ДЖИЛФЦЭЮЯ", "Hebrew": "אגטלמעצק"}
NAMES = {
    "Digits": "0 1 2 3 4 5 6 7 8 9", "Latin": "A E F G H K M N P R T W",
    "Greek": "alpha beta gamma delta theta lambda xi pi sigma psi omega",
    "Cyrillic": "De Zhe I El Ef Tse E Yu Ya", "Hebrew": "Alef Gimel Tet Lamed Mem Ayin Tsadi Qof",
}

COMMON = {
    "train": ["DejaVuSans.ttf", "DejaVuSerif-Bold.ttf", "LiberationSans-Regular.ttf", "LiberationSerif-Bold.ttf", "NotoSans-Bold.ttf",
              "NotoSerif-Regular.ttf", "Roboto-Regular.ttf", "OpenSans-Light.ttf", "Tuffy.ttf", "Vollkorn-Regular.ttf",
              "FreeSerifItalic.ttf", "Carlito-BoldItalic.ttf", "Comfortaa-Bold.ttf", "NanumBarunpenR.ttf"],
    "test": ["EBGaramond12-Regular.otf", "GentiumPlus-Italic.ttf", "Lato-Regular.ttf", "ClearSans-Bold.ttf", "Inter-Regular.otf",
             "URWBookman-Demi.otf", "C059-Roman.otf", "KleeOne-Regular.ttf", "Manrope-Bold.ttf", "Cantarell-Regular.otf"],
}
HEBREW = {
    "train": ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "LiberationSerif-Bold.ttf", "NotoSansHebrew-Bold.ttf", "DavidCLM-Bold.otf",
              "FrankRuehlCLM-Bold.ttf", "NachlieliCLM-Light.otf", "MiriamCLM-Book.ttf", "ShofarRegular.ttf", "FreeSans.ttf",
              "FreeSerif.ttf", "HadasimCLM-Regular.ttf"],
    "test": ["KeterYG-Bold.ttf", "SimpleCLM-Bold.ttf", "NotoSerifHebrew-Regular.ttf", "LinBiolinum_R.otf", "SILEOT.ttf",
             "MiriamMonoCLM-Book.ttf", "LinLibertine_RB.otf", "NotoRashiHebrew-Regular.ttf"],
}
HEBREW["test"].remove("NotoRashiHebrew-Regular.ttf")    # another alphabet's shapes


def faces(task, split):
    return (HEBREW if task == "Hebrew" else COMMON)[split]


def needs():
    return [name for table in (COMMON, HEBREW) for names in table.values() for name in names]


CLASSES = [{"name": name if task == "Digits" else f"{task} {name}", "glyph": glyph}
           for task in TASKS for name, glyph in zip(NAMES[task].split(), TASKS[task], strict=True)]


def layout():
    """-> tasks, domains and the (split, class, domain, count) of every sheet."""
    tasks, sheets, first = [], [], 0
    for task, letters in TASKS.items():
        classes = list(range(first, first + len(letters)))
        first += len(letters)
        tasks.append({"name": task, "classes": classes, "domain": None})
        sheets += [(split, index, None, count) for split, count in PER_CLASS.items() for index in classes]
    return tasks, [], sheets


def task_of(index):
    for task, letters in TASKS.items():
        if index < len(letters):
            return task
        index -= len(letters)
    raise IndexError(index)


def picture(fonts, split, index, domain, number):
    names = faces(task_of(index), split)
    rng = Rng("alphabets-2", split, index, number)
    return draw.character(fonts, names[number % len(names)], CLASSES[index]["glyph"], rng)
