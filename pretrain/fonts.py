"""Where the typefaces come from: open-licensed Debian packages, unpacked into a folder of your own.

    python pretrain/fonts.py --work DIR      downloads the packages below with apt-get and unpacks them into DIR/fonts

No root is needed. `Fonts` then finds a file by its name, in DIR/fonts or among the fonts of the system.
"""
import argparse
import functools
import os
import subprocess
from pathlib import Path

from PIL import ImageFont

# package -> licence as its debian/copyright states it
STREAM_PACKAGES = {
    "fonts-dejavu-core": "Bitstream Vera / public domain", "fonts-dejavu-extra": "Bitstream Vera / public domain",
    "fonts-liberation2": "OFL-1.1", "fonts-noto-core": "OFL-1.1", "fonts-roboto-unhinted": "Apache-2.0",
    "fonts-open-sans": "Apache-2.0", "fonts-tuffy": "public domain", "fonts-vollkorn": "OFL-1.1",
    "fonts-freefont-ttf": "GPL-3+ with font exception", "fonts-crosextra-carlito": "OFL-1.1", "fonts-comfortaa": "OFL-1.1",
    "fonts-nanum": "OFL-1.1", "fonts-nanum-extra": "OFL-1.1", "fonts-ebgaramond": "OFL-1.1", "fonts-sil-gentiumplus": "OFL-1.1",
    "fonts-lato": "OFL-1.1", "fonts-clear-sans": "Apache-2.0", "fonts-inter": "OFL-1.1",
    "fonts-urw-base35": "AGPL-3 with font exception", "fonts-klee": "OFL-1.1", "fonts-manrope": "OFL-1.1",
    "fonts-cantarell": "OFL-1.1", "culmus": "GPL-2 with font exception",
    "fonts-sil-ezra": "OFL-1.1", "fonts-linuxlibertine": "OFL-1.1 or GPL-2 with font exception",
    "fonts-sjfonts": "GPL-2+ with font exception", "fonts-dkg-handwriting": "OFL-1.1 or GPL-3+",
    "fonts-ecolier-court": "OFL-1.1", "fonts-tomsontalks": "OFL-1.1", "fonts-tlwg-purisa-ttf": "GPL-2+ with font exception",
    "fonts-humor-sans": "OFL-1.1", "fonts-breip": "OFL-1.0", "fonts-rufscript": "GPL-3+ with font exception", "fonts-yusei-magic": "OFL-1.1",
    "fonts-noto-color-emoji": "OFL-1.1 (font), Apache-2.0 (pictures)",
}
PRETRAIN_PACKAGES = {
    "fonts-noto-core": "OFL-1.1", "fonts-noto-extra": "OFL-1.1", "fonts-nanum": "OFL-1.1", "fonts-nanum-extra": "OFL-1.1",
    "fonts-unfonts-core": "GPL-2+", "fonts-baekmuk": "free, Baekmuk licence", "fonts-wqy-zenhei": "GPL-2 with font exception",
    "fonts-ipafont-gothic": "IPA font licence", "fonts-ipafont-mincho": "IPA font licence", "fonts-mplus": "free, M+ licence",
    "fonts-yusei-magic": "OFL-1.1", "fonts-klee": "OFL-1.1", "fonts-tlwg-purisa-ttf": "GPL-2+ with font exception",
    "fonts-tlwg-kinnari-ttf": "GPL-2+ with font exception", "fonts-tlwg-umpush-ttf": "GPL-2+ with font exception",
    "fonts-tlwg-waree-ttf": "GPL-2+ with font exception", "fonts-tlwg-sawasdee-ttf": "GPL-2+ with font exception",
    "fonts-lohit-deva": "OFL-1.1", "fonts-lohit-taml": "OFL-1.1", "fonts-lohit-telu": "OFL-1.1",
    "fonts-lohit-beng-bengali": "OFL-1.1", "fonts-lohit-gujr": "OFL-1.1", "fonts-lohit-knda": "OFL-1.1",
    "fonts-lohit-mlym": "OFL-1.1", "fonts-lohit-orya": "OFL-1.1", "fonts-lohit-guru": "OFL-1.1",
    "fonts-bpg-georgian": "GPL-2+ with font exception", "fonts-senamirmir-washra": "GPL-2+ with font exception",
    "fonts-sil-abyssinica": "OFL-1.1", "fonts-deva-extra": "GPL-2+", "fonts-smc-manjari": "OFL-1.1",
    "fonts-smc-chilanka": "OFL-1.1", "fonts-khmeros": "LGPL-2.1+", "fonts-dejavu-core": "Bitstream Vera / public domain",
}
SYSTEM = ("/usr/share/fonts", "/usr/local/share/fonts")


class Fonts:
    """Finds typeface files by name and loads them at a size (cached)."""

    def __init__(self, work):
        self.paths = {}
        for root in (*SYSTEM, Path(work) / "fonts"):
            for folder, _, names in sorted(os.walk(root)):
                for name in sorted(names):
                    if name.lower().endswith((".ttf", ".otf", ".ttc")):
                        self.paths[name] = os.path.join(folder, name)

    def missing(self, names):
        return sorted({name for name in names if name not in self.paths})

    @functools.lru_cache(maxsize=4096)
    def load(self, name, size):
        return ImageFont.truetype(self.paths[name], size, layout_engine=ImageFont.Layout.BASIC)


def fetch(work):
    debs, fonts = Path(work) / "debs", Path(work) / "fonts"
    debs.mkdir(parents=True, exist_ok=True)
    have = {path.name.split("_")[0] for path in debs.glob("*.deb")}
    want = sorted(({*STREAM_PACKAGES, *PRETRAIN_PACKAGES}) - have)
    if want:
        subprocess.run(["apt-get", "download", "-q", *want], cwd=debs, check=True)
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg", "-x", deb, fonts], check=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", default=os.path.expanduser("~/.cache/glyph"))
    fetch(parser.parse_args().work)
