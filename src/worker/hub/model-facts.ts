/** What the hub says of a model before anything is downloaded, and what is known of one that is kept. */
import * as v from 'valibot';

export interface ModelFacts {
  readonly id: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
  /** Of all files together. */
  readonly bytes: number;
  /** Of these, bytes that an earlier download has brought. */
  readonly here: number;
  /** As the model's card states it; null where it does not. */
  readonly licence: string | null;
  /** The hub asks for consent before it gives the files. */
  readonly gated: boolean;
}

export interface KeptModel {
  /** As the hub calls it; with "@revision" where it is not the main one. */
  readonly id: string;
  readonly bytes: number;
  /** All of it is here: it can be used without a network. */
  readonly complete: boolean;
}

const licence = v.union([v.string(), v.array(v.string())]);

/** Of the answer of `/api/models/<id>`, what is looked at; everything may be missing. */
export const factsSchema = v.object({
  cardData: v.optional(v.nullable(v.object({ license: v.optional(v.nullable(licence)) }))),
  tags: v.optional(v.array(v.string()), []),
  gated: v.optional(v.union([v.boolean(), v.string()]), false),
});

/** From the card, else from the tags that the hub makes of it. */
export function licenceOf({ cardData, tags }: v.InferOutput<typeof factsSchema>): string | null {
  const stated = cardData?.license ?? tags.filter((tag) => tag.startsWith('license:')).map((tag) => tag.slice('license:'.length));
  const names = typeof stated === 'string' ? [stated] : stated;
  return names.length === 0 ? null : names.join(', ');
}
