/** Scenes differ in their facts; what shows them need not know. */
import type { AnyScene, Scene } from './scene';

export const defineScene = <Facts,>(scene: Scene<Facts>): AnyScene => ({
  id: scene.id,
  predict: scene.predict,
  open(material) {
    const facts = scene.record(material);
    const { Picture } = scene;
    return {
      id: scene.id,
      experiment: scene.experiment(material),
      cues: scene.cues(facts),
      predict: scene.predict,
      options: scene.options ?? [],
      ask: scene.ask(facts),
      right: scene.right?.(facts) ?? null,
      reveal: (stop) => scene.reveal(facts, stop),
      check: () => scene.check(facts),
      Picture: (props) => <Picture {...props} facts={facts} />,
    };
  },
});
