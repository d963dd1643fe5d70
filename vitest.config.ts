import { playwright } from '@vitest/browser-playwright';
import { defineProject, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { isolationHeaders } from './vite.config';
import { browserArguments, chromiumPath } from './scripts/browser.mjs';

const everywhere = ['src', 'cli', 'bench', 'scripts'];

/** Plain Node, for everything that knows no browser. */
const inNode = (name: string, include: string[], exclude: string[], more: TestProjectInlineConfiguration['test'] = {}) =>
  defineProject({ test: { name, environment: 'node', include, exclude, testTimeout: 300_000, hookTimeout: 300_000, ...more } });

/** Chromium (WebGPU on SwiftShader), for kernels, decoding, workers. */
const inBrowser = (name: string, include: string[], exclude: string[]) =>
  defineProject({
    // Measured material that is not part of the repository lies beside it; tests skip themselves without it.
    server: { headers: isolationHeaders, fs: { allow: ['.', '../shared'] } },
    optimizeDeps: {
      // All that any module imports: what is found later makes the tests reload in the middle, and one of them then fails to load.
      include: [
        ...[
          '@mantine/core',
          '@mantine/hooks',
          '@mantine/notifications',
          '@tabler/icons-react',
          'idb',
          'recharts',
          'zustand',
          'zustand/vanilla',
        ],
        ...['react', 'react-dom', 'react-dom/client', 'react/jsx-runtime', 'react/jsx-dev-runtime', 'comlink', 'fflate', 'valibot'],
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-core/dist/register_all_gradients',
        '@tensorflow/tfjs-backend-wasm',
        '@tensorflow/tfjs-backend-webgpu',
        '@tensorflow/tfjs-backend-cpu',
      ],
    },
    test: {
      name,
      include,
      exclude,
      testTimeout: 600_000,
      hookTimeout: 600_000,
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({ launchOptions: { executablePath: chromiumPath(), args: browserArguments } }),
        instances: [{ browser: 'chromium' }],
      },
    },
  });

/** `*.browser.test.ts` needs a browser; `*.slow.test.ts` and `*.slow.browser.test.ts` are left to `npm run test:all`. */
export default defineConfig({
  test: {
    projects: [
      inNode(
        'node',
        everywhere.map((folder) => `${folder}/**/*.test.{ts,tsx}`),
        ['**/*.{browser,slow,dawn}.test.*'],
        // One process reads every module once: imports took 15 s instead of 79. What a test puts in place of something is taken back.
        { isolate: false, restoreMocks: true, unstubGlobals: true },
      ),
      inNode('node-slow', [...everywhere.map((folder) => `${folder}/**/*.slow.test.ts`), 'src/**/fuzz.test.ts'], [], {
        env: { FUZZ_SECONDS: '60' },
      }),
      // By scripts/gpu/lanes.mjs, which starts the process with a driver.
      inNode('dawn', ['src/**/*.dawn.test.ts'], [], { setupFiles: ['src/compute/webgpu/testing/dawn.ts'], fileParallelism: false }),
      inBrowser('browser', ['src/**/*.browser.test.{ts,tsx}'], ['**/*.slow.*']),
      inBrowser('browser-slow', ['src/**/*.slow.browser.test.ts'], []),
    ],
  },
});
