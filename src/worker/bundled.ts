/** The lists of backbones and streams that the site brings: `backbones/index.json` and `streams/index.json`. */
import * as v from 'valibot';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const entry = {
  id: v.string(),
  title: v.string(),
  description: v.optional(v.string(), ''),
  bytes: v.optional(count),
  sha256: v.optional(v.string()),
  card: v.optional(v.string()),
};

export const backboneIndex = v.object({
  schema: v.literal(1),
  backbones: v.array(v.object({ ...entry, weights: v.string(), config: v.string() })),
});

export const streamIndex = v.object({
  schema: v.literal(1),
  streams: v.array(
    v.object({
      ...entry,
      file: v.string(),
      /** What it shows, in a sentence or two. */
      lesson: v.optional(v.string(), ''),
      /** A sprite, 16 classes a row, one cell of `imageSize` a class. */
      thumbs: v.optional(v.string()),
      imageSize: v.optional(count),
      kind: v.optional(v.picklist(['class-incremental', 'domain-incremental']), 'class-incremental'),
      classes: v.optional(v.array(v.string()), []),
      tasks: v.optional(v.array(v.object({ name: v.string(), classes: v.array(count) })), []),
    }),
  ),
});

export type BackboneEntry = v.InferOutput<typeof backboneIndex>['backbones'][number];
export type StreamEntry = v.InferOutput<typeof streamIndex>['streams'][number];
