"""Draws a sample of every bundled stream again and compares it with the committed pictures, pixel by pixel.

    python pretrain/verify_streams.py --work DIR [--sample 40]

Exit status: 0 the same, 1 something differs, 77 a Python package or a typeface is missing (what is printed).
"""
import argparse
import hashlib
import importlib
import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PUBLIC = HERE.parent / "public" / "streams"


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def pinned(package):
    for line in (HERE / "requirements.txt").read_text().splitlines():
        if line.split("==")[0].strip() == package:
            return line.split("==")[1].strip()
    return None


def check(entry, fonts, count):
    """-> the number of pictures compared and the places where they differ."""
    import numpy as np

    import pack
    from rng import Rng

    stream = importlib.import_module(f"stream_{entry['id']}")
    data = (PUBLIC / entry["file"]).read_bytes()
    bad = [] if hashlib.sha256(data).hexdigest() == entry["sha256"] else [f"{entry['file']}: SHA-256 is not the one in index.json"]
    about, sheets = pack.load(PUBLIC / entry["file"])
    places = [(sheet, number) for sheet in about["sheets"] for number in range(sheet["count"])]
    for sheet, number in Rng("verify", entry["id"]).shuffled(places)[:count]:
        drawn = stream.picture(fonts, sheet["split"], sheet["class"], sheet["domain"], number)
        if not np.array_equal(drawn, pack.tile(sheets[sheet["file"]], number)):
            bad.append(f"{entry['id']} {sheet['file']} picture {number}")
    return min(count, len(places)), bad


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--sample", type=int, default=40, help="pictures of each stream")
    args = parser.parse_args()
    try:
        import numpy  # noqa: F401
        import PIL
    except ImportError as error:
        skip(f"the Python package {error.name} is not installed (pip install -r pretrain/requirements.txt)")
    if PIL.__version__ != pinned("pillow"):
        skip(f"Pillow {PIL.__version__} is installed, the streams were drawn with {pinned('pillow')}")
    from fonts import Fonts

    fonts = Fonts(args.work)
    lock = json.loads((HERE / "typefaces.lock.json").read_text())
    missing = fonts.missing(lock)
    if missing:
        skip(f"{len(missing)} typefaces are not installed (python pretrain/fonts.py): {', '.join(missing[:6])} ...")
    other = [name for name, digest in lock.items() if hashlib.sha256(Path(fonts.paths[name]).read_bytes()).hexdigest() != digest]
    if other:
        skip(f"another version of these typefaces is installed: {', '.join(other[:6])}")
    bad = []
    for entry in json.loads((PUBLIC / "index.json").read_text())["streams"]:
        count, differences = check(entry, fonts, args.sample)
        print(f"{entry['id']}: {count} pictures drawn again, {len(differences)} differences")
        bad += differences
    for line in bad[:20]:
        print("differs:", line)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
