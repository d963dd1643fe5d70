/** Every technical word in one sentence, with its symbol in the paper where it has one. */
export interface GlossaryEntry {
  readonly word: string;
  readonly symbol?: string;
  readonly sentence: string;
}

const entry = (word: string, sentence: string, symbol?: string): GlossaryEntry =>
  symbol === undefined ? { word, sentence } : { word, sentence, symbol };

export const glossary = {
  averageAccuracy: entry(
    'Average accuracy',
    'Mean accuracy over all tasks learned so far; the network must choose among all classes seen and is not told the task.',
    'ACC',
  ),
  forgetting: entry(
    'Forgetting',
    'How many points of accuracy the earlier tasks have lost since their best, on average. Zero is perfect memory.',
    'F',
  ),
  taskKnown: entry(
    'Task known',
    'Mean accuracy when the network is told which task a picture belongs to and chooses among that task’s classes only.',
  ),
  backwardTransfer: entry(
    'Backward transfer',
    'Mean change of each earlier task from when it was learned to now; negative is forgetting.',
    'BWT',
  ),
  accuracyMatrix: entry('Accuracy matrix', 'Row i, column j: accuracy on task j after learning task i.', 'a(i, j)'),
  backbone: entry('Backbone', 'The pre-trained Vision Transformer that every method starts from.'),
  stream: entry('Task stream', 'Classification tasks that arrive one after the other; the images of old tasks are gone.'),
  task: entry('Task', 'A group of classes learned together before the next group arrives.', 'T'),
  epoch: entry('Epoch', 'One pass over all training images of a task.'),
  batch: entry('Batch', 'The images used together for one update of the weights.'),
  optimizer: entry(
    'Optimiser',
    'The rule that turns gradients into updates: Adam adapts the step per weight, SGD moves along an averaged gradient.',
  ),
  learningRate: entry('Learning rate', 'How far one update moves the weights.', 'η'),
  schedule: entry('Schedule', 'How the learning rate shrinks over the epochs of a task.'),
  rank: entry('Rank', 'Number of directions that a task’s low-rank update may use in each layer.', 'r'),
  threshold: entry(
    'Threshold',
    'Share of a layer’s input energy that the memory must cover; it grows from its first to its last value over the tasks.',
    'ε',
  ),
  preset: entry('Preset', 'Where paper and authors’ code differ, which of the two is followed.'),
  seed: entry('Seed', 'The number all randomness starts from; the same seed repeats the run.'),
  augmentation: entry('Augmentation', 'Random crops and mirror images that make training pictures more varied.'),
  dualGpm: entry(
    'DualGPM',
    'Memory of the directions that old tasks’ inputs occupy in a layer, kept as those directions or, once they are the majority, as their complement.',
    'M',
  ),
  directions: entry('Directions', 'Dimensions of a layer’s input that old tasks occupy, out of all of its dimensions.', 'dim(M) of D'),
  remove: entry('Kept as directions', 'The memory stores what old tasks use; new updates must avoid it.', 'remove'),
  retain: entry('Kept as complement', 'The memory stores what is still free; new updates must stay inside it.', 'retain'),
  angles: entry('Principal angles', 'How far the subspaces of two tasks’ updates point apart: 90° share nothing, 0° are the same.', 'θ'),
  lora: entry('LoRA', 'A trainable low-rank increment beside a frozen weight matrix.', 'ΔW = A B'),
  loss: entry('Loss', 'Cross-entropy on the current batch: the surprise at the right answer. Lower is better.'),
  classIncremental: entry('Among all classes', 'The network chooses among every class seen so far, task unknown (class-incremental).'),
  taskAware: entry('Within its task', 'The network is told the task and chooses among its classes only (task-aware).'),
  chaudhry: entry(
    'Best before',
    'Best accuracy on the task before the newest one was learned, minus accuracy now (Chaudhry et al., 2018).',
    'F',
  ),
  maxAll: entry('Best ever', 'Best accuracy on the task after any task, the newest included, minus accuracy now; never negative.'),
  diagonal: entry('Since learned', 'Accuracy right after the task was learned minus accuracy now.'),
  readBy: entry(
    'Read by',
    'How an answer is taken from a picture’s features. The network stays the same; only the last step changes, and nothing is trained again.',
  ),
  ownHeads: entry('Own heads', 'Each method answers as it was built to: by the heads that it trained, or by its own statistics.'),
  classMeans: entry(
    'Class means',
    'The class whose mean feature points most nearly the same way; each mean is kept as it was when the class was learned.',
  ),
  ridge: entry(
    'Ridge',
    'A linear classifier computed at once from sums over all tasks’ features, gathered task by task; no image is kept for it.',
  ),
  alignedHeads: entry(
    'Aligned heads',
    'A copy of the heads, trained on features drawn from each old class’s mean and spread, so that heads of different tasks can be compared.',
  ),
  classMeansAgain: entry(
    'Class means, read again',
    'A diagnostic that no method may use: class means of old training images by the network as it is now. What it reads better than class means is still in the features.',
  ),
  ridgeAgain: entry(
    'Ridge, read again',
    'A diagnostic that no method may use: ridge from old training images by the network as it is now. What even this cannot read is gone from the features.',
  ),
  interference: entry(
    'Interference',
    'Share of a layer’s output on a task’s images that an update changes; small on old tasks beside the new one is what “interference-free” means.',
    'tr(ΔW C ΔWᵀ) / tr(W C Wᵀ)',
  ),
  randomUpdate: entry('Random directions', 'What an update of the same size would change of an old task’s output if it pointed anywhere.'),
  drift: entry(
    'Drift of features',
    'How far the features of an old task’s test images have moved since it was learned, squared, in shares of their variance.',
  ),
  weightDrift: entry(
    'Weights moved',
    'Size of the change of a block’s weights since pre-training, in shares of their size.',
    '‖W − W₀‖ / ‖W₀‖',
  ),
  webgpu: entry('WebGPU', 'The browser’s way to the graphics processor.'),
  wasm: entry('WebAssembly', 'Compiled code on the processor’s cores; works in every current browser.'),
} as const satisfies Record<string, GlossaryEntry>;

export type TermId = keyof typeof glossary;
