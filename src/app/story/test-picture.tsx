/** One test image as it was judged, out of the archive of its stream: sheets of images, ten a row, as pretrain/pack.py lays them. */
import { unzipSync } from 'fflate';
import { useEffect, useState } from 'react';
import type { Material } from './material';

const COLUMNS = 10;
const SIDE = 32;

async function sheetOf(file: string, column: number): Promise<string> {
  const name = `test/${String(column).padStart(3, '0')}.png`;
  const response = await fetch(`streams/${file}`);
  if (!response.ok) throw new Error(`${file}: ${response.status}`);
  const { [name]: sheet } = unzipSync(new Uint8Array(await response.arrayBuffer()), { filter: (entry) => entry.name === name });
  if (sheet === undefined) throw new Error(`${file} has no ${name}.`);
  return URL.createObjectURL(new Blob([sheet], { type: 'image/png' }));
}

export function TestPicture(props: {
  readonly material: Material;
  readonly column: number;
  readonly place: number;
  readonly name: string;
}) {
  const { material, column, place, name } = props;
  const [sheet, setSheet] = useState<string | null>(null);
  const file = material.stream?.file;
  useEffect(() => {
    let mine: string | null = null;
    let gone = false;
    if (file === undefined) return;
    // Where the archive cannot be had the frame stays empty: the scene is told by its numbers.
    sheetOf(file, column).then(
      (url) => {
        mine = url;
        if (gone) URL.revokeObjectURL(url);
        else setSheet(url);
      },
      () => undefined,
    );
    return () => {
      gone = true;
      if (mine !== null) URL.revokeObjectURL(mine);
    };
  }, [file, column]);
  const [x, y] = [place % COLUMNS, Math.floor(place / COLUMNS)];
  return (
    <svg className="test-picture" viewBox={`${x * SIDE} ${y * SIDE} ${SIDE} ${SIDE}`} role="img" aria-label={name}>
      {sheet !== null && <image href={sheet} style={{ imageRendering: 'pixelated' }} />}
    </svg>
  );
}
