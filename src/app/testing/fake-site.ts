/** The site's lists with a synthetic recorded run added, for developing the page. */
import type { FetchJson } from '../store/catalogue';
import { syntheticRecord } from './synthetic-record';

export async function fakeFetch(path: string, fetchJson: FetchJson): Promise<unknown> {
  if (path === 'runs/index.json') {
    return { schema: 1, runs: [{ id: 'synthetic', title: 'Synthetic (made up)', file: 'synthetic.json', stream: 'alphabets' }] };
  }
  if (path === 'runs/synthetic.json') {
    const asked = new URLSearchParams(location.search).get('methods');
    return syntheticRecord(asked === null ? {} : { methods: asked.split(',') });
  }
  return fetchJson(path);
}
