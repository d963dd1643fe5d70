/** Tasks by rule: equal ones, or a large first task and smaller ones after it, in natural or seeded order. */
import { Button, NumberInput, Select } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useText } from '../../text';
import { deal, type Arrangement, type Deal } from './arrangement';

export interface DealFieldsProps {
  readonly arrangement: Arrangement;
  readonly sourceNames: readonly string[];
  readonly change: (next: (now: Arrangement) => Arrangement) => void;
  /** Fields beside those of the rule. */
  readonly children?: ReactNode;
}

export function DealFields({ arrangement, sourceNames, change, children }: DealFieldsProps) {
  const words = useText().setup.builder;
  const size = Math.max(2, arrangement.tasks[0]?.classes.length ?? 2);
  const [rule, setRule] = useState<Deal>({ first: size, perTask: size, order: 'natural', seed: 0 });
  const number = (key: 'first' | 'perTask' | 'seed', least: number) => (value: string | number) => {
    const next = Number(value);
    if (value !== '' && Number.isInteger(next) && next >= least) setRule({ ...rule, [key]: next });
  };
  return (
    <div className="deal-fields">
      <NumberInput
        size="xs"
        w={120}
        label={words.first}
        min={2}
        value={rule.first}
        onChange={number('first', 2)}
        data-testid="deal-first"
      />
      <NumberInput
        size="xs"
        w={140}
        label={words.perTask}
        min={2}
        value={rule.perTask}
        onChange={number('perTask', 2)}
        data-testid="deal-each"
      />
      <Select
        size="xs"
        w={160}
        label={words.order}
        data={[
          { value: 'natural', label: words.orders.natural },
          { value: 'seeded', label: words.orders.seeded },
        ]}
        value={rule.order}
        allowDeselect={false}
        onChange={(order) => setRule({ ...rule, order: order === 'seeded' ? 'seeded' : 'natural' })}
      />
      {rule.order === 'seeded' && (
        <NumberInput size="xs" w={90} label={words.seed} min={0} value={rule.seed} onChange={number('seed', 0)} />
      )}
      <Button size="xs" variant="default" onClick={() => change((now) => deal(now, sourceNames, rule, words.taskName))} data-testid="deal">
        {words.deal}
      </Button>
      {children}
    </div>
  );
}
