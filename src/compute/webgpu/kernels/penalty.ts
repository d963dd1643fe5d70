import { PENALTY_SHARE, penaltyShares, type AddSquares, type Penalise } from '../../plan/ops';
import { launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';

type Form = Penalise['form'];

/** What one float adds to the value, and its slope, of w and `apart` = w − a. */
const FORMS: Readonly<Record<Form, readonly [cost: string, slope: string]>> = {
  quadratic: ['scale * apart * apart', '2.0 * scale * apart'],
  absolute: ['abs(w)', 'sign(w)'],
  norm: ['w * w', 'w * overNorm'],
};

/** A share of the floats a workgroup, dealt to its invocations; their costs are summed in order at the end. */
const penalise = (form: Form, has: { importance: boolean; anchor: boolean; add: boolean }): KernelTemplate => {
  const [cost, slope] = FORMS[form];
  const of = `
    let w = $of[p.ofAt + i];
    let apart = w${has.anchor ? ' - $anchor[p.anchorAt + i]' : ''};
    let scale = ${has.importance ? '$importance[p.importanceAt + i]' : '1.0'};`;
  return {
    name: 'penalise',
    workgroup: 64,
    parameters: {
      ...{ count: 'u32', share: 'u32', weight: 'f32', ofAt: 'u32', importanceAt: 'u32', anchorAt: 'u32' },
      ...{ addAt: 'u32', outAt: 'u32', valueAt: 'u32' },
    },
    buffers: {
      of: { access: 'read' },
      ...(has.importance ? { importance: { access: 'read' } } : {}),
      ...(has.anchor ? { anchor: { access: 'read' } } : {}),
      ...(has.add ? { add: { access: 'read' } } : {}),
      ...{ out: { access: 'write' }, value: { access: 'write' } },
    },
    declarations: 'var<workgroup> costs: array<f32, 64>;',
    body: `
  let first = group * p.share;
  let end = min(p.count, first + p.share);
  var own = 0.0;
  for (var i = first + lane; i < end; i += 64u) {${of}
    own += ${cost};
  }
  costs[lane] = own;
  workgroupBarrier();
  var total = 0.0;
  for (var i = 0u; i < 64u; i++) { total += costs[i]; }
  ${form === 'norm' ? 'total = sqrt(total);\n  let overNorm = select(0.0, 1.0 / total, total > 0.0);' : ''}
  if (lane == 0u) { $value[p.valueAt + group] = p.weight * total; }
  for (var i = first + lane; i < end; i += 64u) {${of}
    $out[p.outAt + i] = ${has.add ? '$add[p.addAt + i] + ' : ''}p.weight * (${slope});
  }`,
  };
};

export function lowerPenalise(to: Lowering, op: Penalise): void {
  const { form, weight, of, importance, anchor, add, out, value, count } = op;
  const has = { importance: importance !== undefined, anchor: anchor !== undefined, add: add !== undefined };
  const [importanceAt, anchorAt, addAt] = [importance?.offset ?? 0, anchor?.offset ?? 0, add?.offset ?? 0];
  to.push(
    launch(penalise(form, has), {
      buffers: {
        ...{ of: of.buffer, importance: importance?.buffer ?? '', anchor: anchor?.buffer ?? '', add: add?.buffer ?? '' },
        ...{ out: out.buffer, value: value.buffer },
      },
      parameters: () => ({
        ...{ count, share: form === 'norm' ? count : PENALTY_SHARE, weight, ofAt: of.offset, importanceAt, anchorAt, addAt },
        ...{ outAt: out.offset, valueAt: value.offset },
      }),
      groups: () => penaltyShares(op),
    }),
  );
}

const addSquares = (likely: boolean): KernelTemplate => ({
  name: 'addSquares',
  workgroup: 64,
  parameters: { count: 'u32', gradientAt: 'u32', lossAt: 'u32', outAt: 'u32' },
  buffers: { gradient: { access: 'read' }, ...(likely ? { loss: { access: 'read' } } : {}), out: { access: 'write' } },
  body: `
  if (index >= p.count) { return; }
  let g = $gradient[p.gradientAt + index];
  $out[p.outAt + index] += g * g${likely ? ' * exp(-$loss[p.lossAt])' : ''};`,
});

export function lowerAddSquares(to: Lowering, { gradient, loss, out, count }: AddSquares): void {
  to.push(
    launch(addSquares(loss !== undefined), {
      buffers: { gradient: gradient.buffer, loss: loss?.buffer ?? '', out: out.buffer },
      parameters: () => ({ count, gradientAt: gradient.offset, lossAt: loss?.offset ?? 0, outAt: out.offset }),
      groups: () => Math.ceil(count / 64),
    }),
  );
}
