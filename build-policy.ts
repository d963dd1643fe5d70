/** The content security policy of the built page: it talks to its own site, and to the hub that a person asks for a model or data set. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Hugging Face, the places that it redirects downloads to, and the mirror that is usual where it is blocked. */
const HUB = ['https://huggingface.co', 'https://*.huggingface.co', 'https://*.hf.co', 'https://hf-mirror.com', 'https://*.hf-mirror.com'];

/** `scripts`: sources of the page's own inline scripts. */
export function contentPolicy(scripts: readonly string[]): string {
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'self'"],
    // WebAssembly counts as eval; tfjs starts its threads from a blob.
    'script-src': ["'self'", "'wasm-unsafe-eval'", 'blob:', ...hashes],
    'worker-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", 'blob:', 'data:', ...HUB],
    'img-src': ["'self'", 'blob:', 'data:'],
    'media-src': ["'self'", 'blob:'],
    // Component styles are set as they are drawn.
    'style-src': ["'self'", "'unsafe-inline'"],
    'font-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'base-uri': ["'self'"],
    'form-action': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}

let isSite = false;

/** Puts the policy into the built page, so that it holds on any static host. The bench brings peers that need more. */
export const policyPlugin: Plugin = {
  name: 'content-policy',
  apply: 'build',
  configResolved({ root }) {
    isSite = existsSync(join(root, 'src', 'app'));
  },
  transformIndexHtml: {
    order: 'post',
    handler(html) {
      if (!isSite) return html;
      const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, source = '']) => source);
      // Behind the charset, which has to stand among the first bytes, and before any script.
      return html.replace(/<meta charset="utf-8" ?\/?>/, (charset) => {
        return `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${contentPolicy(inline)}" />`;
      });
    },
  },
};
