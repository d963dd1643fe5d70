/** Where a run looks inside its methods: a linear map, and a block counted from 1. */
import { ALL_MAPS } from '../../continual/targets';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import { ChoiceField, NumberField } from './fields';

const OFF = 'off';

export function InsideFields() {
  const words = useText().setup.training.inside;
  const inside = useAppState((state) => state.experiment.inside);
  const depth = useAppState((state) => state.backbone.value?.config.depth);
  const { setup, store } = useApp();
  const set = (next: typeof inside) => {
    const { inside: _, ...rest } = store.getState().experiment;
    setup.replace({ ...rest, ...(next && { inside: next }) });
  };
  return (
    <>
      <ChoiceField
        label={words.label}
        testId="inside-map"
        value={inside?.map ?? OFF}
        choices={{ [OFF]: words.off, ...Object.fromEntries(ALL_MAPS.map((map) => [map, words.maps[map]])) }}
        onChange={(next) => {
          const map = ALL_MAPS.find((each) => each === next);
          set(map && { block: inside?.block ?? 0, map });
        }}
      />
      {inside && (
        <NumberField
          label={words.block}
          testId="inside-block"
          integer
          min={1}
          {...(depth === undefined ? {} : { max: depth })}
          value={inside.block + 1}
          onChange={(block) => {
            if (block !== undefined) set({ ...inside, block: block - 1 });
          }}
        />
      )}
    </>
  );
}
