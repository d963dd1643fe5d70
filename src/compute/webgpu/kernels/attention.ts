import type { Attention, AttentionBackward, View } from '../../plan/ops';
import { launch } from '../kernel';
import type { Lowering } from '../lowering';
import { RESULTS, type Matrix, type Pass, type Result } from './attention-pass';
import { attentionBackwardInProducts, attentionInProducts } from './attention-products';
import { oneTile, tilesTemplate } from './attention-tiles';
import { isAligned } from './product';

/** Matrices by their role in a pass. */
type Views = Readonly<Partial<Record<Matrix | Result, View>>>;
type Kinds = readonly [Pass['kind'], ...Pass['kind'][]];
/** Buffers that every device binds at once. */
const MOST_BUFFERS = 8;

function push(to: Lowering, op: Attention | AttentionBackward, kinds: Kinds, views: Views, delta = ''): void {
  const { heads, width, queries, keys, scale, statistics } = op;
  const places = Object.entries(views).flatMap(([role, view]): (readonly [string, View])[] => (view ? [[role, view]] : []));
  const wants = RESULTS.filter((result) => views[result]);
  const aligned = width % 4 === 0 && places.every(([, view]) => isAligned(view));
  const passOf = (kind: Pass['kind']): Pass => ({ kind, heads, width, queries, keys, scale, aligned, wants });
  const [first, ...others] = kinds;
  const { template, instances, groups } = tilesTemplate([passOf(first), ...others.map(passOf)]);
  // Products of a pair of tokens: two on the way there, two to four on each way back.
  const products = { forward: 2, queries: views.dq ? 4 : 2, keys: views.dk ? 4 : 2 };
  to.pushWork(
    launch(template, {
      buffers: { ...Object.fromEntries(places.map(([role, { buffer }]) => [role, buffer])), statistics: statistics.buffer, delta },
      parameters: (batch) => ({
        ...{ instances: instances(batch), statisticsAt: statistics.offset },
        ...Object.fromEntries(
          places.flatMap(
            ([role, { offset, stride }]) =>
              [
                [`${role}At`, offset],
                [`${role}Row`, stride],
              ] as const,
          ),
        ),
      }),
      groups,
    }),
    2 * kinds.reduce((sum, kind) => sum + products[kind], 0) * to.maxBatch * heads * queries * keys * width,
  );
}

/** O = softmax(scale · Q Kᵀ) V. */
export function lowerAttention(to: Lowering, op: Attention): void {
  if (to.choice.rows === 'invocation') return attentionInProducts(to, op);
  const { q, k, v, out } = op;
  push(to, op, ['forward'], { q, k, v, out });
}

/**
 * Scores are computed again, once for what is wanted of the queries and once for the keys' gradients, so that no two invocations
 * write one place; in one dispatch where a team has all of a head.
 */
export function lowerAttentionBackward(to: Lowering, op: AttentionBackward): void {
  if (to.choice.rows === 'invocation') return attentionBackwardInProducts(to, op);
  const { q, k, v, gradient: g, dq, dk, dv, heads, queries, keys, width, scale } = op;
  const delta = to.room('delta', to.maxBatch * heads * queries);
  const own = { q, k, v, g };
  const ofQueries: Views = dq ? { dq } : {};
  const ofKeys: Views = { ...(dk ? { dk } : {}), ...(dv ? { dv } : {}) };
  const passes = [(dq ?? dk) ? ofQueries : null, (dk ?? dv) ? ofKeys : null] as const;
  const bound = 6 + new Set([dq, dk, dv].flatMap((view) => (view ? [view.buffer] : []))).size;
  const pass: Pass = { kind: 'forward', heads, width, queries, keys, scale, aligned: false, wants: [] };
  if (passes[0] && passes[1] && bound <= MOST_BUFFERS && oneTile(pass)) {
    push(to, op, ['queries', 'keys'], { ...own, ...ofQueries, ...ofKeys }, delta);
    return;
  }
  if (passes[0]) push(to, op, ['queries'], { ...own, ...ofQueries }, delta);
  if (passes[1]) push(to, op, ['keys'], { ...own, ...ofKeys }, delta);
}
