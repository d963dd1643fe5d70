/** At most so many images of each class, for training and for testing. */
import { NumberInput } from '@mantine/core';
import { useText } from '../../text';
import type { Arrangement, Caps } from './arrangement';

export interface CapFieldsProps {
  readonly caps: Caps;
  readonly change: (next: (now: Arrangement) => Arrangement) => void;
}

export function CapFields({ caps, change }: CapFieldsProps) {
  const words = useText().setup.builder;
  const set = (key: keyof Caps) => (value: string | number) => {
    const cap = value === '' ? undefined : Number(value);
    if (cap !== undefined && !(Number.isInteger(cap) && cap >= 1)) return;
    change((now) => (now.caps[key] === cap ? now : { ...now, caps: { ...now.caps, [key]: cap } }));
  };
  const common = { size: 'xs', w: 150, min: 1, allowDecimal: false, placeholder: words.capAll } as const;
  return (
    <>
      <NumberInput {...common} label={words.capTrain} value={caps.train ?? ''} onChange={set('train')} data-testid="cap-train" />
      <NumberInput {...common} label={words.capTest} value={caps.test ?? ''} onChange={set('test')} data-testid="cap-test" />
    </>
  );
}
