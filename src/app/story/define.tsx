/** Scenes differ in their facts; what shows them need not know. */
import type { AnyScene, Scene } from './scene';

export const defineScene = <Facts,>(scene: Scene<Facts>): AnyScene => ({
  id: scene.id,
  predict: scene.predict,
  open(material, words) {
    const facts = scene.record(material);
    const { Picture } = scene;
    return {
      id: scene.id,
      experiment: scene.experiment(material, words),
      cues: scene.cues(facts),
      predict: scene.predict,
      options: scene.options?.(words) ?? [],
      ask: scene.ask(facts, words),
      right: scene.right?.(facts) ?? null,
      reveal: (stop) => scene.reveal(facts, stop, words),
      check: () => scene.check(facts),
      Picture: (props) => <Picture {...props} facts={facts} />,
    };
  },
});
