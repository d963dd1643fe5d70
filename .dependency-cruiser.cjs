/** Imports point one way: app -> worker -> {golden, session} -> {continual, data} -> compute -> vit -> common. Cycles are forbidden. */
const below = {
  common: ['vit', 'compute', 'continual', 'data', 'session', 'golden', 'worker', 'app'],
  vit: ['compute', 'continual', 'data', 'session', 'golden', 'worker', 'app'],
  compute: ['continual', 'data', 'session', 'golden', 'worker', 'app'],
  data: ['continual', 'session', 'golden', 'worker', 'app'],
  continual: ['data', 'session', 'golden', 'worker', 'app'],
  session: ['golden', 'worker', 'app'],
  golden: ['data', 'session', 'worker', 'app'],
  worker: ['app'],
};

// A test may reach for what it needs as an oracle; the product may not.
const product = (from) => ({ path: `^src/${from}/`, pathNot: '\\.test\\.tsx?$|/testing/' });

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...Object.entries(below).map(([from, above]) => ({
      name: `${from}-imports-down`,
      severity: 'error',
      from: product(from),
      to: { path: `^src/(${above.join('|')})/` },
    })),
    {
      name: 'science-knows-no-implementation',
      comment: 'continual/ sees the compute interface alone',
      severity: 'error',
      from: product('continual'),
      to: { path: '^src/compute/(tfjs|wasm|webgpu)/' },
    },
    {
      name: 'plans-are-foretold',
      comment: 'what is above compute/ reads shapes, time and memory from compute/forecast.ts',
      severity: 'error',
      from: product('(continual|data|session|worker|app)'),
      to: { path: '^src/compute/plan/' },
    },
    {
      name: 'science-runs-in-plain-node',
      severity: 'error',
      from: { path: '^src/(continual|vit|common)/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '@tensorflow|^node_modules/(react|comlink|@mantine)' },
    },
    {
      name: 'figures-are-handed-everything',
      comment: 'a chart is a function of record, view and words: it reaches neither store nor components nor the one catalogue',
      severity: 'error',
      from: { path: '^src/app/figures/', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^src/app/(store/|context|text/index|methods\\.ts|parts/)|^node_modules/(@mantine|zustand)', reachable: true },
    },
    {
      name: 'tfjs-stays-in-compute',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/compute/|\\.test\\.tsx?$' },
      to: { path: '@tensorflow' },
    },
  ],
  options: { tsPreCompilationDeps: true, tsConfig: { fileName: 'tsconfig.json' }, doNotFollow: { path: 'node_modules' } },
};
