/** The frame of every chart: title, how to read it, table view, save; and its empty state. */
import { ActionIcon, Menu, Popover, Tooltip } from '@mantine/core';
import { IconDownload, IconInfoCircle, IconTable } from '@tabler/icons-react';
import { useId, useRef, useState, type ReactNode } from 'react';
import { text } from '../text';
import { DataTable, type TableData } from './data-table';
import { savePng, saveSvg } from './save-chart';

export interface ChartPanelProps {
  readonly title: string;
  readonly how: string;
  readonly testId: string;
  /** What a screen reader hears besides the title. */
  readonly description: string;
  /** Null while there is nothing to show: then `empty` stands in its place. */
  readonly table: TableData | null;
  readonly empty: ReactNode;
  readonly tools?: ReactNode;
  /** Inside a tab the frame is drawn by the tabs. */
  readonly bare?: boolean;
  /** Nothing to tabulate or save: a panel to work in. */
  readonly tableless?: boolean;
  readonly className?: string;
  /** Pixels that it should have at least, where its column has room; its own way unless told. */
  readonly height?: number | undefined;
  readonly children: ReactNode;
}

export function ChartPanel(props: ChartPanelProps) {
  const [asTable, setAsTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  const { title, table } = props;
  return (
    <section
      className={`${props.bare === true ? 'panel-bare' : 'panel'} ${props.className ?? ''}`}
      aria-labelledby={heading}
      style={props.height === undefined ? undefined : { ['--wanted' as string]: `${props.height}px` }}
      data-testid={props.testId}
      data-state={table === null ? 'empty' : 'ready'}
    >
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        <HowToRead title={title} how={props.how} />
        <div className="panel-tools">
          {props.tools}
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
              <SaveMenu title={title} body={() => body.current} disabled={asTable} />
            </>
          )}
        </div>
      </header>
      <div className="panel-body" ref={body}>
        {table === null ? (
          <div className="panel-empty">{props.empty}</div>
        ) : asTable ? (
          <div className="panel-scroll" tabIndex={0} role="group" aria-label={title}>
            <DataTable table={table} caption={title} />
          </div>
        ) : (
          <>
            <span className="visually-hidden">{props.description}</span>
            {props.children}
          </>
        )}
      </div>
    </section>
  );
}

function HowToRead({ title, how }: { readonly title: string; readonly how: string }) {
  return (
    <Popover width={320} withArrow position="bottom-start" withinPortal>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`${text.charts.howToRead}: ${title}`}>
          <IconInfoCircle size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown style={{ fontSize: '0.875rem' }}>{how}</Popover.Dropdown>
    </Popover>
  );
}

function SaveMenu({
  title,
  body,
  disabled,
}: {
  readonly title: string;
  readonly body: () => HTMLDivElement | null;
  readonly disabled: boolean;
}) {
  const withBody = (act: (element: HTMLDivElement) => void) => () => {
    const element = body();
    if (element !== null) act(element);
  };
  return (
    <Menu position="bottom-end" disabled={disabled}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" disabled={disabled} aria-label={`${text.charts.save}: ${title}`}>
          <IconDownload size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={withBody((element) => saveSvg(element, title))}>{text.charts.saveSvg}</Menu.Item>
        <Menu.Item onClick={withBody((element) => void savePng(element, title))}>{text.charts.savePng}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
