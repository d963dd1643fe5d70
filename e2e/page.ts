/** The page as a person uses it; every journey fails on an error in the console. */
import { test as base, expect, type Page } from '@playwright/test';
import type { FileToDrop } from './materials';

export { expect };

export class Playground {
  constructor(readonly page: Page) {}

  async open(hash = '') {
    await this.page.goto(`./${hash}`);
    await expect(this.page.getByTestId('transport')).toBeVisible();
  }

  by(id: string) {
    return this.page.getByTestId(id);
  }

  /** Drops files onto the middle of the page. */
  async drop(...files: readonly FileToDrop[]) {
    const transfer = await this.page.evaluateHandle(
      (list) => {
        const data = new DataTransfer();
        for (const { name, base64 } of list) {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          data.items.add(new File([bytes], name));
        }
        return data;
      },
      files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') })),
    );
    await this.page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await this.page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  }

  /** What the transport bar says once the run is over. */
  async finished(timeout = 120_000) {
    await expect(this.by('start')).toBeVisible({ timeout });
    await expect(this.by('stop')).toBeDisabled({ timeout });
  }

  problem(place: string) {
    return this.by(`problem-${place}`);
  }

  /** The record as the share menu saves it. */
  async savedRecord(): Promise<string> {
    await this.by('share').click();
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.by('save-record').click()]);
    const stream = await download.createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(part as Buffer);
    return Buffer.concat(parts).toString('utf8');
  }
}

/** `allowed`: console errors a journey provokes on purpose. */
export const test = base.extend<{ playground: Playground; allowed: RegExp[] }>({
  allowed: [[], { option: true }],
  playground: async ({ page, allowed }, use) => {
    const errors: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' && !allowed.some((pattern) => pattern.test(message.text()))) errors.push(message.text());
    });
    page.on('pageerror', (error) => {
      if (!allowed.some((pattern) => pattern.test(error.message))) errors.push(`${error.name}: ${error.message} ${error.stack ?? ''}`);
    });
    await use(new Playground(page));
    expect(errors, 'errors in the console').toEqual([]);
  },
});
