/** Schema 1 knew one way of reading, one memory a block and no titles; leakage stood for what interference measures now. */
type Json = Readonly<Record<string, unknown>>;

const TITLES: Json = {
  inflora: 'InfLoRA',
  'inflora-ca': 'InfLoRA + CA',
  'sequential-lora': 'Sequential LoRA',
  'full-fine-tuning': 'Full fine-tuning',
  joint: 'Joint training',
  'nearest-mean': 'Nearest class mean',
};

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
/** What is no list or no object stays for the validation to name. */
const each = (list: unknown, up: (item: Json, index: number) => unknown): unknown =>
  Array.isArray(list) ? list.map((item: unknown, index) => (isObject(item) ? up(item, index) : item)) : list;

function interference(diagnostics: unknown): unknown {
  const layers = isObject(diagnostics) && Array.isArray(diagnostics.layers) ? (diagnostics.layers as unknown[]) : [];
  const leaking = layers.some((layer) => isObject(layer) && Array.isArray(layer.leakage) && layer.leakage.length > 0);
  if (!leaking) return null;
  // Keys and values were told together, as a ratio alone.
  const maps = each(layers, ({ leakage }, block) => ({ block, target: 'kv', old: [], new: null, random: [], ratio: leakage }));
  return { images: 0, maps, weightDrift: [] };
}

function result({ classIncremental, taskAware, predicted, diagnostics, ...rest }: Json): Json {
  const subspaces = isObject(diagnostics) && {
    threshold: diagnostics.threshold,
    sites: each(diagnostics.layers, ({ leakage: _, ...layer }, block) => ({ block, input: 'qkv', ...layer })),
  };
  return {
    ...rest,
    readings: { own: { classIncremental, taskAware, predicted } },
    ...{ kept: [], subspaces: subspaces || (diagnostics ?? null), interference: interference(diagnostics), drift: [] },
  };
}

export const everyReading = (record: Json): Record<string, unknown> => ({
  ...record,
  methods: each(record.methods, (method) => ({
    ...method,
    title: TITLES[String(method.id)] ?? method.id,
    results: each(method.results, result),
  })),
});
