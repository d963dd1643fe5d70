/** The typed boundary between page and worker: the same interface on both sides (comlink carries it). */
import { type Said, type Sentence } from '../common/said';
import type { DeviceInfo, DeviceKind, ProductKinds } from '../compute/backbone';
import type { StepProfile } from '../compute/step-profile';
import type { Yardstick } from '../compute/yardstick';
import type { DuplicateReport } from '../data/duplicates';
import type { Skipped } from '../data/file-tree';
import type { Understood } from '../data/understood';
import type { VitConfig } from '../vit/config';
import type { Experiment, HubHost, MethodId } from '../session/experiment';
import type { GoldenProgress, GoldenReport } from '../golden/types';
import type { MethodDuration } from '../session/duration';
import type { RunEvent } from '../session/events';
import type { RunRecord } from '../session/record';
import type { RunState } from '../session/run';
import type { KeptModel, ModelFacts } from './hub/model-facts';
import type { MixAnswer, MixQuestion } from './mixer';
import type { ModelRequest } from './take-away';

export interface DeviceReport {
  /** What will compute. */
  readonly chosen: DeviceInfo;
  /** Better devices that do not run here, each with the reason in words. */
  readonly unavailable: readonly { readonly kind: DeviceKind; readonly reason: Said }[];
}

/** Bytes the page holds for a `file` source: a dropped archive, checkpoint or folder. */
export type NamedFile = { readonly name: string; readonly file: Blob };

export interface LoadProgress {
  /** `check`: hashing what was not decoded. */
  readonly stage: 'download' | 'read' | 'decode' | 'check';
  readonly done: number;
  /** 0 when unknown. */
  readonly total: number;
  /** No bytes come for now: the next try is so many seconds away. */
  readonly waiting?: { readonly seconds: number; readonly reason: Said };
  /** The first picture of a class, rgb [side, side, 3], as soon as there is one. */
  readonly first?: { readonly name: string; readonly side: number; readonly pixels: Uint8Array };
}

export interface BackboneSummary {
  readonly title: string;
  readonly sha256: string;
  readonly config: VitConfig;
  readonly parameters: number;
  /** The models that the file holds, the one in use first; `experiment.backbone.copy` chooses another. */
  readonly copies?: readonly string[];
  /** What is worth knowing of how the file was read, in sentences. */
  readonly notes: readonly Sentence[];
  /** What the file did not say and what was assumed instead, for a question to the user. */
  readonly assumed: readonly {
    readonly field: 'heads' | 'layerNormEps' | 'mean' | 'std';
    readonly value: string;
    readonly because: Sentence;
  }[];
}

export interface StreamSummary {
  readonly title: string;
  readonly sha256: string;
  readonly kind: 'class-incremental' | 'domain-incremental';
  readonly classNames: readonly string[];
  readonly tasks: readonly {
    readonly name: string;
    readonly from: number;
    readonly to: number;
    readonly train: number;
    readonly test: number;
  }[];
  readonly skipped: readonly Skipped[];
  /** What was understood of the files, with counts, and where they could be read otherwise. */
  readonly understood: readonly Understood[];
  readonly imageSize: number;
  /** One RGB thumbnail a class, [classes, side, side, 3]. */
  readonly thumbnails: { readonly side: number; readonly pixels: Uint8Array };
  /** Where classes look different from domain to domain: one training image of a few classes of each task, with columns, of the thumbnails' side. Else none. */
  readonly examples: readonly { readonly labels: readonly number[]; readonly pixels: Uint8Array }[];
  /** Every class of the source under its own name, used or not: what tasks are built from. */
  readonly source: {
    readonly classNames: readonly string[];
    readonly domainNames: readonly string[];
    readonly train: readonly number[];
    readonly test: readonly number[];
    readonly thumbnails: { readonly side: number; readonly pixels: Uint8Array };
  };
  /** Number of the user's own files, unpacked, and their bytes; absent for what the site or the web gave. */
  readonly own?: { readonly files: number; readonly bytes: number } | undefined;
}

export interface RunEstimate {
  /** Peak bytes over all methods, and what the device is believed to offer (null when unknown). */
  readonly bytes: number;
  readonly available: number | null;
  readonly largestBatch: number;
  readonly fits: boolean;
  /** Only fits with activations computed again for the backward pass: a little slower. */
  readonly recomputes: boolean;
  /** Only fits with so many images of a batch at a time. */
  readonly images?: number;
  /** Time by method; null where the engine cannot tell. */
  readonly time: readonly MethodDuration[] | null;
}

/** How fast this device trains the experiment's methods, and where the time goes. Plain JSON. */
export interface SpeedReport {
  readonly date: string;
  readonly version: string;
  readonly userAgent: string;
  readonly device: DeviceInfo;
  readonly config: VitConfig;
  readonly tokens: number;
  /** Kernels of products that were measured fastest, where the device has a choice. */
  readonly kernels?: ProductKinds;
  readonly steps: readonly { readonly method: string; readonly profile: StepProfile }[];
  /** Absent from reports of versions without. */
  readonly yardstick?: Yardstick;
}

/** A few test images of one task with their truth; `positions` index that task's `predicted` in the run record. */
export interface TestSample {
  readonly side: number;
  /** [n, side, side, 3]. */
  readonly pixels: Uint8Array;
  /** Classifier column of each image. */
  readonly labels: readonly number[];
  readonly positions: readonly number[];
}

export interface PredictionRow {
  readonly label: string;
  readonly probability: number;
}

/** A run as it stood: what it found, and what it needs to go on. */
export interface SavedRun {
  readonly record: RunRecord;
  readonly state: RunState;
}

/** Errors cross the boundary with `name`, `message` and what they say (`said`) kept. */
export interface RunHost {
  /** Chooses the device (`auto`) or the one asked for. Throws when that one does not run here. */
  useDevice(kind: DeviceKind | 'auto'): Promise<DeviceReport>;
  /** Files for `file` sources, by name; folders arrive as many files with relative paths as names. */
  provide(files: readonly NamedFile[]): Promise<void>;
  loadBackbone(experiment: Experiment, onProgress: (progress: LoadProgress) => void): Promise<BackboneSummary>;
  loadStream(experiment: Experiment, onProgress: (progress: LoadProgress) => void): Promise<StreamSummary>;
  /** Ends a `loadStream` or `loadBackbone` that is going on: it rejects with an AbortError, and what was loaded before stays. */
  cancelReading(): Promise<void>;
  /** Compares the loaded images with one another. */
  findDuplicates(): Promise<DuplicateReport>;
  estimate(experiment: Experiment): Promise<RunEstimate>;
  /**
   * Milliseconds of a training step of each shape on this device, with the experiment's batch and the first of its methods
   * that trains; null where the engine cannot tell.
   */
  stepTimes(experiment: Experiment, shapes: readonly VitConfig[]): Promise<readonly number[] | null>;
  /** Opens a run; nothing happens until `next`. One run at a time. */
  open(experiment: Experiment): Promise<void>;
  /**
   * Pulls: works for about `budgetMs` and returns the events so far; null when the run has ended. Pausing is not
   * calling. `steps: 1` stops after one training batch.
   */
  next(budgetMs: number, steps?: number): Promise<readonly RunEvent[] | null>;
  /** Adds the stream's further tasks (a longer `maxTasks` or split) to the open, finished run. */
  append(experiment: Experiment): Promise<void>;
  /** Measures a training step of each method on this device, some seconds. Throws where the engine cannot tell. */
  measure(experiment: Experiment): Promise<SpeedReport>;
  /**
   * All that the open run needs to go on elsewhere, plain data; null where none is open or it stands inside a stage that cannot
   * be cut: ask again after the next event.
   */
  save(): Promise<SavedRun | null>;
  /**
   * Opens a run where a saved one stood; images and backbone are loaded as for `open`. On the same device it goes on bit for bit.
   * `why` is noted in its log.
   */
  resume(saved: SavedRun, why?: string): Promise<void>;
  /**
   * As `save`, into the browser's own storage under a name, in place of what was kept there once it is whole. Tells the
   * bytes; null as `save`. Answers once the run may go on, while it is written.
   */
  keep(id: string): Promise<{ readonly bytes: number } | null>;
  /** When what `keep` took last is on the disk. Throws StorageError. */
  kept(): Promise<void>;
  /** As `resume`, from there. Throws StateFileError where it is damaged, of another version, or of other images or weights. */
  goOn(id: string, why?: string): Promise<void>;
  /** Ends the run and frees its models. */
  close(): Promise<void>;
  /** Top classes of one RGB image, by the run's methods now and one read-off (the method's own unless told). pixels [size, size, 3] of any size. */
  predict(
    image: { readonly pixels: Uint8Array; readonly width: number; readonly height: number },
    top: number,
    reading?: string,
  ): Promise<readonly { readonly method: string; readonly rows: readonly PredictionRow[] }[]>;
  /**
   * As `predict`, by the methods as they were after a (0-based) task, among the classes known then. A method whose model
   * of that time is no longer in memory is left out.
   */
  predictAfter(
    task: number,
    image: { readonly pixels: Uint8Array; readonly width: number; readonly height: number },
    top: number,
    reading?: string,
  ): Promise<readonly { readonly method: string; readonly rows: readonly PredictionRow[] }[]>;
  /**
   * Accuracy with a share of each task's increment (worker/mixer.ts); the run is not touched. Null where a later question came before
   * the answer. Throws MixError, HostStateError without a run.
   */
  mix(question: MixQuestion): Promise<MixAnswer | null>;
  /** At most `count` test images of a task of the loaded stream, spread evenly over its classes. */
  testImages(task: number, count: number): Promise<TestSample>;
  /** Training images of a task of the loaded stream at these places, small. Throws RangeError where there is no such image. */
  trainImages(task: number, places: readonly number[]): Promise<Pick<TestSample, 'side' | 'pixels' | 'labels'>>;
  /** What the hub says of a model, before anything is downloaded. Throws DownloadError. */
  lookUpModel(id: string, host?: HubHost): Promise<ModelFacts>;
  /** Models of the hub that this browser keeps, with their bytes; `forgetModel` deletes one. */
  keptModels(): Promise<readonly KeptModel[]>;
  forgetModel(id: string): Promise<void>;
  /** Trained models that can be taken away, by method and (0-based) task; `increments`: also as a PEFT adapter. */
  models(): Promise<
    readonly {
      readonly method: MethodId;
      readonly tasks: readonly number[];
      readonly increments: boolean;
      /** Read-offs that can go with it as a linear head. */
      readonly readings: readonly string[];
    }[]
  >;
  /** One of them as a zip of weights, configuration and a note on loading. Throws ExportError. */
  takeModel(request: ModelRequest): Promise<Blob>;
  /** The true column of every test image of every task of the loaded stream, in the order of `predicted` in the record; empty without one. */
  testLabels(): Promise<readonly (readonly number[])[]>;
  /** Path inside its source of every one of them, in the same order. */
  testFiles(): Promise<readonly (readonly string[])[]>;
  record(): Promise<RunRecord | null>;
  memory(): Promise<{ readonly buffers: number; readonly bytes: number }>;
}

/** What `lab` needs beside the buttons' calls; the same host answers. */
export interface LabHost extends RunHost {
  /** RGB bytes of an image file. Rejects with a reason for people. */
  decode(file: Blob): Promise<{ readonly pixels: Uint8Array; readonly width: number; readonly height: number }>;
  /** Top classes of one RGB image by the backbone's own classifier; labels are class numbers. Throws without one. */
  predictBare(
    experiment: Experiment,
    image: { readonly pixels: Uint8Array; readonly width: number; readonly height: number },
    top: number,
  ): Promise<readonly PredictionRow[]>;
  /** Compares with recorded tensors: provided files under `folder/`. Throws GoldenError. */
  golden(folder: string, scenario: string, onProgress: (progress: GoldenProgress) => void): Promise<GoldenReport>;
}

/** What the worker exposes: the host, once it knows what the site's own files are relative to. */
export interface WorkerApi extends LabHost {
  configure(base: string): Promise<void>;
}
