import { expect, it } from 'vitest';
import { COST_KINDS } from '../compute/calibration';
import { asCalibration } from './calibrations';

const rates = Object.fromEntries(COST_KINDS.map((kind) => [kind, { each: 0, perMflop: 0.1, perMnumber: 0.2 }]));
const whole = { rates, eachRun: 0.1, together: 1 };

it('believes a whole calibration and nothing else', () => {
  expect(asCalibration(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  const { update: _gone, ...incomplete } = rates;
  for (const broken of [null, 3, {}, { ...whole, together: -1 }, { ...whole, eachRun: 'x' }, { ...whole, rates: incomplete }]) {
    expect(asCalibration(broken)).toBeNull();
  }
});
