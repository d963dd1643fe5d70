/** A method's sign: its colour, its dash and its marker, wherever its name stands. */
import { lookOf, type Lineup, type Marker } from '../looks';
import { wordsOf } from '../methods';

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

interface OfMethod {
  /** The run, or the set-up, that the method belongs to. */
  readonly of: Lineup;
  readonly id: string;
}

export function MethodMark({ of, id }: OfMethod) {
  const { colour, dash, marker, reference } = lookOf(of, id);
  return (
    <svg width={26} height={12} aria-hidden style={{ flex: 'none' }}>
      <line x1={1} x2={25} y1={6} y2={6} stroke={colour} strokeWidth={reference ? 1.25 : 2.25} strokeDasharray={dash} />
      <MarkerShape marker={marker} x={13} y={6} colour={colour} />
    </svg>
  );
}

/** Mark and short name, in the method's colour. */
export function MethodTag({ of, id }: OfMethod) {
  return (
    <span className="headline-name" style={{ color: lookOf(of, id).colour }}>
      <MethodMark of={of} id={id} />
      {wordsOf(of, id).short}
    </span>
  );
}
