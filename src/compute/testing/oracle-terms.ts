/** Terms of an objective from their definitions, in float64. */
import type { LabelledBatch } from '../images';
import { rowsOf, type Term } from '../objective';

function logSoftmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const total = top + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0));
  return logits.map((logit) => logit - total);
}

/** A term's share of the loss, from the logits of every image, by absolute column. */
export function termLoss(term: Term, batch: LabelledBatch, logits: readonly (readonly number[])[]): number {
  const { from, to } = term.classes;
  const rows = rowsOf(term, batch);
  const columns = (batch.targets?.length ?? 0) / batch.count;
  let total = 0;
  for (let row = rows.from; row < rows.to; row++) {
    const own = (logits[row] ?? []).slice(from, to);
    const targets = Array.from(batch.targets?.subarray(row * columns + from, row * columns + to) ?? []);
    if (term.kind === 'cross-entropy') total -= logSoftmax(own)[(batch.labels[row] ?? NaN) - from] ?? NaN;
    else if (term.kind === 'distil') {
      const [student, teacher] = [own, targets].map((values) => logSoftmax(values.map((value) => value / term.temperature)));
      teacher?.forEach((value, c) => (total -= Math.exp(value) * (student?.[c] ?? NaN)));
    } else {
      const squares = targets.flatMap((target, c) => (Number.isNaN(target) ? [] : [((own[c] ?? NaN) - target) ** 2]));
      if (squares.length > 0) total += squares.reduce((sum, square) => sum + square, 0) / squares.length;
    }
  }
  return rows.to > rows.from ? (term.weight * total) / (rows.to - rows.from) : 0;
}
