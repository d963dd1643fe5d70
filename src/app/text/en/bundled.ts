/** What comes with the site is called as its own files and records call it; another language says here what that is. */
type Names = Readonly<Record<string, string>>;

interface Bundled {
  /** Titles of streams and backbones, names of tasks: by themselves. */
  readonly names: Names;
  /** What streams, backbones and recorded runs are: by their ids. */
  readonly streams: Names;
  readonly backbones: Names;
  readonly runs: Names;
}

export const bundled: Bundled = { names: {}, streams: {}, backbones: {}, runs: {} };
