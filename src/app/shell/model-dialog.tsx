/** Which trained model, after which task, in whose layout. */
import { Button, Modal, Select } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelLayout } from '../../worker/take-away';
import { useApp, useResults } from '../context';
import type { ModelChoice } from '../store/take-away';
import { useText } from '../text';
import { ProblemNote } from './problem-note';
import { methodNamed } from '../names';

const isAdapter = (layout: ModelLayout) => layout.startsWith('peft');

export function ModelDialog({ onClose }: { readonly onClose: () => void }) {
  const text = useText();
  const words = text.shell.model;
  const { takeAway } = useApp();
  const [models, setModels] = useState<readonly ModelChoice[] | null>(null);
  useEffect(() => {
    void takeAway.models().then(setModels);
  }, [takeAway]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      closeButtonProps={{ 'aria-label': text.shell.close }}
      // A header inside a dialog is none of the page.
      attributes={{ header: { role: 'presentation' } }}
    >
      {models === null && <p className="dim">{words.loading}</p>}
      {models?.length === 0 && <p>{words.none}</p>}
      {models !== null && models.length > 0 && <Choice models={models} onClose={onClose} />}
    </Modal>
  );
}

function Choice({ models, onClose }: { readonly models: readonly ModelChoice[]; readonly onClose: () => void }) {
  const text = useText();
  const words = text.shell.model;
  const layouts = Object.keys(words.layouts) as ModelLayout[];
  const { takeAway } = useApp();
  const taskNames = useResults()?.stream.tasks ?? [];
  const [method, setMethod] = useState<string | undefined>(models[0]?.method);
  const chosen = models.find((each) => each.method === method);
  const [wanted, setTask] = useState<number | undefined>(undefined);
  const [layout, setLayout] = useState<ModelLayout>('timm');
  const [busy, setBusy] = useState(false);
  const task = wanted !== undefined && chosen?.tasks.includes(wanted) ? wanted : chosen?.tasks.at(-1);
  const impossible = isAdapter(layout) && chosen?.increments !== true;
  const save = async () => {
    if (method === undefined || task === undefined) return;
    setBusy(true);
    const saved = await takeAway.saveModel(method, task, layout);
    setBusy(false);
    if (saved) onClose();
  };
  return (
    <div className="fields">
      <p className="dim">{words.intro}</p>
      <ProblemNote place="record" />
      <Select
        label={words.method}
        data={models.map((each) => ({ value: each.method, label: methodNamed(text, each.method).name }))}
        value={method ?? null}
        allowDeselect={false}
        onChange={(value) => setMethod(models.find((each) => each.method === value)?.method)}
        data-testid="model-method"
      />
      <Select
        label={words.task}
        data={(chosen?.tasks ?? []).map((each) => ({ value: String(each), label: `${each + 1}. ${taskNames[each]?.name ?? ''}` }))}
        value={task === undefined ? null : String(task)}
        allowDeselect={false}
        onChange={(value) => setTask(value === null ? undefined : Number(value))}
        data-testid="model-task"
      />
      <Select
        label={words.layout}
        data={layouts.map((each) => ({ value: each, label: words.layouts[each] }))}
        value={layout}
        allowDeselect={false}
        error={impossible ? words.noIncrements : null}
        onChange={(value) => setLayout(layouts.find((each) => each === value) ?? 'timm')}
        data-testid="model-layout"
      />
      <Button onClick={() => void save()} loading={busy} disabled={impossible || task === undefined} data-testid="model-save">
        {words.save}
      </Button>
    </div>
  );
}
