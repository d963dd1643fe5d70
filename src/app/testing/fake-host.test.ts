import { parseExperiment } from '../../session/experiment';
import { hostContract } from '../../worker/testing/host-contract';
import { fakeHost } from './fake-host';

const experiment = (maxTasks: number) =>
  parseExperiment({
    schema: 1,
    backbone: { from: { source: 'bundled', id: 'glyph-vit' } },
    stream: { from: { source: 'bundled', id: 'alphabets' }, maxTasks },
    methods: [{ id: 'inflora' }, { id: 'nearest-mean' }],
  });

hostContract('the fake host', async () => ({ host: fakeHost(), experiment: experiment(2), longer: experiment(3) }));
