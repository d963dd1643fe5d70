/** A tab of a browser that Playwright cannot drive: what journeys need of it, in the page's own JavaScript. */
import { expect } from '@playwright/test';
import type { FileToDrop } from '../materials';

export interface Tab {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  /** The value, as JSON, of an expression that may await. */
  evaluate(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export interface OtherBrowser {
  readonly name: string;
  /** Null where it is not installed: `install` says how it would be. */
  readonly path: string | null;
  readonly install: string;
  readonly webgpu: boolean;
  open(): Promise<Tab>;
}

/** A script for WebDriver's asynchronous execution, whose answer `answerOf` reads. */
export const asking = (expression: string): string =>
  `const done = arguments[0]; (async () => JSON.stringify((await (${expression})) ?? null))().then(done, (error) => done(JSON.stringify({ failed: String(error) })));`;

/** Throws where the expression did. */
export function answerOf(answer: unknown): unknown {
  const found = JSON.parse(answer as string) as unknown;
  if (typeof found === 'object' && found !== null && 'failed' in found) throw new Error(String(found.failed));
  return found;
}

const element = (id: string): string => `document.querySelector('[data-testid="${id}"]')`;

/** As `Playground` of e2e/page.ts, as far as these browsers need it. */
export class OtherPlayground {
  constructor(
    readonly tab: Tab,
    private readonly base: string,
  ) {}

  async open(hash = ''): Promise<void> {
    // Another address with the same path would not load anew.
    await this.tab.goto('about:blank');
    await this.tab.goto(this.base + hash);
    await this.until(`${element('transport')} !== null`);
  }

  async until(expression: string, timeout = 120_000): Promise<void> {
    await expect.poll(() => this.tab.evaluate(`Boolean(${expression})`), { timeout, message: expression }).toBe(true);
  }

  text = (id: string): Promise<string> => this.tab.evaluate(`${element(id)}?.textContent ?? ''`) as Promise<string>;
  value = async (id: string): Promise<number> => Number(await this.tab.evaluate(`${element(id)}?.dataset.value ?? 'NaN'`));

  async shows(id: string, pattern: RegExp, timeout?: number): Promise<void> {
    await this.until(`${String(pattern)}.test(${element(id)}?.textContent ?? '')`, timeout);
  }

  async click(id: string): Promise<void> {
    await this.until(`${element(id)} !== null && !${element(id)}.disabled`);
    await this.tab.evaluate(`${element(id)}.click()`);
  }

  /** Clicks as soon as `seen` shows the pattern, however short: asked from outside, a fast task can be over between two looks. */
  async clickWhen(id: string, seen: string, pattern: RegExp, timeout: number): Promise<void> {
    const clicked = await this.tab.evaluate(`new Promise((resolve) => {
      const end = (found) => (clearTimeout(late), watching.disconnect(), resolve(found));
      const late = setTimeout(() => end(false), ${timeout});
      const look = () => {
        const button = ${element(id)};
        if ((button?.disabled ?? true) || !${String(pattern)}.test(${element(seen)}?.textContent ?? '')) return;
        button.click();
        end(true);
      };
      const watching = new MutationObserver(look);
      watching.observe(document.body, { subtree: true, childList: true, characterData: true });
      look();
    })`);
    expect(clicked, `${seen} shows ${String(pattern)}`).toBe(true);
  }

  async finished(timeout = 240_000): Promise<void> {
    await this.until(`${element('start')} !== null && ${element('stop')}?.disabled === true`, timeout);
  }

  async drop(...files: readonly FileToDrop[]): Promise<void> {
    const list = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
    // Not a DataTransfer: WebKit takes no files into one that a script made.
    await this.tab.evaluate(`(() => {
      const files = ${JSON.stringify(list)}.map(
        ({ name, base64 }) => new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name),
      );
      const data = { types: ['Files'], items: [], files };
      for (const type of ['dragover', 'drop']) {
        const event = new DragEvent(type, { bubbles: true, cancelable: true });
        Object.defineProperty(event, 'dataTransfer', { value: data });
        document.body.dispatchEvent(event);
      }
    })()`);
  }
}
