import { main } from '../main';
import { fakeSite } from './fake-site';

/** `lab` as somebody in `home` calls it, on a page of fakes. */
export async function runLab(line: string, home: string, { site = fakeSite(), engine = 'engine-1' } = {}) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const code = await main(line.split(' '), {
    builtSite: () => 'nowhere',
    engineVersion: () => engine,
    from: home,
    openSite: async () => site,
    print: (text) => printed.push(text),
    complain: (text) => complaints.push(text),
  });
  return { code, printed: printed.join('\n'), complaints: complaints.join('\n'), site };
}
