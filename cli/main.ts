/** The command line: 0 done, 1 the run failed, 2 bad arguments or experiment. */
import { parseArguments, UsageError } from './arguments';
import { figure } from './figure';
import { golden } from './golden';
import { best, merge } from './merge';
import { plan } from './plan';
import { predict } from './predict';
import { progressWriter } from './progress';
import { run } from './run';
import { printScript } from './scripts';
import { openSite, type Site } from './site';
import { USAGE } from './usage';

export interface Surroundings {
  /** Path of the built site, building it where needed. */
  readonly builtSite: () => string;
  /** What a result depends on, as a version: runs of another one are other runs. */
  readonly engineVersion: () => string;
  /** Folder that paths are relative to. */
  readonly from: string;
  /** Replaced in tests. */
  readonly openSite?: (folder: string) => Promise<Site>;
  readonly print?: (text: string) => void;
  readonly complain?: (text: string) => void;
}

export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const print = surroundings.print ?? ((text: string) => console.log(text));
  const complain = surroundings.complain ?? ((text: string) => console.error(text));
  // Progress goes to stderr, results to stdout: `--json` can be piped.
  const writer = progressWriter(process.stderr);
  const open = () => (surroundings.openSite ?? openSite)(surroundings.builtSite());
  try {
    process.chdir(surroundings.from);
    const command = parseArguments(args);
    switch (command.kind) {
      case 'help':
        print(USAGE);
        return 0;
      case 'run':
        return await run(command, open, surroundings.engineVersion, writer, print);
      case 'plan':
        return await plan(command, open, surroundings.engineVersion, writer, print);
      case 'slurm':
      case 'parallel':
        // Built here once, not by all jobs at a time.
        surroundings.builtSite();
        print(printScript(command, args.slice(1), surroundings));
        return 0;
      case 'merge':
        return merge(command, print);
      case 'best':
        return best(command, print);
      case 'figure':
        return await figure(command, print);
      case 'golden':
        return await golden(command, open, writer, print);
      case 'predict':
        return await predict(command, open, writer, print);
    }
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\nHelp: npm run lab -- help`);
      return 2;
    }
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
