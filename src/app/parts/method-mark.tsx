/** A method's sign: its colour, its dash and its marker, wherever its name stands. */
import { MarkerShape } from '../figures/marker-shape';
import { lookOf, type Lineup } from '../looks';
import { useText } from '../text';
import { methodIn } from '../names';

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
  const text = useText();
  return (
    <span className="headline-name" style={{ color: lookOf(of, id).colour }}>
      <MethodMark of={of} id={id} />
      {methodIn(text, of, id).short}
    </span>
  );
}
