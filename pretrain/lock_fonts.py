"""Writes typefaces.json (file -> package) and typefaces.lock.json (file -> SHA-256) for the typefaces of the streams.

    python pretrain/lock_fonts.py --work DIR      after fonts.py, when the list of typefaces changes
"""
import argparse
import hashlib
import importlib
import json
import os
import subprocess
from pathlib import Path

from fonts import STREAM_PACKAGES, Fonts
from make_streams import STREAMS

HERE = Path(__file__).resolve().parent

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    args = parser.parse_args()
    fonts = Fonts(args.work)
    names = sorted({name for stream in STREAMS for name in importlib.import_module(f"stream_{stream}").needs()})
    owner = {}
    for package in STREAM_PACKAGES:
        for deb in (Path(args.work) / "debs").glob(f"{package}_*.deb"):
            listing = subprocess.run(["dpkg", "-c", deb], capture_output=True, text=True, check=True).stdout
            for line in listing.splitlines():
                owner.setdefault(os.path.basename(line.split(" -> ")[0]), package)
    (HERE / "typefaces.json").write_text(json.dumps({name: owner[name] for name in names}, indent=1) + "\n")
    sums = {name: hashlib.sha256(Path(fonts.paths[name]).read_bytes()).hexdigest() for name in names}
    (HERE / "typefaces.lock.json").write_text(json.dumps(sums, indent=1) + "\n")
    print(f"{len(names)} typefaces from {len({owner[name] for name in names})} packages")
