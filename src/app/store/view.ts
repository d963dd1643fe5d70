/** What is open, chosen and shown; nothing here touches a run. */
import type { Store } from './surroundings';
import type { AppState } from './state';

export interface ViewActions {
  set(part: Partial<AppState['view']>): void;
  clearProblem(place: keyof AppState['problems']): void;
}

export function createViewActions(store: Store): ViewActions {
  return {
    set: (part) => store.setState((state) => ({ view: { ...state.view, ...part } })),
    clearProblem: (place) =>
      store.setState((state) => {
        const { [place]: _gone, ...rest } = state.problems;
        return { problems: rest };
      }),
  };
}
