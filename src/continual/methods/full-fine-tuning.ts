import { SequentialTraining } from '../adaptations/sequential';
import { defineMethod, FULL } from '../definition';
import { ownHeads } from '../readouts/own-heads';

/** All weights of the backbone go on learning with every task: the plainest way to learn, and to forget. */
export const fullFineTuning = defineMethod({
  id: 'full-fine-tuning',
  title: 'Full fine-tuning',
  role: 'contestant',
  approach: 'unguarded',
  papers: [
    {
      key: 'mccloskey1989catastrophic',
      citation: 'McCloskey & Cohen, 1989',
      url: 'https://doi.org/10.1016/S0079-7421(08)60536-8',
      bibtex: `@incollection{mccloskey1989catastrophic,
  title     = {Catastrophic Interference in Connectionist Networks: The Sequential Learning Problem},
  author    = {McCloskey, Michael and Cohen, Neal J.},
  booktitle = {Psychology of Learning and Motivation},
  volume    = {24},
  pages     = {109--165},
  year      = {1989},
  doi       = {10.1016/S0079-7421(08)60536-8}
}`,
    },
  ],
  equations: [],
  trainsOn: 'task',
  options: {},
  searched: { materials: { rate: 7e-5 }, ten: { rate: 2e-4 }, alphabets: { rate: 3e-5 }, styles: { rate: 1e-5 }, things: { rate: 1e-5 } },
  plan: () => FULL,
  describe: () => [],
  create: (bench) => {
    const adaptation = new SequentialTraining(bench, FULL.trainables);
    return { adaptation, readout: ownHeads(adaptation) };
  },
});
