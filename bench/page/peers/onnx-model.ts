/** The forward pass of a problem as an ONNX model, written here: patches in, features out. */
import { tokenCount } from '../../../src/vit/config';
import type { Problem } from '../problem';
import { Message } from './protobuf';

/** Numbers that the format gives to element types and attribute types (onnx.proto). */
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, int: 2, ints: 7 } as const;
/** LayerNormalization came with 17, Gelu with 20. */
const OPSET = 20;

type Attributes = Readonly<Record<string, { float: number } | { int: number } | { ints: readonly number[] }>>;

class Graph {
  readonly message = new Message();
  private count = 0;

  tensor(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const tensor = new Message();
    for (const size of shape) tensor.int(1, size);
    tensor.int(2, data instanceof Float32Array ? FLOAT : INT64).text(8, name);
    this.message.message(5, tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)));
    return name;
  }

  integers(values: readonly number[]): string {
    return this.tensor(`integers.${this.count++}`, [values.length], BigInt64Array.from(values, BigInt));
  }

  scalar(value: number): string {
    return this.tensor(`scalar.${this.count++}`, [], Float32Array.of(value));
  }

  /** Adds a node; returns the names of its outputs. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, outputs = 1): [string, ...string[]] {
    const node = new Message();
    for (const input of inputs) node.text(1, input);
    const first = `${op}.${this.count++}`;
    const rest = Array.from({ length: outputs - 1 }, () => `${op}.${this.count++}`);
    for (const output of [first, ...rest]) node.text(2, output);
    node.text(3, first).text(4, op);
    for (const [name, value] of Object.entries(attributes)) {
      const attribute = new Message().text(1, name);
      if ('float' in value) attribute.float(2, value.float).int(20, ATTRIBUTE.float);
      else if ('int' in value) attribute.int(3, value.int).int(20, ATTRIBUTE.int);
      else {
        for (const item of value.ints) attribute.int(8, item);
        attribute.int(20, ATTRIBUTE.ints);
      }
      node.message(5, attribute);
    }
    this.message.message(1, node);
    return [first, ...rest];
  }

  value(field: 11 | 12, name: string, shape: readonly number[]): void {
    const dims = new Message();
    for (const size of shape) dims.message(1, new Message().int(1, size));
    const type = new Message().message(1, new Message().int(1, FLOAT).message(2, dims));
    this.message.message(field, new Message().text(1, name).message(2, type));
  }
}

/** Bytes of the model; input `patches` [batch, tokens − 1, 3 · P²], output `features` [batch, D]. */
export function onnxModel({ shape, checkpoint }: Problem): Uint8Array {
  const { config, batch } = shape;
  const { dim, depth, heads, layerNormEps, patchSize } = config;
  const tokens = tokenCount(config);
  const width = dim / heads;
  const graph = new Graph();
  graph.message.text(2, 'vit');
  graph.value(11, 'patches', [batch, tokens - 1, 3 * patchSize ** 2]);
  const data = (name: string): Float32Array => {
    const tensor = checkpoint.tensors.get(name);
    if (!tensor) throw new Error(`No tensor "${name}"`);
    return tensor.data;
  };
  /** Weights are stored [in, out], as exporters write them. */
  const linear = (x: string, name: string, inputs: number): string => {
    const weight = data(`${name}.weight`);
    const outputs = weight.length / inputs;
    const turned = Float32Array.from(weight, (_, i) => weight[(i % outputs) * inputs + Math.floor(i / outputs)] ?? NaN);
    const [product] = graph.node('MatMul', [x, graph.tensor(`${name}.weight`, [inputs, outputs], turned)]);
    return graph.node('Add', [product, graph.tensor(`${name}.bias`, [outputs], data(`${name}.bias`))])[0];
  };
  const norm = (x: string, name: string): string => {
    const [weight, bias] = ['weight', 'bias'].map((part) => graph.tensor(`${name}.${part}`, [dim], data(`${name}.${part}`)));
    return graph.node('LayerNormalization', [x, weight ?? '', bias ?? ''], { axis: { int: -1 }, epsilon: { float: layerNormEps } })[0];
  };
  const [cls] = graph.node('Expand', [graph.tensor('cls_token', [1, 1, dim], data('cls_token')), graph.integers([batch, 1, dim])]);
  const [joined] = graph.node('Concat', [cls, linear('patches', 'patch_embed.proj', 3 * patchSize ** 2)], { axis: { int: 1 } });
  let [x] = graph.node('Add', [joined, graph.tensor('pos_embed', [1, tokens, dim], data('pos_embed'))]);
  const byHead = graph.integers([batch, tokens, heads, width]);
  const whole = graph.integers([batch, tokens, dim]);
  const thirds = graph.integers([dim, dim, dim]);
  const scale = graph.scalar(1 / Math.sqrt(width));
  for (let block = 0; block < depth; block++) {
    const prefix = `blocks.${block}`;
    const qkv = linear(norm(x, `${prefix}.norm1`), `${prefix}.attn.qkv`, dim);
    const [q, k, v] = graph.node('Split', [qkv, thirds], { axis: { int: -1 } }, 3);
    const turn = (y: string | undefined, order: readonly number[]): string =>
      graph.node('Transpose', [graph.node('Reshape', [y ?? '', byHead])[0]], { perm: { ints: order } })[0];
    const [product] = graph.node('MatMul', [turn(q, [0, 2, 1, 3]), turn(k, [0, 2, 3, 1])]);
    const [weights] = graph.node('Softmax', [graph.node('Mul', [product, scale])[0]], { axis: { int: -1 } });
    const [mixed] = graph.node('MatMul', [weights, turn(v, [0, 2, 1, 3])]);
    const [merged] = graph.node('Reshape', [graph.node('Transpose', [mixed], { perm: { ints: [0, 2, 1, 3] } })[0], whole]);
    [x] = graph.node('Add', [x, linear(merged, `${prefix}.attn.proj`, dim)]);
    const [hidden] = graph.node('Gelu', [linear(norm(x, `${prefix}.norm2`), `${prefix}.mlp.fc1`, dim)]);
    [x] = graph.node('Add', [x, linear(hidden, `${prefix}.mlp.fc2`, config.mlpDim)]);
  }
  const first = graph.tensor('zero', [], BigInt64Array.of(0n));
  const out = norm(graph.node('Gather', [x, first], { axis: { int: 1 } })[0], 'norm');
  graph.value(12, out, [batch, dim]);
  const model = new Message().int(1, 9).text(2, 'InfLoRA Playground').message(7, graph.message);
  return model.message(8, new Message().text(1, '').int(2, OPSET)).finish();
}
