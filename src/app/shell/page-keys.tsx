/** What the address asks of the whole page: controls that it leaves out. */
import { useAddress } from '../address';

/** Names that stand for more than one control. */
const GROUPS: Readonly<Record<string, readonly string[]>> = { setup: ['setup', 'setup-rail', 'open-drawer', 'next-change'] };

/** Every control is known by its `data-testid`; a field goes with its label, a section with what it holds. */
export function LeftOut() {
  const names = useAddress().hide.flatMap((name) => GROUPS[name] ?? [name]);
  if (names.length === 0) return null;
  const selectors = names.flatMap((name) => [
    `[data-testid="${name}"]`,
    `:is(.field, .mantine-Accordion-item):has([data-testid="${name}"])`,
  ]);
  return <style>{`${selectors.join(',')}{display:none !important}`}</style>;
}
