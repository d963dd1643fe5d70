/** What makers say of f32 (multiply-add on all lanes at the boost clock), TFLOP/s, by what adapters are called. The first that matches counts. */
const PEAKS: readonly (readonly [RegExp, number])[] = [
  [/\bH200\b/i, 67],
  [/\bH100\b/i, 67],
  [/\bA100\b/i, 19.5],
  [/\bL40S\b/i, 91.6],
  [/RTX 5090/i, 104.8],
  [/RTX 4090/i, 82.6],
  [/RTX 4080/i, 48.7],
  [/RTX 4070 Ti/i, 40.1],
  [/RTX 4070/i, 29.1],
  [/RTX 4060/i, 15.1],
  [/RTX 3090/i, 35.6],
  [/RTX 3080/i, 29.8],
  [/RTX 3070/i, 20.3],
  [/RTX 3060/i, 12.7],
  [/Tesla T4|\bT4\b/i, 8.1],
  [/GTX 1650/i, 3],
  [/RX 7900 XTX/i, 61.4],
  [/RX 6800(?! XT)/i, 16.2],
  [/M3 Max/i, 14.2],
  [/M2 Max/i, 13.6],
  [/M1 Max/i, 10.4],
  [/Apple M4\b(?! Pro| Max)/i, 4.3],
  [/Apple M3\b(?! Pro| Max| Ultra)/i, 4.1],
  [/Apple M2\b(?! Pro| Max| Ultra)/i, 3.6],
  [/Apple M1\b(?! Pro| Max| Ultra)/i, 2.6],
  [/Iris\W*Xe/i, 2.2],
  [/Adreno\D*740/i, 2.1],
];

/** TFLOP/s in f32 that an adapter is sold for; null where its name, which browsers may withhold, does not tell. */
export const peakOf = (adapter: string): number | null => PEAKS.find(([pattern]) => pattern.test(adapter))?.[1] ?? null;
