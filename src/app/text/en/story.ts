/** The lesson. Figures come as words from the records; nothing here is a number of a run. */
export const story = {
  title: 'Lesson',
  of: (n: number, of: number) => `Scene ${n} of ${of}`,
  loading: 'Fetching the recorded runs…',
  failed: (reason: string) => `The recorded runs of the lesson could not be read. The playground works without them. ${reason}`,
  toPlayground: 'To the playground',
  back: 'Back',
  next: 'Next',
  reveal: 'Reveal',
  end: 'End',
  scenes: 'Scenes',
  computeHere: 'Compute it here',
  recordedOf: (stream: string, seed: number) => `Recorded: ${stream}, seed ${seed}`,
  fullScreen: 'Full screen',
  lecturer: 'Lecturer’s window',
  percent: (value: string) => `${value} %`,
  accuracy: 'correct, %',

  titles: {
    forgets: 'One task after the other',
    when: 'When is it lost?',
    capacity: 'Is the network full?',
    unreadable: 'Gone, or only unreadable?',
    rate: 'Was it the step size?',
    hears: 'What does an update hear?',
    room: 'Nothing is free',
    wins: 'So who wins?',
  },

  forgets: {
    ask: (task: string, percent: string) =>
      `After its first task the network reads ${percent} of unseen ${task.toLowerCase()}. Four more tasks follow. How many ${task.toLowerCase()} does it still read at the end?`,
    picture: 'Accuracy on the first task after each task',
    handle: 'Your prediction: correct at the end, in per cent',
    drag: 'drag me',
    step: (task: string, now: string, lost: string) => `After ${task}: ${now} of the first task, ${lost} points lost.`,
    reveal: (task: string, first: string, last: string, lost: string) =>
      `${task}: ${first} when learned, ${last} four tasks later. ${lost} points were lost, and not one image of it had changed.`,
  },

  when: {
    ask: (old: string, fresh: string, from: string, steps: number) =>
      `Now it learns ${fresh}, in ${steps} steps. It starts with ${from} of the ${old.toLowerCase()}. Draw how many it reads along the way.`,
    picture: (old: string, fresh: string) => `Accuracy on ${old} while ${fresh} is learned`,
    axis: (old: string) => `${old}: correct, %`,
    steps: (fresh: string) => `training steps on ${fresh} →`,
    handle: (step: number) => `Your prediction at step ${step}, in per cent`,
    draw: 'draw here',
    scrub: 'Step',
    atStep: (step: number, of: number) => `${step} of ${of}`,
    ends: (old: string, from: string, to: string, steps: number) =>
      `${old} fell from ${from} to ${to} within ${steps} steps. This record looked at both ends alone: where in between it fell, it does not say.`,
    reveal: (old: string, lost: string, half: number, steps: number, share: string) =>
      `${old} lost ${lost} points, half of them within ${half} of ${steps} steps: in the first ${share} of the training.`,
  },

  capacity: {
    ask: (percent: string) =>
      `One task after the other, a low-rank adapter ends at ${percent} on average. Now the same network and adapter get the same images mixed. What will it hold?`,
    options: ['About as much: it is full', 'Somewhat more', 'Nearly all five tasks'],
    picture: (order: string) => `Accuracy on each task at the end, images ${order.toLowerCase()}`,
    switch: 'Order of the images',
    orders: { sequence: 'One task after the other', mixed: 'All mixed' },
    reveal: (sequence: string, mixed: string) =>
      `In sequence ${sequence}, mixed ${mixed}: one network of the same size holds all five tasks. It was the order, not the room.`,
  },

  unreadable: {
    ask: (task: string) =>
      `At the end fine-tuning misreads this picture. Take its features as they are now and read all ${task} in three ways. Which bar is the highest?`,
    options: ['Its own heads', 'Class means', 'Ridge regression'],
    short: { own: 'Own heads', 'class-means': 'Class means', ridge: 'Ridge', 'again-ridge': 'With old images' },
    shortest: { own: 'Own', 'class-means': 'Means', ridge: 'Ridge', 'again-ridge': 'Old' },
    picture: 'Accuracy on the first task at the end, by way of reading',
    failed: (name: string) => `This is: ${name}`,
    answer: (name: string, right: boolean) => `${right ? '✓' : '✗'} ${name}`,
    whenLearned: (percent: string) => `when it was learned: ${percent}`,
    reveal: (own: string, means: string, ridge: string) =>
      `The same features: ${own} by its own heads, ${means} by class means, ${ridge} by ridge regression. Much was unreadable, not gone.`,
    still: (learned: string, means: string, again: string) =>
      `Yet it is a loss: by class means ${learned} when learned, ${means} now. Even with old images at hand, which no method has: ${again}.`,
  },

  rate: {
    ask: (rate: string, learned: string, kept: string) =>
      `At rate ${rate} a LoRA adapter in sequence learns ${learned} and keeps ${kept} of it. Was the step too large? Drag the dot to where its best rate lies.`,
    picture: 'Learned against kept, a dot for each learning rate',
    learned: 'learned, % →',
    atEnd: (percent: string) => `${percent} at the end`,
    kept: 'kept of it, %',
    atRate: (method: string, rate: string) => `${method}, rate ${rate}`,
    handle: 'Your prediction: where the best rate lies',
    place: (learned: string, kept: string) => `learned ${learned}, kept ${kept}`,
    drag: 'Learning rate',
    there: (rate: string, learned: string, kept: string) => `${rate}: learned ${learned}, kept ${kept}`,
    best: (rate: string, learned: string, kept: string, final: string) =>
      `Best is ${rate}: it learns ${learned} and keeps ${kept}, which makes ${final} at the end. Smaller steps keep more and learn less.`,
    reveal: (learned: string, kept: string, final: string, others: string) =>
      `InfLoRA learns ${learned}, keeps ${kept} and ends at ${final}. No rate that was tried takes the others beyond ${others}: it was not the step size.`,
  },

  hears: {
    ask: (random: string) =>
      `An update in random directions changes ${random} of what layers answer to old images. InfLoRA’s has the same size. Which hump moves to the left of it?`,
    options: ['None', 'That of old images', 'That of new images', 'Both'],
    picture: 'Shares of layers’ outputs that an update changes',
    axis: 'how many layers',
    across: 'share of the output changed →',
    humps: { random: 'random directions, old images', old: 'old images', fresh: 'new images' },
    threshold: 'Threshold ε',
    update: (task: string, threshold: string, old: string, fresh: string) => `${threshold}, ${task}: old ${old}, new ${fresh}`,
    reveal: (old: string, fresh: string, random: string) =>
      `Old images hear ${old}, new ones ${fresh}; random directions would have changed ${random}. The update speaks where old inputs do not listen.`,
    drift: (here: string, there: string) =>
      `So old features stay: they have moved by ${here} of their variance at the end; with sequential LoRA, at its own best rate, by ${there}.`,
  },

  room: {
    ask: (rank: number, taken: string) =>
      `What the first task needs is reserved: up to ${taken} of a layer’s directions. Every update wants ${rank} free ones. After which task is there no room?`,
    options: ['After the third', 'After the fourth', 'After the fifth', 'There still is'],
    picture: (task: string) => `Share of directions reserved for each layer’s input after ${task}`,
    axis: 'directions reserved, %',
    block: (n: number) => `block ${n}`,
    after: (task: string, n: number, of: number) => `after ${task}, task ${n} of ${of}`,
    site: (block: number, input: string) =>
      `block ${block}, ${{ qkv: 'attention', proj: 'attention’s end', fc1: 'MLP', fc2: 'MLP’s end' }[input] ?? input}`,
    step: (task: string, site: string, taken: number, of: number, left: number) =>
      `After ${task} the tightest input (${site}) has ${taken} of ${of} directions taken; ${left} are free.`,
    reveal: (task: string, site: string, taken: number, of: number, left: number, rank: number) =>
      `After ${task}: ${taken} of ${of} taken at ${site}, ${left} free, and an update wants ${rank}. The past is paid for with what may still be learned.`,
  },

  wins: {
    ask: (seeds: number) =>
      `All methods, ${seeds === 1 ? 'one seed' : `${seeds} seeds`}, each at its own best learning rate. Rank them: which ends with the highest average?`,
    rank: 'Your ranking, best first',
    switch: 'Learning rates',
    rates: { best: 'Each at its own best', shared: 'One for all' },
    place: (place: number, method: string, percent: string) => `Place ${place}: ${method}, ${percent}.`,
    value: (percent: string, deviation: number | null) =>
      deviation === null ? `${percent} %` : `${percent} ± ${(100 * deviation).toFixed(1)} %`,
    noRate: 'no rate',
    allImages: 'keeps all images',
    yours: (place: number) => `you: ${place}.`,
    placed: (counts: readonly number[]) => `The class: ${counts.map((count, i) => `${count} on place ${i + 1}`).join(', ')}`,
    reveal: (winner: string, ahead: string, joint: string, seeds: number) =>
      `InfLoRA: ${winner}, ${ahead} points ahead of fine-tuning${seeds > 1 ? ` over ${seeds} seeds` : ''}, with no old image kept. Joint training, which keeps them all: ${joint}.`,
    shared: (winner: string, lora: string, tuning: string, seeds: number) =>
      `At one rate for all, ${seeds === 1 ? 'one seed' : `${seeds} seeds`}: InfLoRA ${winner}, sequential LoRA ${lora}, fine-tuning ${tuning}. Who compares at one rate compares rates.`,
  },

  ranking: {
    up: (name: string) => `${name}: up`,
    down: (name: string) => `${name}: down`,
  },

  choices: {
    label: 'Your prediction',
    right: 'this is what the record shows',
    yours: 'your prediction',
    classChose: (count: number) => (count === 1 ? 'one of the class' : `${count} of the class`),
  },

  class: {
    open: 'Class',
    title: 'The class beside the record',
    close: 'Close',
    yours: 'Your code',
    what: 'Predictions and results as one line for the course’s chat. It holds no name, and nothing is sent by itself.',
    copy: 'Copy the code',
    copied: 'Copied.',
    notCopied: 'It could not be copied; select it by hand.',
    all: 'All codes',
    paste: 'Paste the chat here, whatever stands between the codes',
    draw: 'Draw the class',
    read: (n: number) => (n === 1 ? 'One code was read.' : `${n} codes were read. They are the dots beside the record.`),
    refused: (code: string, why: string) => `${code} is left out: ${why}`,
    faults: {
      letter: (letter: string, at: number) => `“${letter}”, its letter ${at}, is in no code. Copy it again.`,
      length: (found: number, wanted: number) =>
        found < wanted
          ? `it has ${found} of ${wanted} letters; its end is missing.`
          : `it has ${found} letters instead of ${wanted}; two may run together.`,
      newer: 'it was made by another edition of the lesson. Reload both pages.',
      checksum: 'its letters do not fit together: at least one was changed.',
      value: 'it holds a number that no prediction can have.',
    },
    results: {
      order: 'Order of tasks: points forgotten',
      known: 'Task known: average accuracy, %',
      own: 'Own photos: average accuracy, %',
    },
    ends: '0 … 100',
    spread: (values: readonly string[]) => values.join(', '),
  },

  notes: {
    title: 'Lecturer’s window',
    time: 'Since the start',
    restart: 'Start the clock again',
    waiting: 'Waits for the lesson in another window of this browser.',
    next: 'Next scene',
    wrong: 'What students think',
    answer: 'What to answer',
    minutes: (n: number) => `about ${n} min`,
    scenes: {
      forgets: {
        minutes: 2,
        wrong: 'A network that was trained once keeps what it learned; LoRA, which leaves the weights alone, surely does (M5).',
        answer:
          'Nothing in the loss mentions the old task. Gradients of the new one go wherever they lower it. A small adapter only forgets in fewer directions.',
      },
      when: {
        minutes: 2,
        wrong: 'Forgetting is slow, a little with every epoch (M6).',
        answer:
          'Half is gone before half of the steps are done, and the last third takes less than a third: it slows down while learning goes on. At larger steps it comes within the first few (De Lange and others, 2023: the stability gap). Figures of ends of tasks hide it.',
      },
      capacity: {
        minutes: 2,
        wrong: 'The network is full: a larger one would not forget (M2).',
        answer: 'The same network and the same adapter hold all tasks when images come mixed. The order of the data is what changed.',
      },
      unreadable: {
        minutes: 3,
        wrong: 'Low accuracy means that the knowledge is gone (M1).',
        answer:
          'Old heads no longer fit features that moved; another reading finds much of it (Davari and Belilovsky). But relative to what was learned it is still a loss (Hess and others, 2023): show both stops.',
      },
      rate: {
        minutes: 2,
        wrong: 'With a smaller step it would not forget; regularisation simply works (M3, M5).',
        answer:
          'The step trades learning for keeping along a curve (Biderman and others, 2024). Another method is another curve. A comparison at one rate compares rates.',
      },
      hears: {
        minutes: 3,
        wrong: 'Orthogonal weights cannot interfere (M8).',
        answer:
          'O-LoRA keeps parameters apart, InfLoRA keeps updates out of the directions of old inputs. An update matters by what inputs make of it: ‖dW x‖ / ‖W x‖.',
      },
      room: {
        minutes: 2,
        wrong: 'Then one can go on for ever; similar tasks cost nothing (M7).',
        answer:
          'What is reserved is never given back, so room for learning shrinks. Similar tasks share directions, yet interfere most at middling similarity (Ramasesh and others, 2021).',
      },
      wins: {
        minutes: 3,
        wrong: 'The winner of one table wins everywhere; scenarios are one and the same (M3, M4).',
        answer:
          'Ask of every table: own best rate or one for all, which reading, task known or not, what is kept of the past, how many seeds.',
      },
    },
  },

  exercises: {
    label: 'Task',
    waiting: 'What you find stands here when the run has finished.',
    copied: 'Copied. Paste it into the course’s chat.',
    notCopied: (code: string) => `It could not be copied; this is it: ${code}`,
    order: {
      title: 'Which order of tasks forgets least?',
      task: 'A LoRA adapter learns five tasks, one after the other, and nothing protects the past. Choose their order, say why, press Start. Then try to beat it.',
      list: 'Order of the tasks',
      result: (lost: string, average: string) => `${lost} points forgotten, ${average} % on average.`,
    },
    known: {
      title: 'Does it help to know the task?',
      task: 'The same ten digits in five materials. First say which numbers will change if the network is told which material a picture is of. Then compare “Average accuracy” and “Task known”, and explain.',
      result: (method: string, average: string, known: string) => `${method}: ${average} % on average, ${known} % with the task known.`,
    },
    own: {
      title: 'Your own two tasks',
      task: 'Take photos of a few things in two places, a folder for each place with a folder for each thing. Drop them on the page, press Start, and find out what the second place costs the first.',
      folder: 'your photos',
      result: (method: string, average: string, lost: string) => `${method}: ${average} % on average, ${lost} points forgotten.`,
    },
  },
};
