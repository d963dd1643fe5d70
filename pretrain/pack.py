"""A stream as one file: PNG sheets and stream.json in a zip whose bytes depend on nothing but the pictures."""
import hashlib
import io
import json
import zipfile

import numpy as np
from PIL import Image

SIZE, COLUMNS = 32, 10


def sheet(tiles):
    """Tiles row by row, no gaps."""
    rows = -(-len(tiles) // COLUMNS)
    out = np.zeros((rows * SIZE, COLUMNS * SIZE, 3), np.uint8)
    for i, tile in enumerate(tiles):
        y, x = i // COLUMNS * SIZE, i % COLUMNS * SIZE
        out[y:y + SIZE, x:x + SIZE] = tile
    return out


def tile(image, number):
    y, x = number // COLUMNS * SIZE, number % COLUMNS * SIZE
    return image[y:y + SIZE, x:x + SIZE]


def png(pixels):
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return out.getvalue()


def build(stream, fonts, folder):
    """Draws a stream and writes stream.zip, thumbs.png; returns its entry for index.json."""
    tasks, domains, plan = stream.layout()
    sheets, files, counts, thumbs = [], [], {"train": 0, "test": 0}, {}
    for split, index, domain, count in plan:
        tiles = [stream.picture(fonts, split, index, domain, n) for n in range(count)]
        name = f"{split}/{index:03d}.png" if domain is None else f"{split}/{domain}-{index:03d}.png"
        files.append((name, png(sheet(tiles))))
        sheets.append({"file": name, "split": split, "class": index, "domain": domain, "count": count, "columns": COLUMNS})
        counts[split] += count
        thumbs.setdefault(index, tiles[0])
    about = {"schema": 1, "id": stream.ID, "title": stream.TITLE, "description": stream.DESCRIPTION, "kind": stream.KIND, "imageSize": SIZE,
             "classes": stream.CLASSES, "tasks": tasks, "domains": domains, "sheets": sheets}
    files.insert(0, ("stream.json", json.dumps(about, ensure_ascii=False, separators=(",", ":")).encode()))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "stream.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED if name.endswith(".json") else zipfile.ZIP_STORED
            archive.writestr(info, data)
    write_thumbs([thumbs[i] for i in range(len(stream.CLASSES))], folder / "thumbs.png")
    data = path.read_bytes()
    return {"id": stream.ID, "title": stream.TITLE, "description": stream.DESCRIPTION, "lesson": stream.LESSON, "file": f"{stream.ID}/stream.zip", "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(), "card": f"{stream.ID}/card.md", "thumbs": f"{stream.ID}/thumbs.png", "imageSize": SIZE,
            "kind": stream.KIND, "classes": [entry["name"] for entry in stream.CLASSES],
            "tasks": [{"name": task["name"], "classes": task["classes"]} for task in tasks], **counts}


def write_thumbs(tiles, path, columns=16):
    rows = -(-len(tiles) // columns)
    out = np.full((rows * SIZE, columns * SIZE, 3), 255, np.uint8)
    for i, picture in enumerate(tiles):
        y, x = i // columns * SIZE, i % columns * SIZE
        out[y:y + SIZE, x:x + SIZE] = picture
    path.write_bytes(png(out))


def load(path):
    """stream.zip -> (stream.json, {file: pixels})."""
    with zipfile.ZipFile(path) as archive:
        about = json.loads(archive.read("stream.json"))
        return about, {entry["file"]: np.asarray(Image.open(io.BytesIO(archive.read(entry["file"]))).convert("RGB"))
                       for entry in about["sheets"]}
