/** Gives a chart the room that it stands in: the one place where the page is measured for it. */
import { useElementSize } from '@mantine/hooks';
import { drawn, type Chart, type ChartProps } from '../figures/chart';

interface SizedProps {
  readonly chart: Chart;
  readonly of: ChartProps;
  /** Whether its panel becomes as high as it needs; else it scrolls. */
  readonly grows: boolean;
  readonly label: string;
}

export function Sized({ chart, of, grows, label }: SizedProps) {
  const { ref, height } = useElementSize();
  // Of a line inside: what a scroll bar leaves of the room.
  const { ref: line, width } = useElementSize();
  const props = { ...of, view: { ...of.view, width, height } };
  const least = width > 0 ? chart.least(props) : 0;
  const scrolls = !grows && least > height;
  return (
    <div
      className="chart-canvas"
      ref={ref}
      style={grows ? { minHeight: least } : { overflow: scrolls ? 'auto' : 'hidden' }}
      // What scrolls is reached by keys too.
      {...(scrolls ? { tabIndex: 0, role: 'group', 'aria-label': label } : {})}
    >
      <div ref={line} />
      {width > 0 && <div className="chart-drawn">{drawn(chart, props)}</div>}
    </div>
  );
}
