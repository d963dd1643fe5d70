import { describe, expect, it } from 'vitest';
import { bytesOf, FIRST_CHOICES, parametersOf } from './first-choices';

/** Counted by timm 1.0.29 and transformers 5.18.0: sum(p.numel() for p in model.parameters()) of each architecture. */
const COUNTED: Readonly<Record<string, number>> = {
  'ViT-Ti/16 AugReg': 5_717_416,
  'ViT-S/16 AugReg': 22_050_664,
  'ViT-B/16 AugReg': 86_567_656,
  'DeiT-Ti/16': 5_717_416,
  'DeiT-S/16': 22_050_664,
  'DINO S/16': 21_665_664,
  'DINOv2 S/14': 22_056_576,
};

describe('first choices of the hub', () => {
  it.each(FIRST_CHOICES)('$title has the parameters that its library counts', (choice) => {
    expect(parametersOf(choice)).toBe(COUNTED[choice.title]);
    expect(bytesOf(choice)).toBe(4 * parametersOf(choice));
  });
});
