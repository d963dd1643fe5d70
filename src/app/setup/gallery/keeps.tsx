import { definitionOf } from '../../../continual/registry';
import type { MethodId, MethodSpec } from '../../../session/experiment';
import { keptBy } from '../../methods';
import { useText } from '../../text';

/** What a method keeps of the past, as it is set up or by its defaults. */
export function Keeps({ id, spec }: { readonly id: MethodId; readonly spec: MethodSpec | undefined }) {
  const words = useText().setup.methods;
  return (
    <span className="dim" data-testid={`keeps-${id}`}>
      {definitionOf(id).trainsOn === 'all' ? words.seesAll : words.keeps(keptBy(id, spec).map((what) => words.kept[what]))}
    </span>
  );
}
