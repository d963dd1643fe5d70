/** The marks of methods. */
import type { Marker } from '../looks';

const R = 4;
const starPoints = Array.from({ length: 10 }, (_, i) => {
  const radius = i % 2 === 0 ? R * 1.35 : R * 0.6;
  const angle = (Math.PI * i) / 5 - Math.PI / 2;
  return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`;
}).join(' ');

/** One marker centred on (x, y); nothing for a method without one. */
export function MarkerShape({
  marker,
  x,
  y,
  colour,
}: {
  readonly marker: Marker | null;
  readonly x: number;
  readonly y: number;
  readonly colour: string;
}) {
  const at = { transform: `translate(${x} ${y})`, fill: colour, stroke: colour };
  switch (marker) {
    case null:
      return null;
    case 'circle':
      return <circle r={R} {...at} />;
    case 'square':
      return <rect x={-R + 0.5} y={-R + 0.5} width={2 * R - 1} height={2 * R - 1} {...at} />;
    case 'diamond':
      return <path d={`M0 ${-R - 1}L${R + 1} 0L0 ${R + 1}L${-R - 1} 0Z`} {...at} />;
    case 'triangle':
      return <path d={`M0 ${-R - 0.5}L${R + 0.5} ${R - 0.5}H${-R - 0.5}Z`} {...at} />;
    case 'down':
      return <path d={`M0 ${R + 0.5}L${R + 0.5} ${-R + 0.5}H${-R - 0.5}Z`} {...at} />;
    case 'ring':
      return <circle r={R - 0.5} {...at} fill="var(--surface)" strokeWidth={2} />;
    case 'cross':
      return <path d={`M${-R + 1} ${-R + 1}L${R - 1} ${R - 1}M${R - 1} ${-R + 1}L${-R + 1} ${R - 1}`} {...at} strokeWidth={2} />;
    case 'star':
      return <polygon points={starPoints} {...at} />;
  }
}
