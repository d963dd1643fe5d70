/** The page by hand: a button, what goes on, the tables, and the figures to take away. */
import type { Outcome } from './report';
import type { BenchOptions } from './run';
import { blocksOf, type Block } from './table';

type Run = (
  asked: { quick?: boolean } & Partial<BenchOptions>,
  report: (line: string) => void,
  soFar: (outcome: Outcome) => void,
) => Promise<Outcome>;

function element<K extends keyof HTMLElementTagNameMap>(name: K, text = ''): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function nodeOf(block: Block): HTMLElement {
  if (typeof block === 'string') return element('p', block);
  const table = element('table');
  table.append(element('caption', block.title));
  const head = table.createTHead().insertRow();
  for (const column of block.columns) {
    const cell = element('th', column);
    cell.scope = 'col';
    head.append(cell);
  }
  const body = table.createTBody();
  for (const cells of block.rows) {
    const row = body.insertRow();
    cells.forEach((text, i) => {
      const cell = element(i === 0 ? 'th' : 'td', text);
      if (i === 0) cell.setAttribute('scope', 'row');
      row.append(cell);
    });
  }
  const frame = element('div');
  frame.className = 'frame';
  frame.tabIndex = 0;
  frame.role = 'group';
  frame.ariaLabel = block.title;
  frame.append(table);
  return frame;
}

function save(name: string, content: string): void {
  const link = element('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'application/json' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function find(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

export function showPage(run: Run): void {
  const [log, status, results, take] = ['log', 'status', 'results', 'take'].map(find);
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('button[data-run]')];
  if (!log || !status || !results || !take) return;
  let last: Outcome | null = null;
  const show = (outcome: Outcome): void => {
    last = outcome;
    results.replaceChildren(...blocksOf(outcome.json).map(nodeOf));
    take.hidden = false;
  };
  const start = async (button: HTMLButtonElement): Promise<void> => {
    buttons.forEach((one) => (one.disabled = true));
    log.textContent = '';
    results.replaceChildren();
    take.hidden = true;
    status.textContent = 'Measuring. Leave this tab in front and the machine alone.';
    try {
      const mode = button.dataset['run'];
      const asked = mode === 'quick' ? { quick: true } : mode === 'growth' ? { shapes: [], growth: true } : {};
      show(await run(asked, (line) => (log.textContent += `${line}\n`), show));
      status.textContent = 'Done.';
    } catch (error) {
      status.textContent = `Stopped: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      buttons.forEach((one) => (one.disabled = false));
    }
  };
  for (const button of buttons) button.addEventListener('click', () => void start(button));
  find('copy').addEventListener('click', () => {
    if (!last) return;
    navigator.clipboard.writeText(last.table).then(
      () => (status.textContent = 'Copied as Markdown.'),
      () => (status.textContent = 'The browser did not allow copying: select the tables instead.'),
    );
  });
  find('save').addEventListener('click', () => {
    if (last) save('bench.json', `${JSON.stringify(last.json, null, 1)}\n`);
  });
}
