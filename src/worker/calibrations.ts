/** What was measured of devices, kept in the origin's private file system: a visitor's second visit need not measure again. */
import { COST_KINDS, type Calibration } from '../compute/calibration';

export interface KeptCalibrations {
  read(device: string): Promise<Calibration | null>;
  /** Never rejects: what cannot be kept is measured again. */
  write(device: string, calibration: Calibration): Promise<void>;
}

const FILE = 'calibrations.json';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Only what this version would have written itself is believed. */
export function asCalibration(value: unknown): Calibration | null {
  if (!isObject(value) || !isObject(value['rates']) || !isTime(value['eachRun']) || !isTime(value['together'])) return null;
  const rates = value['rates'];
  const whole = COST_KINDS.every((kind) => {
    const one = rates[kind];
    return isObject(one) && isTime(one['each']) && isTime(one['perMflop']) && isTime(one['perMnumber']);
  });
  return whole ? (value as unknown as Calibration) : null;
}

export function opfsCalibrations(): KeptCalibrations {
  const file = async (create: boolean) => (await navigator.storage.getDirectory()).getFileHandle(FILE, { create });
  const all = async (): Promise<Record<string, unknown>> => {
    try {
      const parsed: unknown = JSON.parse(await (await (await file(false)).getFile()).text());
      return isObject(parsed) ? parsed : {};
    } catch {
      return {};
    }
  };
  return {
    read: async (device) => asCalibration((await all())[device]),
    async write(device, calibration) {
      try {
        const next = JSON.stringify({ ...(await all()), [device]: calibration });
        const access = await (await file(true)).createSyncAccessHandle();
        access.truncate(0);
        access.write(new TextEncoder().encode(next), { at: 0 });
        access.flush();
        access.close();
      } catch {
        // A private window, a full disk, another tab at the same file: the next visit measures again.
      }
    },
  };
}
