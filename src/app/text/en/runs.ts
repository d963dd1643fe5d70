export const runs = {
  title: 'My runs',
  full: 'The browser gives this site no more room, so nothing more is kept.',
  noStorage: (reason: string) => `This browser keeps nothing of this site (${reason}): runs are lost when the page closes.`,
  openElsewhere: 'This run is open in another tab. Go on with it there, or close that tab first.',
  otherDevice: (then: string, now: string) =>
    `This run began on ${then} and goes on on ${now}: from here on numbers may be rounded otherwise than they would have been there.`,
  replaced: 'A new run takes the place of what was shown.',
  gone: 'Nothing of this run is kept any more.',

  cutOff: (name: string, learned: number, tasks: number) =>
    `“${name}” stopped after ${learned} of ${tasks} tasks. It can go on where it stood.`,
  goOn: 'Go on',
  show: 'Show',
  leave: 'Not now',
};
