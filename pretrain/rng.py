"""A small seeded generator (SplitMix64): the same numbers on every machine and with every library version."""
import hashlib

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


class Rng:
    def __init__(self, *key):
        """Seeds from any printable key, so that every picture can be drawn alone, in any order."""
        text = "/".join(str(part) for part in key)
        self.state = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")

    def u64(self):
        self.state = (self.state + GOLDEN) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def random(self):
        return (self.u64() >> 11) / (1 << 53)

    def uniform(self, low, high):
        return low + (high - low) * self.random()

    def int(self, n):
        return int(self.random() * n)

    def chance(self, p):
        return self.random() < p

    def choice(self, items):
        return items[self.int(len(items))]

    def shuffled(self, items):
        items = list(items)
        for i in range(len(items) - 1, 0, -1):
            j = self.int(i + 1)
            items[i], items[j] = items[j], items[i]
        return items

    def array(self, *shape):
        """Uniform [0, 1) numbers: the same sequence as repeated random(), vectorised."""
        n = int(np.prod(shape))
        with np.errstate(over="ignore"):
            z = np.uint64(self.state) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(GOLDEN)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        self.state = (self.state + n * GOLDEN) & MASK
        return ((z >> np.uint64(11)).astype(np.float64) / (1 << 53)).reshape(shape)

    def noise(self, *shape):
        """Roughly normal numbers (sum of four uniforms), unit variance."""
        return (self.array(4, *shape).sum(0) - 2.0) * np.sqrt(3.0)
