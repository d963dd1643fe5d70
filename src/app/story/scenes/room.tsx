/** 7. What DualGPM holds of every layer's input, task by task, and what is left. */
import { memoryHistory, type SiteMeter } from '../../charts/subspaces';
import { useStory } from '../../text/story';
import { defineScene } from '../define';
import { experimentWith } from '../material';
import { Plot } from '../plot';
import { said } from '../said';
import type { PictureProps } from '../scene';
import { shortName } from '../task-pictures';

const METHOD = 'inflora';
/** After which tasks the class may say that no room is left, counted from 1; the last option is that some is. */
const FIRST_OPTION = 3;
const OPTIONS = 4;

interface Facts {
  readonly tasks: readonly string[];
  /** Of each input, after each task. */
  readonly history: readonly (readonly SiteMeter[])[];
  /** Directions that an update wants. */
  readonly rank: number;
}

const taken = ({ occupied, of }: SiteMeter): number => occupied / of;
const left = ({ occupied, of }: SiteMeter): number => of - occupied;
const tightest = (sites: readonly SiteMeter[] = []): SiteMeter | undefined => sites.toSorted((a, b) => left(a) - left(b))[0];

export const room = defineScene<Facts>({
  id: 'room',
  experiment: (material, { story }) => experimentWith(material, story.titles.room, METHOD),
  record(material) {
    const history = memoryHistory(material.record, METHOD).map(({ sites }) => sites);
    return {
      tasks: material.record.stream.tasks.map(({ name }) => shortName(name)),
      history,
      rank: Math.max(0, ...(history[0] ?? []).map(({ freeRank }) => freeRank)),
    };
  },
  cues: ({ history }) => history.length - 1,
  predict: { kind: 'choice', options: OPTIONS },
  options: ({ story }) => story.room.options,
  ask: ({ history, rank }, { story }) => story.room.ask(rank, said(story, Math.max(...(history[0] ?? []).map(taken)))),
  reveal({ history, tasks, rank }, stop, { story }) {
    const site = tightest(history[stop]);
    if (site === undefined) return '';
    const facts = [tasks[stop] ?? '', story.room.site(site.block + 1, site.input), site.occupied, site.of, left(site)] as const;
    return stop < history.length - 1 ? story.room.step(...facts) : story.room.reveal(...facts, rank);
  },
  right({ history, rank }) {
    const full = history.findIndex((sites) => sites.some((site) => left(site) < rank)) + 1;
    return full === 0 ? OPTIONS - 1 : Math.max(0, full - FIRST_OPTION);
  },
  check: ({ history }) => ({
    'there is a memory after every task': history.length > 2 && history.every((sites) => sites.length > 0),
    'no input ever gets directions back': history.every((sites, task) =>
      sites.every((site, i) => task === 0 || site.occupied >= (history[task - 1]?.[i]?.occupied ?? Infinity)),
    ),
    'at the end the tightest input has less than a quarter left': taken(tightest(history.at(-1)) ?? { ...NO_SITE }) > 0.75,
  }),
  Picture: Room,
});

const NO_SITE: SiteMeter = { block: 0, input: '', type: 'remove', of: 1, freeRank: 0, stored: 0, occupied: 0 };

function Room({ facts: { history, tasks }, stop }: PictureProps<Facts>) {
  const words = useStory().room;
  const sites = history[stop] ?? [];
  const before = history[stop - 1] ?? [];
  const blocks = [...new Set(sites.map(({ block }) => block))];
  const place = (site: SiteMeter, i: number) => i + site.block * 0.6;
  const last = sites.length === 0 ? 1 : place(sites[sites.length - 1] ?? NO_SITE, sites.length - 1);
  const inBlock = sites.length / Math.max(1, blocks.length);
  return (
    <Plot
      label={words.picture(tasks[stop] ?? '')}
      x={[-0.7, last + 0.7]}
      yName={words.axis}
      xTicks={blocks.map((block) => ({ at: block * (inBlock + 0.6) + (inBlock - 1) / 2, label: words.block(block + 1) }))}
      xName={words.after(tasks[stop] ?? '', stop + 1, tasks.length)}
    >
      {({ x, y, bottom, top, em }) => {
        const half = (x(1) - x(0)) * 0.4;
        return sites.map((site, i) => {
          const at = x(place(site, i)) - half;
          const [now, then] = [y(taken(site)), y(before[i] === undefined ? 0 : taken(before[i]))];
          return (
            <g key={i}>
              <rect className="room" x={at} width={2 * half} y={top} height={bottom - top} />
              <rect className="bar" data-look="before" x={at} width={2 * half} y={then} height={Math.max(0, bottom - then)} />
              <rect className="bar" x={at} width={2 * half} y={now} height={Math.max(0, then - now)} />
              {half > em * 0.9 && (
                <text className="plot-soft" x={at + half} y={now - em * 0.3} textAnchor="middle">
                  {Math.round(100 * taken(site))}
                </text>
              )}
            </g>
          );
        });
      }}
    </Plot>
  );
}
