import { Anchor } from '@mantine/core';
import { Fragment } from 'react';
import type { MethodDefinition } from '../../../continual/definition';
import { useText } from '../../text';

export function Papers({ definition: { papers, role } }: { readonly definition: MethodDefinition }) {
  const text = useText();
  if (papers.length === 0) return <span className="dim">{text.setup.methods.noPaper[role]}</span>;
  return papers.map(({ key, url, citation }, i) => (
    <Fragment key={key}>
      {i > 0 && '; '}
      <Anchor size="sm" href={url} target="_blank" rel="noreferrer" underline="always">
        {citation}
      </Anchor>
    </Fragment>
  ));
}
