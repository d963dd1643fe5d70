/** Changing the experiment. Every change goes through here, so that the link and the offers to restart follow it. */
import type { Experiment, MethodSpec } from '../../session/experiment';
import { parseExperiment } from '../../session/experiment';
import { joining } from '../../session/suggested';
import { keepingBestRates, withRates } from '../../session/rates';
import type { Store, Surroundings } from './surroundings';
import type { HostActions } from './host';

export interface SetupActions {
  replace(experiment: Experiment): void;
  backbone(part: Partial<Experiment['backbone']>): void;
  stream(part: Partial<Experiment['stream']>): void;
  training(part: Partial<Experiment['training']>): void;
  seed(seed: number): void;
  /** Adds or takes away a method; the last one stays. */
  toggleMethod(id: string): void;
  /** Sets options of a chosen method; the schema decides whether they fit. */
  method(id: string, part: Readonly<Record<string, unknown>>): void;
  /** One learning rate for all methods, or each method's own best. */
  rates(choice: 'shared' | 'best'): void;
  /** Offers text as a file to save. */
  download(name: string, text: string): void;
  /** A message that goes away by itself. */
  tell(message: string): void;
  /** Loads backbone and images now, to show what they hold. */
  preview(): Promise<void>;
}

/** Absent keys are left out rather than set to undefined, as the schema asks. */
function without<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

export function createSetupActions(store: Store, around: Surroundings, host: HostActions): SetupActions {
  const change = (next: (experiment: Experiment) => Experiment) => {
    store.setState((state) => ({ experiment: next(state.experiment), estimate: null }));
    void host.refreshEstimate();
  };
  return {
    replace: (experiment) => change(() => experiment),
    backbone: (part) => change((e) => keepingBestRates(e, { ...e, backbone: without({ ...e.backbone, ...part }) })),
    stream: (part) => change((e) => keepingBestRates(e, { ...e, stream: without({ ...e.stream, ...part }) })),
    training: (part) => change((e) => ({ ...e, training: without({ ...e.training, ...part }) })),
    seed: (seed) => change((e) => ({ ...e, seed })),
    toggleMethod: (id) =>
      change((e) => {
        const chosen = e.methods.some((method) => method.id === id);
        if (chosen && e.methods.length === 1) return e;
        const methods: readonly unknown[] = chosen ? e.methods.filter((method) => method.id !== id) : [...e.methods, joining(e, id)];
        return keepingBestRates(e, parseExperiment({ ...e, methods }));
      }),
    rates: (choice) => change((e) => withRates(e, choice)),
    method: (id, part) =>
      change((e) => {
        const methods = e.methods.map((method): MethodSpec => (method.id === id ? without({ ...method, ...part }) : method));
        return parseExperiment({ ...e, methods });
      }),
    download: (name, text) => around.download(name, 'application/json', text),
    tell: (message) => around.notify({ text: message }),
    async preview() {
      if (!(await host.ensureBackbone())) return;
      await host.refreshEstimate();
      // With the tasks known the whole run's time is.
      if (await host.ensureStream()) await host.refreshEstimate();
    },
  };
}
