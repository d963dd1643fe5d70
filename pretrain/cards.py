"""Writes the cards of the streams: what is in them, from which packages, under which licences, and the measured figures if there are any.

    python pretrain/cards.py
"""
import importlib
import json
from pathlib import Path

from fonts import STREAM_PACKAGES

HERE = Path(__file__).resolve().parent
PUBLIC = HERE.parent / "public"
ABOUT = {
    "materials": """Each picture shows one character that is made of the same thing as its ground: yellow on violet and red on green of about equal lightness, or a weave,
an engraving, a cord on the very colour around it, over soft clouds; a little turned, sheared, shifted, scaled, sometimes bolder. The backbone was taught ink on paper: its frozen features tell half of
the characters, each task has to be learned, and no two tasks look alike. The characters and typefaces are those of Alphabets; no typeface of one split occurs in the other.""",
    "ten": """The digits of Materials in all five materials, one after the other. All tasks have the same ten classes and share one head; a task is a material. What is learned in
one material helps in the next, and here full fine-tuning at its own rate is as good as InfLoRA: where tasks share what they need, protecting the old costs as much as it saves.""",
    "alphabets": """Each picture shows one character in a dark ink on a light paper, both tinted at random, a little turned, sheared, shifted, scaled, sometimes
bolder; the paper is flat, ramped or cloudy, some pictures are noisy. Training and test pictures come from different typefaces: no typeface of one split occurs in the other.
Letters whose shape also belongs to a neighbouring writing system are left out, so that a reader could name every picture.""",
    "styles": """Each picture shows a digit from a handwriting or pen-like typeface in one of six looks. All tasks have the same ten classes and share one
head; a task is a look. The hands of the test occur nowhere in training. A six and a nine stay apart in every look: "Rotated" turns by a quarter.""",
    "things": """Each picture shows a pictogram, sometimes mirrored, tinted, turned, scaled and partly covered, on a random ground. Where the typeface
has several designs of a thing (cats, clocks, cars, books, houses and others, 13 of the 25 classes), those of the test are never seen in training; the others
are tested in poses, tints and surroundings that training has not seen.""",
}
LIMITS = {
    "materials": "Printed shapes at 32x32 in materials drawn by formula: accuracy here says little about handwriting, or about real cloth.",
    "ten": "Materials drawn by formula from printed digits; real ones differ more.",
    "alphabets": "Printed shapes at 32x32: accuracy here says little about handwriting or running text.",
    "styles": "The looks are drawn by formula from typefaces; real chalk or neon differs more.",
    "things": "Pictograms of one family of designs: accuracy here says little about photographs.",
}


def packages(names):
    lines = {}
    for name in names:
        lines.setdefault(PACKAGES[name], []).append(name.rsplit(".", 1)[0])
    return [f"| `{package}` | {STREAM_PACKAGES[package]} | {', '.join(sorted(set(faces)))} |" for package, faces in sorted(lines.items())]


PACKAGES = json.loads((HERE / "typefaces.json").read_text())

if __name__ == "__main__":
    entries = json.loads((PUBLIC / "streams" / "index.json").read_text())["streams"]
    for entry in entries:
        stream = importlib.import_module(f"stream_{entry['id']}")
        tasks = "\n".join(f"| {task['name']} | {', '.join(stream.CLASSES[c]['name'] for c in task['classes'])} |" for task in entry["tasks"])
        figures = HERE / "results" / f"{entry['id']}.md"
        text = f"""# {entry['title']}

{entry['description']}

{entry['lesson']}

{entry['kind']}; {len(entry['classes'])} classes, {len(entry['tasks'])} tasks, {entry['train']} training and {entry['test']} test pictures of 32x32 in RGB, \
{entry['bytes'] / 1e6:.1f} MB.

| task | classes |
| --- | --- |
{tasks}

## How it was made
{ABOUT[entry['id']]}

`python pretrain/make_streams.py {entry['id']}` draws it from a fixed seed; `python pretrain/verify_streams.py` draws a sample again and compares every pixel.

## Material and licences
The pictures are released under the MIT licence of this repository. They were drawn from typefaces of these Debian 12 packages, whose licences allow
pictures made with them to be passed on:

| package | licence | typefaces |
| --- | --- | --- |
{chr(10).join(packages(stream.needs()))}

{figures.read_text() if figures.exists() else ''}
## Limits
{LIMITS[entry['id']]}
"""
        (PUBLIC / "streams" / entry["id"] / "card.md").write_text(text.replace("\n\n\n", "\n\n"))
        print(f"{entry['id']}/card.md")
