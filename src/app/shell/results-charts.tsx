/** The charts of the results: one piece of code with the library that draws them. */
import { AccuracyPanel } from '../charts/accuracy-panel';
import { MatrixPanel } from '../charts/matrix-panel';
import { HoodPanel } from '../hood/hood-panel';
import { Catch } from '../parts/catch';

export function ResultsCharts() {
  return (
    <>
      <Catch>
        <AccuracyPanel />
      </Catch>
      <div className="lower">
        <Catch>
          <MatrixPanel />
        </Catch>
        <Catch>
          <HoodPanel />
        </Catch>
      </div>
    </>
  );
}
