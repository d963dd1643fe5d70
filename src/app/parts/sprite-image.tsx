/** One cell of a sprite that the site serves, as a picture. */
export interface SpriteImageProps {
  readonly url: string;
  readonly columns: number;
  readonly rows: number;
  /** Which cell, row by row. */
  readonly index: number;
  readonly name: string;
  /** Side on the page, pixels. */
  readonly shown: number;
}

export function SpriteImage({ url, columns, rows, index, name, shown }: SpriteImageProps) {
  return (
    <span
      role="img"
      aria-label={name}
      title={name}
      style={{
        width: shown,
        height: shown,
        backgroundImage: `url("${url}")`,
        backgroundSize: `${columns * shown}px ${rows * shown}px`,
        backgroundPosition: `-${(index % columns) * shown}px -${Math.floor(index / columns) * shown}px`,
      }}
    />
  );
}
