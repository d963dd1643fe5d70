/** Where `machine.setup.ts` leaves what the site found out about this machine, for the journeys that come after it. */
export const MACHINE = 'build/machine.json';
