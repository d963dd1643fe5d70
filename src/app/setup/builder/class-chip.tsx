/** One class: its picture, name and numbers; dragged, or moved with the arrow keys. */
import type { KeyboardEvent } from 'react';
import { PixelImage } from '../../parts/pixel-image';
import { useText } from '../../text';
import type { ArrangedClass } from './arrangement';
import type { ClassFacts } from './class-facts';

const SHOWN_SIDE = 32;

export interface ClassChipProps {
  readonly facts: ClassFacts;
  readonly one: ArrangedClass;
  readonly taskName: string;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onKey: (event: KeyboardEvent) => void;
  /** Another class was dropped on this one: it goes to this place. */
  readonly onDropHere: (name: string) => void;
}

/** What a dragged class is called on its way. */
export const DRAGGED = 'text/plain';

export function ClassChip({ facts, one, taskName, selected, onSelect, onKey, onDropHere }: ClassChipProps) {
  const words = useText().setup.builder;
  const { train, test } = facts.counts(one);
  return (
    <button
      type="button"
      className="class-chip"
      draggable
      data-class={one.name}
      data-selected={selected}
      aria-pressed={selected}
      aria-label={words.className(one.name, train, test, taskName)}
      onClick={onSelect}
      onKeyDown={onKey}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, one.name);
        event.dataTransfer.effectAllowed = 'move';
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onDropHere(event.dataTransfer.getData(DRAGGED));
      }}
    >
      <span aria-hidden className="class-chip-picture">
        <PixelImage side={facts.side} pixels={facts.picture(one)} name="" shown={SHOWN_SIDE} />
      </span>
      <span className="class-chip-name" title={one.members.join(' + ')}>
        <bdi>{one.name}</bdi>
        {one.members.length > 1 && <span className="dim"> ×{one.members.length}</span>}
      </span>
      <span className="dim">{words.classCounts(train, test)}</span>
    </button>
  );
}
