/** What goes with the images themselves: other images are read and split anew. */
import { ANSWER_FIELDS } from '../../data/understood';
import type { Experiment } from '../../session/experiment';

type Stream = Experiment['stream'];

/** The change to a stream that takes its images from elsewhere. */
export const freshFrom = (from: Stream['from']): Partial<Stream> => ({
  ...Object.fromEntries([...ANSWER_FIELDS, 'rename'].map((field) => [field, undefined])),
  from,
  split: { kind: 'as-given' },
});

export const freshStream = (before: Stream, from: Stream['from']): Stream => {
  const gone = new Set<string>([...ANSWER_FIELDS, 'rename']);
  const kept = Object.fromEntries(Object.entries(before).filter(([field]) => !gone.has(field))) as Stream;
  return { ...kept, from, split: { kind: 'as-given' } };
};
