import { definitionOf } from '../../../continual/registry';
import type { MethodId, MethodSpec } from '../../../session/experiment';
import { keptBy } from '../../methods';
import { text } from '../../text';

const words = text.setup.methods;

/** What a method keeps of the past, as it is set up or by its defaults. */
export function Keeps({ id, spec }: { readonly id: MethodId; readonly spec: MethodSpec | undefined }) {
  return (
    <span className="dim" data-testid={`keeps-${id}`}>
      {definitionOf(id).trainsOn === 'all' ? words.seesAll : words.keeps(keptBy(id, spec).map((what) => words.kept[what]))}
    </span>
  );
}
