/** The lesson: one scene at a time on the whole page, moved on by keys, buttons or the address. */
import './story.css';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconMaximize, IconPresentation, IconUsers, IconX } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { defaultExperiment } from '../../session/defaults';
import { experimentToHash } from '../../session/link';
import { recordIn } from '../bundled-names';
import { useAddress } from '../address';
import { Catch } from '../parts/catch';
import { fetchFromSite } from '../store/catalogue';
import { useText } from '../text';
import { useStory } from '../text/story';
import { loadMaterial, type Material } from './material';
import { Choices } from './choices';
import { ClassDialog } from './class';
import { useLine } from './line';
import { answerTo, useProgress } from './progress';
import type { Answer, OpenScene } from './scene';
import { SCENES } from './scenes';
import { useWalk, type Walk } from './use-walk';

const PLAYGROUND = experimentToHash(defaultExperiment);
const NO_OTHERS: readonly Answer[] = [];

function useMaterial(): Material | Error | null {
  const [material, setMaterial] = useState<Material | Error | null>(null);
  useEffect(() => {
    loadMaterial(fetchFromSite).then(setMaterial, (error: unknown) =>
      setMaterial(error instanceof Error ? error : new Error(String(error))),
    );
  }, []);
  return material;
}

export default function Story() {
  const story = useStory();
  const material = useMaterial();
  if (material === null || material instanceof Error) {
    return (
      <main className="story story-waiting">
        <p role={material === null ? 'status' : 'alert'}>{material === null ? story.loading : story.failed(material.message)}</p>
        <a href={PLAYGROUND}>{story.toPlayground}</a>
      </main>
    );
  }
  return <Told material={material} />;
}

function Told({ material }: { readonly material: Material }) {
  const story = useStory();
  const text = useText();
  const scenes = useMemo(
    () => SCENES.map((scene) => scene.open({ ...material, record: recordIn(text, material.record) }, { story, text })),
    [material, story, text],
  );
  const cues = useMemo(() => scenes.map((scene) => scene.cues), [scenes]);
  const walk = useWalk(cues);
  const { embed } = useAddress();
  const scene = scenes[walk.scene - 1];
  useLine(walk, scene?.cues ?? 0, scenes.length);
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      const inside = event.target instanceof Element && event.target.closest('[role="dialog"]') !== null;
      if (event.key === 'Escape' && !embed && !inside && document.fullscreenElement === null) location.hash = PLAYGROUND;
    };
    window.addEventListener('keydown', leave);
    return () => window.removeEventListener('keydown', leave);
  }, [embed]);
  if (scene === undefined) return null;
  return (
    <div className="story" data-testid="story" data-scene={scene.id} data-stop={walk.stop}>
      {!embed && <Bar walk={walk} count={scenes.length} />}
      <main className="story-main" aria-label={story.of(walk.scene, scenes.length)}>
        <OneScene key={scene.id} scene={scene} stop={walk.stop} />
      </main>
      <Foot walk={walk} scene={scene} last={walk.scene === scenes.length} seed={recordIn(text, material.record)} embed={embed} />
    </div>
  );
}

function Bar({ walk, count }: { readonly walk: Walk; readonly count: number }) {
  const story = useStory();
  const { locale } = useText();
  const [open, setOpen] = useState(false);
  return (
    <header className="story-bar">
      <h1>{story.title}</h1>
      <nav aria-label={story.scenes}>
        <ol>
          {Array.from({ length: count }, (_, i) => (
            <li key={i}>
              <a
                href={`#scene=${i + 1}`}
                aria-current={walk.scene === i + 1 ? 'step' : undefined}
                aria-label={story.of(i + 1, count)}
                data-testid={`scene-${i + 1}`}
              >
                {i + 1}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div className="story-tools">
        <Tool label={story.class.open} onClick={() => setOpen(true)} testId="open-class">
          <IconUsers />
        </Tool>
        <ClassDialog opened={open} onClose={() => setOpen(false)} />
        <Tool
          label={story.lecturer}
          onClick={() => window.open(`#notes&lang=${locale}`, 'lecturer', 'popup,width=720,height=720')}
          testId="open-notes"
        >
          <IconPresentation />
        </Tool>
        <Tool label={story.fullScreen} onClick={() => void toggleFullScreen()} testId="full-screen">
          <IconMaximize />
        </Tool>
        <Tooltip label={story.toPlayground}>
          <ActionIcon
            component="a"
            href={PLAYGROUND}
            variant="subtle"
            color="gray"
            size="2.2em"
            aria-label={story.toPlayground}
            data-testid="leave"
          >
            <IconX />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

async function toggleFullScreen(): Promise<void> {
  if (document.fullscreenElement === null) await document.documentElement.requestFullscreen?.().catch(() => undefined);
  else await document.exitFullscreen();
}

interface ToolProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly testId: string;
  readonly children: React.ReactNode;
}

function Tool({ label, onClick, testId, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size="2.2em" aria-label={label} onClick={onClick} data-testid={testId}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function OneScene({ scene, stop }: { readonly scene: OpenScene; readonly stop: number }) {
  const story = useStory();
  const answer = useProgress(({ answers }) => answers[scene.id]) ?? null;
  const others = useProgress((state) => state.others[scene.id]) ?? NO_OTHERS;
  return (
    <>
      <h2>{story.titles[scene.id]}</h2>
      <div className="story-picture">
        <Catch>
          <scene.Picture stop={stop} answer={answer} onAnswer={(given) => answerTo(scene.id, given)} others={others} />
        </Catch>
      </div>
      {scene.predict.kind === 'choice' && (
        <Choices scene={scene} revealed={stop > 0} answer={answer} others={others} onAnswer={(given) => answerTo(scene.id, given)} />
      )}
      <p className="story-said" role="status" data-testid="said">
        {stop === 0 ? scene.ask : scene.reveal(stop)}
      </p>
    </>
  );
}

function Foot(props: {
  readonly walk: Walk;
  readonly scene: OpenScene;
  readonly last: boolean;
  readonly seed: Material['record'];
  readonly embed: boolean;
}) {
  const story = useStory();
  const { walk, scene, last, seed, embed } = props;
  const done = last && walk.stop === scene.cues;
  return (
    <footer className="story-foot">
      <span className="story-source">{story.recordedOf(seed.stream.title, seed.experiment.seed)}</span>
      <a
        className="story-compute"
        href={experimentToHash(scene.experiment)}
        {...(embed ? { target: '_blank', rel: 'noopener' } : {})}
        data-testid="compute-here"
      >
        {story.computeHere}
      </a>
      <Button
        variant="default"
        leftSection={<IconArrowLeft size="1.2em" aria-hidden />}
        disabled={walk.scene === 1 && walk.stop === 0}
        onClick={walk.back}
        aria-keyshortcuts="ArrowLeft PageUp"
        data-testid="back"
      >
        {story.back}
      </Button>
      <Button
        rightSection={<IconArrowRight size="1.2em" aria-hidden />}
        disabled={done}
        onClick={walk.next}
        aria-keyshortcuts="ArrowRight PageDown"
        data-testid="next"
      >
        {walk.stop === 0 ? story.reveal : story.next}
      </Button>
    </footer>
  );
}
