/** Epochs, batch, optimiser, learning rate and the rest: the same for every method unless it has its own. */
import { bestRates, rateChoice } from '../../session/rates';
import { useApp, useAppState } from '../context';
import { useText } from '../text';
import { ChoiceField, NumberField } from './fields';
import { InsideFields } from './inside-fields';

const DEFAULT_RATE_STEP = 0.001;

export function TrainingSection() {
  const words = useText().setup.training;
  const training = useAppState((state) => state.experiment.training);
  const seed = useAppState((state) => state.experiment.seed);
  const known = useAppState((state) => bestRates(state.experiment) !== null);
  const choice = useAppState((state) => rateChoice(state.experiment));
  const probe = useAppState((state) => state.experiment.probe ?? 'off');
  const means = useAppState((state) => state.experiment.means ?? 'off');
  const { setup, store } = useApp();
  /** These fields are never emptied. */
  const number = (key: 'epochs' | 'batchSize' | 'learningRate' | 'weightDecay' | 'momentum') => (value: number | undefined) => {
    if (value !== undefined) setup.training({ [key]: value });
  };
  return (
    <div className="fields">
      <p className="setup-intro">{words.intro}</p>
      <NumberField label={words.epochs} term="epoch" testId="epochs" integer min={1} value={training.epochs} onChange={number('epochs')} />
      <NumberField
        label={words.batchSize}
        term="batch"
        testId="batch-size"
        integer
        min={1}
        step={8}
        value={training.batchSize}
        onChange={number('batchSize')}
      />
      <ChoiceField
        label={words.optimizer}
        term="optimizer"
        testId="optimizer"
        value={training.optimizer}
        choices={words.optimizers}
        onChange={(optimizer) => setup.training({ optimizer })}
      />
      <NumberField
        label={words.learningRate}
        term="learningRate"
        testId="learning-rate"
        min={1e-9}
        step={DEFAULT_RATE_STEP}
        value={training.learningRate}
        onChange={number('learningRate')}
      />
      {known && (
        <ChoiceField
          label={words.rates}
          testId="rates"
          value={choice}
          choices={choice === 'own' ? words.rateChoices : { shared: words.rateChoices.shared, best: words.rateChoices.best }}
          onChange={(next) => {
            if (next !== 'own') setup.rates(next);
          }}
        />
      )}
      <ChoiceField
        label={words.schedule}
        term="schedule"
        testId="schedule"
        value={training.schedule}
        choices={words.schedules}
        onChange={(schedule) => setup.training({ schedule })}
      />
      <NumberField
        label={words.seed}
        term="seed"
        testId="seed"
        integer
        min={0}
        value={seed}
        onChange={(value) => {
          if (value !== undefined) setup.seed(value);
        }}
      />
      <details className="more">
        <summary>{words.more}</summary>
        <div className="fields">
          <ChoiceField
            label={words.augmentation}
            term="augmentation"
            testId="augmentation"
            value={training.augmentation}
            choices={words.augmentations}
            onChange={(augmentation) => setup.training({ augmentation })}
          />
          <NumberField
            label={words.weightDecay}
            testId="weight-decay"
            step={0.001}
            value={training.weightDecay}
            onChange={number('weightDecay')}
          />
          <ChoiceField
            label={words.probe}
            testId="probe"
            value={probe}
            choices={words.probes}
            onChange={(next) => setup.replace({ ...store.getState().experiment, probe: next })}
          />
          <InsideFields />
          <ChoiceField
            label={words.means}
            testId="means"
            value={means}
            choices={words.follows}
            onChange={(next) => setup.replace({ ...store.getState().experiment, means: next })}
          />
          {training.optimizer === 'sgd' && (
            <NumberField
              label={words.momentum}
              testId="momentum"
              step={0.1}
              max={1}
              value={training.momentum}
              onChange={number('momentum')}
            />
          )}
        </div>
      </details>
    </div>
  );
}
