/** The lesson. Figures come as words from the records; nothing here is a number of a run. */
const yes = 'Whoever has predicted sees more. Drag, draw or choose; or go on with →.';

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
  predict: yes,
  yours: 'your prediction',
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
      `After its first task the network reads ${percent} of unseen ${task.toLowerCase()} correctly. Four more tasks follow. How many ${task.toLowerCase()} does it still read at the end?`,
    picture: 'Accuracy on the first task after each task',
    handle: 'Your prediction: correct at the end, in per cent',
    drag: 'drag me',
    step: (task: string, now: string, lost: string) => `After ${task}: ${now} of the first task, ${lost} points lost.`,
    reveal: (task: string, first: string, last: string, lost: string) =>
      `${task}: ${first} when learned, ${last} four tasks later. ${lost} points were lost, and not one image of it had changed.`,
  },
};
