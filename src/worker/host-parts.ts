/** What the host is made of: the parts that a browser, Node and tests fill in differently. */
import { SaidError } from '../common/said';
import type { ComputeDevice, DeviceKind } from '../compute/backbone';
import type { LinearAlgebra } from '../compute/linalg/linear-algebra';
import type { LayerWork } from '../continual/layer-work';
import type { RgbImage } from '../data/decode';
import type { LabelledImages } from '../data/labelled-images';
import type { Experiment } from '../session/experiment';
import type { DeviceReport } from './api';
import type { KeptCalibrations } from './calibrations';
import type { OnProgress } from './download';
import type { Hub } from './hub/hub';
import type { Manifest } from './own-images';
import type { RunFiles } from './runs/run-files';
import type { WriteState } from './runs/state-writer';
import type { Sources, StreamFiles } from './sources';

export interface OpenedDevice {
  readonly device: ComputeDevice;
  readonly unavailable: DeviceReport['unavailable'];
}

export interface HostParts {
  readonly sources: Sources;
  readonly openHub?: () => Promise<Hub>;
  readonly openDevice: (kind: DeviceKind | 'auto') => Promise<OpenedDevice>;
  readonly linalg: LinearAlgebra;
  /** Where the subspaces of whole layers are worked out; on this thread unless told. */
  readonly layers?: LayerWork | undefined;
  /** Decodes a stream's images to `size`. Throws DataError, and MissingFileError where they are not the ones that a link asks for. */
  readonly readImages: (
    files: StreamFiles,
    experiment: Experiment,
    size: number,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ) => Promise<{ readonly images: LabelledImages; readonly manifest: Manifest }>;
  readonly decode: (bytes: Uint8Array) => Promise<RgbImage>;
  /** Where what was measured of devices outlives the page; nowhere unless told. */
  readonly calibrations?: KeptCalibrations | undefined;
  /** Where runs are kept as they go; in memory unless told. */
  readonly runFiles?: RunFiles | undefined;
  /** Who writes states there; the host itself unless told. */
  readonly writeState?: WriteState | undefined;
}

/** A call that does not fit where the host stands: no run is open, say. */
export class HostStateError extends SaidError {
  override readonly name = 'HostStateError';
}
