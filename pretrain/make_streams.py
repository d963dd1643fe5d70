"""Draws the bundled streams into public/streams.

    python pretrain/make_streams.py --work DIR [materials ten alphabets styles things]
"""
import argparse
import importlib
import json
import os
import time
from pathlib import Path

import pack
from fonts import Fonts

STREAMS = ["materials", "ten", "alphabets", "styles", "things"]
PUBLIC = Path(__file__).resolve().parent.parent / "public" / "streams"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    parser.add_argument("--out", type=Path, default=PUBLIC)
    parser.add_argument("streams", nargs="*", default=STREAMS)
    args = parser.parse_args()
    fonts = Fonts(args.work)
    index = args.out / "index.json"
    entries = {entry["id"]: entry for entry in json.loads(index.read_text())["streams"]} if index.exists() else {}
    for name in args.streams:
        start = time.time()
        entries[name] = pack.build(importlib.import_module(f"stream_{name}"), fonts, args.out / name)
        print(f"{name}: {entries[name]['train']} + {entries[name]['test']} pictures, {entries[name]['bytes']:,} bytes, {time.time() - start:.0f} s")
    ordered = [entries[name] for name in STREAMS if name in entries]
    index.write_text(json.dumps({"schema": 1, "streams": ordered}, ensure_ascii=False, indent=1) + "\n")
