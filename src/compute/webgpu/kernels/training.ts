import { extentOf, NO_TARGET, type CrossEntropy, type TargetLoss, type Update } from '../../plan/ops';
import { at, launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';

/** One workgroup: rows dealt to its invocations, their losses summed in order at the end. */
const crossEntropy = (weighted: boolean): KernelTemplate => ({
  name: 'crossEntropy',
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', classes: 'u32', first: 'u32', logitsAt: 'u32', logitsRow: 'u32', gradientAt: 'u32', gradientRow: 'u32' },
    ...{ lossAt: 'u32', weightsAt: 'u32' },
  },
  buffers: {
    ...{ logits: { access: 'read' }, labels: { access: 'read', type: 'i32' } },
    ...{ gradient: { access: 'write' }, loss: { access: 'write' } },
    ...(weighted ? { weights: { access: 'read' } } : {}),
  },
  declarations: 'var<workgroup> losses: array<f32, 64>;',
  body: `
  var own = 0.0;
  for (var row = lane; row < p.rows; row += 64u) {
    ${weighted ? 'let weight = $weights[p.weightsAt + row];\n    if (weight == 0.0) { continue; }' : ''}
    let x0 = p.logitsAt + row * p.logitsRow;
    let g0 = p.gradientAt + row * p.gradientRow;
    var top = $logits[x0];
    for (var c = 1u; c < p.classes; c++) { top = max(top, $logits[x0 + c]); }
    var sum = 0.0;
    for (var c = 0u; c < p.classes; c++) { sum += exp($logits[x0 + c] - top); }
    let label = u32($labels[row]) - p.first;
    for (var c = 0u; c < p.classes; c++) {
      let target_ = select(0.0, 1.0, c == label);
      let slope = exp($logits[x0 + c] - top) / sum - target_;
      ${weighted ? '$gradient[g0 + c] += weight * slope;' : '$gradient[g0 + c] = slope / f32(p.rows);'}
    }
    own += ${weighted ? 'weight *' : ''} (log(sum) - ($logits[x0 + label] - top));
  }
  losses[lane] = own;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    for (var i = 0u; i < 64u; i++) { total += losses[i]; }
    ${weighted ? '$loss[p.lossAt] += total;' : '$loss[p.lossAt] = total / f32(p.rows);'}
  }`,
});

export function lowerCrossEntropy(to: Lowering, op: CrossEntropy): void {
  const { logits, gradient, labels, loss, weights, first, classes } = op;
  to.push(
    launch(crossEntropy(weights !== undefined), {
      buffers: { logits: logits.buffer, labels, gradient: gradient.buffer, loss: loss.buffer, weights: weights?.buffer ?? '' },
      parameters: (batch) => ({
        ...{ rows: extentOf(op.rows, batch), classes, first, lossAt: loss.offset, weightsAt: weights?.offset ?? 0 },
        ...{ ...at('logits', logits), ...at('gradient', gradient) },
      }),
      groups: () => 1,
    }),
  );
}

/** What each form does with the row at z0, t0, g0: its gradient added, its loss in `part`. */
const TOWARDS: Readonly<Record<TargetLoss['form'], string>> = {
  distil: `
    var topZ = $logits[z0];
    var topT = $targets[t0];
    for (var c = 1u; c < p.classes; c++) {
      topZ = max(topZ, $logits[z0 + c]);
      topT = max(topT, $targets[t0 + c]);
    }
    var sumZ = 0.0;
    var sumT = 0.0;
    for (var c = 0u; c < p.classes; c++) {
      sumZ += exp(($logits[z0 + c] - topZ) * p.scale);
      sumT += exp(($targets[t0 + c] - topT) * p.scale);
    }
    var part = log(sumZ);
    for (var c = 0u; c < p.classes; c++) {
      let away = ($logits[z0 + c] - topZ) * p.scale;
      let wanted = exp(($targets[t0 + c] - topT) * p.scale) / sumT;
      part -= wanted * away;
      $gradient[g0 + c] += weight * p.scale * (exp(away) / sumZ - wanted);
    }`,
  squared: `
    var count = 0.0;
    for (var c = 0u; c < p.classes; c++) { count += select(0.0, 1.0, $targets[t0 + c] < ${NO_TARGET}); }
    var part = 0.0;
    for (var c = 0u; c < p.classes; c++) {
      if ($targets[t0 + c] >= ${NO_TARGET}) { continue; }
      let off = $logits[z0 + c] - $targets[t0 + c];
      part += off * off / count;
      $gradient[g0 + c] += weight * 2.0 * off / count;
    }`,
};

const targetLoss = (form: TargetLoss['form']): KernelTemplate => ({
  name: `targetLoss ${form}`,
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', classes: 'u32', logitsAt: 'u32', logitsRow: 'u32', gradientAt: 'u32', gradientRow: 'u32' },
    ...{ targetsAt: 'u32', targetsRow: 'u32', lossAt: 'u32', weightsAt: 'u32', scale: 'f32' },
  },
  buffers: {
    ...{ logits: { access: 'read' }, targets: { access: 'read' }, weights: { access: 'read' } },
    ...{ gradient: { access: 'write' }, loss: { access: 'write' } },
  },
  declarations: 'var<workgroup> losses: array<f32, 64>;',
  body: `
  var own = 0.0;
  for (var row = lane; row < p.rows; row += 64u) {
    let weight = $weights[p.weightsAt + row];
    if (weight == 0.0) { continue; }
    let z0 = p.logitsAt + row * p.logitsRow;
    let t0 = p.targetsAt + row * p.targetsRow;
    let g0 = p.gradientAt + row * p.gradientRow;${TOWARDS[form]}
    own += weight * part;
  }
  losses[lane] = own;
  workgroupBarrier();
  if (lane == 0u) {
    var total = 0.0;
    for (var i = 0u; i < 64u; i++) { total += losses[i]; }
    $loss[p.lossAt] += total;
  }`,
});

export function lowerTargetLoss(to: Lowering, op: TargetLoss): void {
  const { form, logits, targets, gradient, loss, weights, classes, temperature } = op;
  to.push(
    launch(targetLoss(form), {
      buffers: {
        ...{ logits: logits.buffer, targets: targets.buffer, gradient: gradient.buffer },
        ...{ loss: loss.buffer, weights: weights.buffer },
      },
      parameters: (batch) => ({
        ...{ rows: extentOf(op.rows, batch), classes, scale: 1 / temperature, lossAt: loss.offset, weightsAt: weights.offset },
        ...{ ...at('logits', logits), ...at('targets', targets), ...at('gradient', gradient) },
      }),
      groups: () => 1,
    }),
  );
}

const places = { count: 'u32', parameterAt: 'u32', gradientAt: 'u32', firstAt: 'u32', rateAt: 'u32' } as const;

const adam: KernelTemplate = {
  name: 'adam',
  workgroup: 64,
  parameters: {
    ...{ ...places, secondAt: 'u32', correctionsAt: 'u32', beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32' },
    ...{ eps: 'f32', decay: 'f32' },
  },
  buffers: {
    ...{ parameter: { access: 'write' }, gradient: { access: 'read' }, first: { access: 'write' } },
    ...{ second: { access: 'write' }, scalars: { access: 'read' } },
  },
  body: `
  if (index >= p.count) { return; }
  let value = $parameter[p.parameterAt + index];
  let g = $gradient[p.gradientAt + index] + p.decay * value;
  let m = p.beta1 * $first[p.firstAt + index] + p.rest1 * g;
  let v = p.beta2 * $second[p.secondAt + index] + p.rest2 * g * g;
  $first[p.firstAt + index] = m;
  $second[p.secondAt + index] = v;
  let rate = $scalars[p.rateAt] * $scalars[p.correctionsAt];
  $parameter[p.parameterAt + index] = value - rate * m / (sqrt(v * $scalars[p.correctionsAt + 1u]) + p.eps);`,
};

const sgd: KernelTemplate = {
  name: 'sgd',
  workgroup: 64,
  parameters: { ...places, momentum: 'f32', decay: 'f32' },
  buffers: { parameter: { access: 'write' }, gradient: { access: 'read' }, first: { access: 'write' }, scalars: { access: 'read' } },
  body: `
  if (index >= p.count) { return; }
  let value = $parameter[p.parameterAt + index];
  let m = p.momentum * $first[p.firstAt + index] + $gradient[p.gradientAt + index] + p.decay * value;
  $first[p.firstAt + index] = m;
  $parameter[p.parameterAt + index] = value - $scalars[p.rateAt] * m;`,
};

export function lowerUpdate(to: Lowering, op: Update): void {
  const { optimizer, parameter, gradient, first, second, count, rate, corrections } = op;
  const common = {
    ...{ count, parameterAt: parameter.offset, gradientAt: gradient.offset, firstAt: first.offset, rateAt: rate },
    decay: optimizer.weightDecay,
  };
  const buffers = { parameter: parameter.buffer, gradient: gradient.buffer, first: first.buffer, scalars: 'scalars' };
  const groups = (): number => Math.ceil(count / 64);
  if (optimizer.kind === 'sgd') {
    to.push(launch(sgd, { buffers, parameters: () => ({ ...common, momentum: optimizer.momentum }), groups }));
    return;
  }
  if (!second) throw new Error('Adam needs a second moment');
  const { beta1, beta2, eps } = optimizer;
  to.push(
    launch(adam, {
      buffers: { ...buffers, second: second.buffer },
      parameters: () => ({
        ...{ ...common, secondAt: second.offset, correctionsAt: corrections },
        ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, eps },
      }),
      groups,
    }),
  );
}
