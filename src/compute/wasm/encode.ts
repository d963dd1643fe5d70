import { sigmoidForm } from '../activation';
import {
  extentOf,
  PENALTY_SHARE,
  penaltyShares,
  type AttentionBackward,
  type Attention,
  type Gemm,
  type Op,
  type Update,
  type View,
} from '../plan/ops';
import { accessOf } from '../plan/views';

/** Numbers the kernels know operations by (kernels/index.ts). */
/** Activation and, one more, its derivative as well: none, GELU, x σ(a x + b x³), max(0, x). */
function activationCode(gelu: Gemm['gelu']): number {
  if (!gelu) return 0;
  const { kind = 'gelu', derivative } = gelu;
  return (kind === 'gelu' ? 1 : kind === 'relu' ? 5 : 3) + (derivative ? 1 : 0);
}

const CODE = {
  pack: 0,
  gemm: 1,
  attention: 2,
  attentionBackward: 3,
  layerNorm: 4,
  layerNormBackward: 5,
  layerNormParameters: 6,
  patchify: 7,
  tokenTable: 8,
  addRows: 9,
  pool: 10,
  poolBackward: 11,
  columnSum: 12,
  addLowRank: 13,
  crossEntropy: 14,
  adam: 15,
  sgd: 16,
  penalise: 17,
  addSquares: 18,
  targetLoss: 19,
  copyRows: 24,
  squares: 25,
  limit: 26,
} as const;

/** With an operation's number: its threads need not meet before the next one (kernels/index.ts). */
const GOES_ON = 256;
/** Its number, items, items taken, words, items done. */
const HEADER_WORDS = 5;
const MR = 6;
const NR = 8;
/** Depth of one pass of a product, as in kernels/gemm.ts. */
const KC = 384;
const ROWS_AN_ITEM = 32;
const SEGMENT = 4096;

const up = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/** Bytes that the packed right-hand side of a product takes. */
const packedBytes = (op: Op, batch: number): number => (op.kind === 'gemm' ? up(op.n, NR) * extentOf(op.k, batch) * 4 : 0);

/** A second room for packed operands: while one product is multiplied the next is packed. Larger ones take turns in the first. */
const MOST_PACKED_AHEAD = 8 * 2 ** 20;

/** Bytes of the rooms that a program's packed operands take turns in. */
export function packedRooms(ops: readonly Op[], batch: number): readonly [number, number] {
  const all = ops.map((op) => packedBytes(op, batch));
  return [Math.max(0, ...all), Math.max(0, ...all.filter((bytes) => bytes <= MOST_PACKED_AHEAD))];
}

/** Scratch that one thread needs for an operation, in bytes; the layouts are those of the kernels. */
export function scratchBytes(op: Op): number {
  if (op.kind === 'gemm') return 256 + KC * MR * 4;
  if (op.kind !== 'attention' && op.kind !== 'attentionBackward') return 0;
  const { width, queries, keys } = op;
  const strips = (rows: number, depth: number): number => up(rows, MR) * depth * 4;
  const panel = width * 32;
  const mixed = up(width, MR) * 32;
  const scores = up(keys, MR) * 32;
  if (op.kind === 'attention') return strips(keys, width) + strips(width, keys) + panel + scores + mixed;
  const chunks = Math.ceil(queries / 96);
  const chunk = up(Math.ceil(queries / chunks), NR);
  const rest = 256 + chunk * MR * 4 + up(width, NR) * chunk * 4;
  return 2 * strips(keys, width) + strips(width, keys) + panel + mixed + 2 * (chunk / NR) * scores + rest;
}

/** Where the encoder finds things. */
export interface Addresses {
  /** Address of a buffer's first byte. */
  of(buffer: string): number;
  /** Of the rooms for packed operands, the second no larger than it has to be. */
  readonly packed: readonly { readonly at: number; readonly bytes: number }[];
}

/**
 * The operations of a program for one batch size, as words that the kernels walk. Threads meet only where an operation needs what those
 * since they last met have written, or writes what they touch: whoever is done with one begins the next.
 */
export class Encoder {
  private readonly words: number[] = [];
  private readonly float = new Float32Array(1);
  private readonly bits = new Uint32Array(this.float.buffer);
  count = 0;
  /** Where the newest operation begins, and addresses of what was read and written since the threads last met. */
  private newest = -1;
  private read = new Set<number>();
  private written = new Set<number>();
  /** The room of the newest packed operand. */
  private room = 0;

  constructor(
    private readonly batch: number,
    private readonly addresses: Addresses,
  ) {}

  /** Words so far. */
  get length(): number {
    return this.words.length;
  }

  finish(): Uint32Array {
    return Uint32Array.from(this.words);
  }

  add(op: Op): void {
    const { batch } = this;
    if (op.kind === 'gemm') return this.gemm(op);
    const { reads, writes } = accessOf(op);
    this.touch(
      reads.map((name) => this.addresses.of(name)),
      writes.map((name) => this.addresses.of(name)),
    );
    switch (op.kind) {
      case 'attention':
        return this.emit(CODE.attention, batch * op.heads, this.attention(op, op.out));
      case 'attentionBackward':
        return this.emit(CODE.attentionBackward, batch * op.heads, [
          ...this.attention(op, op.gradient),
          ...this.optional(op.dq),
          ...this.optional(op.dk),
          ...this.optional(op.dv),
        ]);
      case 'layerNorm': {
        const rows = extentOf(op.rows, batch);
        const { x, weight, bias, out, statistics, columns, eps } = op;
        return this.emit(CODE.layerNorm, Math.ceil(rows / ROWS_AN_ITEM), [
          ...this.matrix(x),
          ...[this.at(weight), this.at(bias)],
          ...this.matrix(out),
          ...[statistics ? this.at(statistics) : 0, rows, columns, this.f(eps), ROWS_AN_ITEM],
        ]);
      }
      case 'layerNormBackward': {
        const rows = extentOf(op.rows, batch);
        const { gradient, x, statistics, weight, add, out, columns } = op;
        return this.emit(CODE.layerNormBackward, Math.ceil(rows / ROWS_AN_ITEM), [
          ...[...this.matrix(gradient), ...this.matrix(x), this.at(statistics), this.at(weight)],
          ...[...this.optional(add), ...this.matrix(out), rows, columns, ROWS_AN_ITEM],
        ]);
      }
      case 'layerNormParameters':
        return this.emit(CODE.layerNormParameters, Math.ceil(op.columns / 4), [
          ...[...this.matrix(op.gradient), ...this.matrix(op.x), this.at(op.statistics)],
          ...[this.at(op.weightGradient), this.at(op.biasGradient), extentOf(op.rows, batch), op.columns],
        ]);
      case 'patchify': {
        const { imageSize, patchSize, mean, std } = op;
        return this.emit(CODE.patchify, batch, [
          ...[this.addresses.of(op.images), ...this.matrix(op.out), imageSize, patchSize],
          ...std.map((s) => this.f(1 / (255 * s))),
          ...mean.map((m, i) => this.f(-m / (std[i] ?? 1))),
          op.front,
        ]);
      }
      case 'tokenTable':
        return this.emit(CODE.tokenTable, 1, [
          ...[this.at(op.cls), this.at(op.positions), this.at(op.bias), this.at(op.out)],
          ...[op.tokens, op.columns, op.front],
        ]);
      case 'addRows':
        return this.emit(CODE.addRows, extentOf(op.rows, batch), [
          ...[...this.matrix(op.a), ...this.matrix(op.b), ...this.matrix(op.out), op.columns],
        ]);
      case 'copyRows':
        return this.emit(CODE.copyRows, batch, [
          ...[...this.matrix(op.x), op.xRows, ...this.matrix(op.out), op.outRows, op.rows, op.columns],
          op.add ? this.at(op.add) : 0,
        ]);
      case 'squares':
        return this.emit(CODE.squares, 1, [this.at(op.x), op.count, this.at(op.out)]);
      case 'limit':
        return this.emit(CODE.limit, Math.ceil(op.count / SEGMENT), [
          ...[this.at(op.x), op.count, this.at(op.squares), op.parts, this.f(op.limit)],
        ]);
      case 'pool':
        return this.emit(CODE.pool, batch, [
          ...[...this.matrix(op.x), ...this.matrix(op.out), op.tokens, op.columns, op.front, this.f(op.maximum)],
        ]);
      case 'poolBackward':
        return this.emit(CODE.poolBackward, batch, [
          ...[...this.matrix(op.gradient), ...this.matrix(op.out), op.tokens, op.columns, op.front, this.f(op.maximum)],
          ...this.optional(op.x),
        ]);
      case 'columnSum':
        return this.emit(CODE.columnSum, Math.ceil(op.columns / 16), [
          ...[...this.matrix(op.x), this.at(op.out), extentOf(op.rows, batch), op.columns],
        ]);
      case 'addLowRank': {
        const { increment } = op;
        const low = increment ? [increment.rank, this.at(increment.up), this.at(increment.down)] : [0, 0, 0];
        return this.emit(CODE.addLowRank, Math.ceil(op.rows / ROWS_AN_ITEM), [
          ...[...this.matrix(op.weight), ...this.matrix(op.out), op.rows, op.columns, ...low, ROWS_AN_ITEM],
        ]);
      }
      case 'crossEntropy':
        return this.emit(CODE.crossEntropy, 1, [
          ...[...this.matrix(op.logits), this.addresses.of(op.labels), op.first, op.classes],
          ...[extentOf(op.rows, batch), this.at(op.loss), ...this.matrix(op.gradient), op.weights ? this.at(op.weights) : 0],
        ]);
      case 'penalise': {
        const { form, importance, anchor, add, count } = op;
        const [share, code] = form === 'norm' ? [count, 2] : [PENALTY_SHARE, form === 'absolute' ? 1 : 0];
        return this.emit(CODE.penalise, penaltyShares(op), [
          ...[this.at(op.of), importance ? this.at(importance) : 0, anchor ? this.at(anchor) : 0, add ? this.at(add) : 0],
          ...[this.at(op.out), this.at(op.value), count, share, code, this.f(op.weight)],
        ]);
      }
      case 'addSquares':
        return this.emit(CODE.addSquares, Math.ceil(op.count / SEGMENT), [
          ...[this.at(op.gradient), op.loss ? this.at(op.loss) : 0, this.at(op.out), op.count],
        ]);
      case 'targetLoss':
        return this.emit(CODE.targetLoss, 1, [
          ...[...this.matrix(op.logits), ...this.matrix(op.targets), op.classes, extentOf(op.rows, batch), this.at(op.loss)],
          ...[...this.matrix(op.gradient), this.at(op.weights), op.form === 'squared' ? 1 : 0, this.f(1 / op.temperature)],
        ]);
      case 'update':
        return this.update(op);
    }
  }

  /** B into panels, then rows and columns of the result shared out. What an item holds does not depend on threads. */
  private gemm(op: Gemm): void {
    const { batch } = this;
    const [m, k, n] = [extentOf(op.m, batch), extentOf(op.k, batch), op.n];
    const panels = Math.ceil(n / NR);
    const panelsAnItem = Math.max(1, Math.min(Math.ceil(panels / 4), Math.floor(32768 / (k * NR))));
    const packed = this.roomFor(packedBytes(op, batch));
    this.touch([this.addresses.of(op.b.buffer)], [packed]);
    this.emit(CODE.pack, Math.ceil(panels / panelsAnItem), [
      ...[...this.matrix(op.b), op.form === 'NT' ? 1 : 0, n, k, packed, panelsAnItem],
    ]);
    const rows = Math.min(48, up(Math.ceil(m / 48), MR));
    const down = Math.ceil(m / rows);
    // Enough items to share, and a block of B that the second-level cache holds beside A.
    const across = Math.min(panels, Math.max(Math.ceil(16 / down), Math.ceil(n / 336)));
    const columns = up(Math.ceil(n / across), NR);
    const itemsAcross = Math.ceil(n / columns);
    const { add, out } = op;
    const accumulate = add !== undefined && add.buffer === out.buffer && add.offset === out.offset;
    const { reads, writes } = accessOf(op);
    this.touch(
      [packed, ...reads.map((name) => this.addresses.of(name))],
      writes.map((name) => this.addresses.of(name)),
    );
    this.emit(CODE.gemm, down * itemsAcross, [
      ...[...this.matrix(op.a), op.form === 'TN' ? 1 : 0, packed, n, ...this.matrix(out), m, k],
      ...[op.bias ? this.at(op.bias) : 0, ...this.optional(accumulate ? undefined : add), op.addPeriod ?? 0],
      ...[activationCode(op.gelu), ...this.optional(op.gelu?.derivative), ...this.optional(op.multiply)],
      ...[rows, columns, itemsAcross, accumulate ? 1 : 0],
      ...(sigmoidForm(op.gelu?.kind ?? 'gelu') ?? [0, 0]).map((factor) => this.f(factor)),
      op.symmetric ? 1 : 0,
    ]);
  }

  private attention(op: Attention | AttentionBackward, out: View): number[] {
    const { q, k, v, statistics, heads, width, queries, keys, scale } = op;
    return [
      ...[...this.matrix(q), ...this.matrix(k), ...this.matrix(v), ...this.matrix(out), this.at(statistics)],
      ...[heads, width, queries, keys, this.f(scale)],
    ];
  }

  private update({ optimizer, parameter, gradient, first, second, count, rate, corrections }: Update): void {
    const scalars = this.addresses.of('scalars');
    const rateAddress = scalars + 4 * rate;
    const items = Math.ceil(count / SEGMENT);
    const common = [this.at(parameter), this.at(gradient), this.at(first)];
    if (optimizer.kind === 'sgd') {
      const { momentum, weightDecay } = optimizer;
      return this.emit(CODE.sgd, items, [...common, count, rateAddress, this.f(momentum), this.f(weightDecay)]);
    }
    if (!second) throw new Error('Adam needs a second moment');
    const { beta1, beta2, eps, weightDecay } = optimizer;
    const factors = [beta1, 1 - beta1, beta2, 1 - beta2, eps, weightDecay].map((value) => this.f(value));
    this.emit(CODE.adam, items, [...common, this.at(second), count, rateAddress, scalars + 4 * corrections, ...factors]);
  }

  /** The next room in turn where it is large enough. */
  private roomFor(bytes: number): number {
    const [first, second] = this.addresses.packed;
    this.room = this.room === 0 && second && bytes <= second.bytes ? 1 : 0;
    return (this.room === 0 ? first : second)?.at ?? 0;
  }

  /** Says what the operation emitted next reads and writes: threads go on to it where nothing since they met is in its way. */
  private touch(reads: readonly number[], writes: readonly number[]): void {
    const inTheWay = reads.some((at) => this.written.has(at)) || writes.some((at) => this.written.has(at) || this.read.has(at));
    if (inTheWay) {
      this.read = new Set();
      this.written = new Set();
    } else if (this.newest >= 0) {
      this.words[this.newest] = (this.words[this.newest] ?? 0) | GOES_ON;
    }
    for (const at of reads) this.read.add(at);
    for (const at of writes) this.written.add(at);
  }

  private emit(code: number, items: number, words: readonly number[]): void {
    this.newest = this.words.length;
    this.words.push(code, items, 0, HEADER_WORDS + words.length, 0, ...words);
    this.count++;
  }

  private at({ buffer, offset }: View): number {
    return this.addresses.of(buffer) + 4 * offset;
  }

  /** Address and row stride in bytes. */
  private matrix(view: View): [number, number] {
    return [this.at(view), 4 * view.stride];
  }

  private optional(view: View | undefined): [number, number] {
    return view ? this.matrix(view) : [0, 0];
  }

  private f(value: number): number {
    this.float[0] = value;
    return this.bits[0] ?? 0;
  }
}
