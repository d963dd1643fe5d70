/** The command line: 0 done, 1 the run failed, 2 bad arguments or experiment. */
import { parseArguments, UsageError } from './arguments';
import { golden } from './golden';
import { predict } from './predict';
import { progressWriter } from './progress';
import { run } from './run';
import { openSite, type Site } from './site';
import { USAGE } from './usage';

export interface Surroundings {
  /** Path of the built site, building it where needed. */
  readonly builtSite: () => string;
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
    if (command.kind === 'help') {
      print(USAGE);
      return 0;
    }
    if (command.kind === 'run') return await run(command, open, writer, print);
    if (command.kind === 'golden') return await golden(command, open, writer, print);
    return await predict(command, open, writer, print);
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\nHelp: npm run lab -- help`);
      return 2;
    }
    complain(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
