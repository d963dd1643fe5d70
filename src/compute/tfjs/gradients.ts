import * as tf from '@tensorflow/tfjs-core';
import type { Stage } from './forward';
import { scoped } from './ops';
import type { Parameters } from './parameters';

/**
 * A scalar and its gradients with respect to the named parameters, by tfjs. From the last stage down to the first that learns,
 * each is computed again and differentiated on its own: tfjs keeps every value and every gradient on the way until it is through.
 */
export function differentiate(
  stages: readonly Stage[],
  input: tf.Tensor,
  parameters: Parameters,
  names: readonly string[],
): { value: tf.Tensor; gradients: Map<string, tf.Tensor> } {
  let value = input;
  const passed = stages.map((stage) => {
    const x = value;
    value = scoped(() => stage.run(x));
    return { ...stage, x };
  });
  const gradients = new Map<string, tf.Tensor>();
  let dy = tf.onesLike(value);
  while (gradients.size < names.length) {
    const last = passed.pop();
    if (!last) throw new Error(`No stage of the network reads all of ${names.join(', ')}`);
    const { owns, run, x } = last;
    const own = names.filter((name) => owns.test(name));
    const further = gradients.size + own.length < names.length;
    const found = scoped(() => tf.grads(() => run(x))([...own.map((name) => parameters.get(name)), ...(further ? [x] : [])], dy));
    tf.dispose([dy, x]);
    for (const [i, gradient] of found.entries()) {
      const name = own[i];
      if (name !== undefined) gradients.set(name, gradient);
      else dy = gradient;
    }
  }
  return { value, gradients };
}
