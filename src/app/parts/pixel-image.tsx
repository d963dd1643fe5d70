/** RGB bytes [side, width, 3] as a picture; square unless it has a width. */
import { useEffect, useRef } from 'react';

export interface PixelImageProps {
  readonly side: number;
  readonly width?: number | undefined;
  readonly pixels: Uint8Array;
  readonly name: string;
  /** Side on the page, pixels. */
  readonly shown: number;
}

export function PixelImage({ side, width = side, pixels, name, shown }: PixelImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context == null || pixels.length < width * side * 3) return;
    const image = context.createImageData(width, side);
    for (let i = 0; i < width * side; i += 1) {
      image.data.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }, [side, width, pixels]);
  return (
    <canvas
      ref={canvas}
      width={width}
      height={side}
      style={{ width: (shown * width) / side, height: shown }}
      role="img"
      aria-label={name}
      title={name}
    />
  );
}
