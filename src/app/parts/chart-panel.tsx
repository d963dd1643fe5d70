/** The frame of every chart: title, how to read it, table view, save; and its empty state. */
import { ActionIcon, Menu, Popover, Tooltip } from '@mantine/core';
import { IconDownload, IconInfoCircle, IconMaximize, IconTable } from '@tabler/icons-react';
import { useId, useRef, useState, type ReactNode } from 'react';
import { useAddress } from '../address';
import { recordIn } from '../bundled-names';
import { useAppState } from '../context';
import type { Chart, ChartProps } from '../figures/chart';
import { runNamed } from '../names';
import { useText } from '../text';
import { DataTable, type TableData } from './data-table';
import { Sized } from './sized';

export interface ChartPanelProps {
  readonly title: string;
  readonly how: string;
  readonly testId: string;
  /** What a screen reader hears besides the title. */
  readonly description: string;
  /** Worked out when it is asked for. Null while there is nothing to show: then `empty` stands in its place. */
  readonly table: (() => TableData) | null;
  readonly empty: ReactNode;
  readonly tools?: ReactNode;
  /** Inside a tab the frame is drawn by the tabs. */
  readonly bare?: boolean;
  /** Nothing to tabulate: a panel to work in. */
  readonly tableless?: boolean;
  readonly className?: string;
  /** What is drawn, and can be saved; null before there is a record. */
  readonly drawing?: { readonly chart: Chart; readonly of: ChartProps; readonly grows?: boolean } | null;
  /** Below the drawing, or instead of one. */
  readonly children?: ReactNode;
}

export function ChartPanel(props: ChartPanelProps) {
  const text = useText();
  const [asTable, setAsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  const { title, table, drawing } = props;
  const { present } = useAddress();
  const run = useAppState(({ results }) => (results === null ? null : runNamed(text, recordIn(text, results))));
  return (
    <section
      className={`${props.bare === true ? 'panel-bare' : 'panel'} ${props.className ?? ''}`}
      aria-labelledby={heading}
      data-testid={props.testId}
      data-state={table === null ? 'empty' : 'ready'}
    >
      <header className="panel-head">
        <div className="panel-title">
          <h2 id={heading} title={run === null ? title : `${title} · ${run}`}>
            {title}
          </h2>
          <HowToRead title={title} how={props.how} />
        </div>
        <div className="panel-tools">
          {props.tools}
          {present && (
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`${text.charts.wholeScreen}: ${title}`}
              onClick={(event) => void event.currentTarget.closest('.panel')?.requestFullscreen?.()}
            >
              <IconMaximize size={18} />
            </ActionIcon>
          )}
          {table !== null && props.tableless !== true && (
            <>
              <Tooltip label={asTable ? text.charts.showChart : text.charts.showTable}>
                <ActionIcon
                  variant={asTable ? 'light' : 'subtle'}
                  color="gray"
                  aria-label={`${asTable ? text.charts.showChart : text.charts.showTable}: ${title}`}
                  aria-pressed={asTable}
                  onClick={() => setAsTable(!asTable)}
                >
                  <IconTable size={18} />
                </ActionIcon>
              </Tooltip>
              {drawing && <SaveMenu title={title} drawing={drawing} body={() => body.current} disabled={asTable} />}
            </>
          )}
        </div>
      </header>
      <div className="panel-body" ref={body}>
        {table === null ? (
          <div className="panel-empty">{props.empty}</div>
        ) : asTable ? (
          <div className="panel-scroll" tabIndex={0} role="group" aria-label={title}>
            <DataTable table={table()} caption={run === null ? title : `${title} · ${run}`} />
          </div>
        ) : (
          <>
            <span className="visually-hidden">{props.description}</span>
            {drawing && <Sized chart={drawing.chart} of={drawing.of} grows={drawing.grows === true} label={title} />}
            {props.children}
          </>
        )}
      </div>
    </section>
  );
}

function HowToRead({ title, how }: { readonly title: string; readonly how: string }) {
  const text = useText();
  return (
    // Above: below it would lie over the chart that it explains.
    <Popover width={320} withArrow position="top-start" withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`${text.charts.howToRead}: ${title}`}>
          <IconInfoCircle size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ fontSize: '0.875rem' }}>{how}</Popover.Dropdown>
    </Popover>
  );
}

interface SaveMenuProps {
  readonly title: string;
  readonly drawing: { readonly chart: Chart; readonly of: ChartProps };
  readonly body: () => HTMLDivElement | null;
  readonly disabled: boolean;
}

function SaveMenu({ title, drawing: { chart, of }, body, disabled }: SaveMenuProps) {
  const text = useText();
  /** As it stands on the page. */
  const shown = (): ChartProps => {
    const canvas = body()?.querySelector('.chart-canvas');
    const { clientWidth: width, clientHeight: height } = canvas ?? { clientWidth: of.view.width, clientHeight: of.view.height };
    return { ...of, view: { ...of.view, width, height } };
  };
  return (
    <Menu position="bottom-end" disabled={disabled}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" disabled={disabled} aria-label={`${text.charts.save}: ${title}`}>
          <IconDownload size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void import('./save-chart').then(({ saveSvg }) => saveSvg(chart, shown()))}>
          {text.charts.saveSvg}
        </Menu.Item>
        <Menu.Item onClick={() => void import('./save-chart').then(({ savePng }) => savePng(chart, shown()))}>
          {text.charts.savePng}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
