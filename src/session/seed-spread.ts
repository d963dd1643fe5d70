/** Final averages of one experiment over several seeds, small enough to be drawn with their spread. */
import * as v from 'valibot';

const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

export const seedSpread = v.object({
  schema: v.literal(1),
  /** Id of the bundled stream. */
  stream: v.string(),
  seeds: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** By how rates were chosen, each method at its own best or all at one, then by method: of each read-off, one average a seed. */
  rates: v.record(v.picklist(['best', 'shared']), v.record(v.string(), v.record(v.string(), v.array(fraction)))),
});

export type SeedSpread = v.InferOutput<typeof seedSpread>;
