/** Choosing another backbone: it replaces the one before only once it is here. */
import type { Experiment, HubHost } from '../../session/experiment';
import type { KeptModel, ModelFacts } from '../../worker/hub/model-facts';

import type { HostActions } from './host';
import type { SetupActions } from './setup';
import { emptyFetched } from './state';
import type { Store, Surroundings } from './surroundings';

export type Backbone = Experiment['backbone'];

export interface BackboneActions {
  /**
   * Loads the backbone and takes it into the set-up; false where that fails (the problem is on the page) or is cancelled,
   * and then the one before stays, with what was known of it.
   */
  choose(wanted: Backbone): Promise<boolean>;
  /** Takes another source without loading it. Answers that belong to the file before are not kept. */
  pick(from: Backbone['from']): void;
  /** An answer to what a file does not say; undefined asks again. */
  answer(part: Partial<Backbone>): Promise<boolean>;
  cancel(): Promise<void>;
  /** What the hub says of a model; null where it does not answer (the problem is on the page). */
  lookUp(id: string, host?: HubHost): Promise<ModelFacts | null>;
  /** Models of the hub that this browser keeps; none where they cannot be listed. */
  kept(): Promise<readonly KeptModel[]>;
  /** False where it failed (the problem is on the page). */
  forget(id: string): Promise<boolean>;
}

/** The name that a person knows a backbone by. */
export function nameOfSource(from: Backbone['from'] | Experiment['stream']['from']): string {
  if (from.source === 'file') return from.name;
  return from.source === 'url' ? from.url : from.id;
}

export function createBackboneActions(store: Store, around: Surroundings, host: HostActions, setup: SetupActions): BackboneActions {
  const current = () => store.getState().experiment.backbone;
  const replace = (backbone: Backbone) => setup.replace({ ...store.getState().experiment, backbone });

  async function load(wanted: Backbone): Promise<{ readonly loaded: boolean; readonly undo: () => void }> {
    const before = current();
    const had = store.getState().backbone;
    const undo = () => {
      replace(before);
      // The worker reads it again when it is needed; the page knows already what it is.
      store.setState({ backbone: had.state === 'ready' ? had : emptyFetched });
    };
    replace(wanted);
    // A file of the same name may hold something else than the one that was loaded.
    store.setState({ backbone: emptyFetched });
    if (await host.ensureBackbone()) return { loaded: true, undo };
    const problem = store.getState().problems.backbone;
    // Somebody who has chosen yet another one meanwhile keeps that.
    if (current() === wanted) {
      undo();
      if (problem !== undefined) host.show({ ...problem, remedy: { kind: 'backbone', value: wanted } });
    }
    return { loaded: false, undo };
  }

  return {
    async choose(wanted) {
      const { loaded, undo } = await load(wanted);
      const name = wanted.adapter?.name ?? nameOfSource(wanted.from);
      if (loaded) around.notify({ text: around.words().shell.backboneTaken(name), undo });
      return loaded;
    },
    pick: (from) => replace({ from }),
    async answer(part) {
      const merged = Object.entries({ ...current(), ...part }).filter(([, value]) => value !== undefined);
      return (await load(Object.fromEntries(merged) as Backbone)).loaded;
    },
    cancel: () => host.cancelReading(),
    async lookUp(id, hubHost) {
      host.forget('backbone');
      try {
        return await (await host.connect()).lookUpModel(id, hubHost);
      } catch (error) {
        host.report(error, 'backbone');
        return null;
      }
    },
    async kept() {
      try {
        return await (await host.connect()).keptModels();
      } catch {
        return [];
      }
    },
    async forget(id) {
      try {
        await (await host.connect()).forgetModel(id);
        return true;
      } catch (error) {
        host.report(error, 'backbone');
        return false;
      }
    },
  };
}
