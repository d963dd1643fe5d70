/** Things in an order of one's own: moved up and down by buttons. */
import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useStory } from '../text/story';

export function Ranking(props: {
  readonly label: string;
  readonly names: readonly string[];
  /** Indices of `names`, first to last. */
  readonly order: readonly number[];
  readonly onOrder: (order: readonly number[]) => void;
}) {
  const words = useStory().ranking;
  const { label, names, order, onOrder } = props;
  const swap = (at: number, to: number) =>
    onOrder(order.map((item, i) => (i === at ? (order[to] ?? item) : i === to ? (order[at] ?? item) : item)));
  return (
    <ol className="ranking" aria-label={label}>
      {order.map((item, i) => {
        const name = names[item] ?? '';
        return (
          <li key={item}>
            <b>{i + 1}</b>
            <span>{name}</span>
            <ActionIcon variant="default" size="2.2em" disabled={i === 0} aria-label={words.up(name)} onClick={() => swap(i, i - 1)}>
              <IconArrowUp aria-hidden />
            </ActionIcon>
            <ActionIcon
              variant="default"
              size="2.2em"
              disabled={i === order.length - 1}
              aria-label={words.down(name)}
              onClick={() => swap(i, i + 1)}
            >
              <IconArrowDown aria-hidden />
            </ActionIcon>
          </li>
        );
      })}
    </ol>
  );
}
