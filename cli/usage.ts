export const USAGE = `Usage: npm run lab -- <command>

  run <experiment.json | bundled name> [more …]
                            rivals: every method on every bundled stream. More than eight methods
                            take their turn in eights, with one record
      --seeds N             N seeds, counted up from the experiment's own
      --methods A,B|all     these methods instead of the experiment's own; absent: its own, or
                            all where a bundled experiment is repeated over seeds
      --grid NAME=V,V       a run for each value; again for every combination. NAME: learningRate or
                            another name of "training", METHOD.OPTION, or a path of the experiment
      --shard I/N           only every N-th run of the list, I from 1 to N
      --device KIND         webgpu, wasm or cpu; absent: the best that runs. webgpu has to be a GPU
      --allow-software      webgpu may be a software adapter
      --out FILE            write the run record (several runs: a list of records)
      --out-dir DIR         one file a run; runs that are there are skipped, one that was cut goes on
                            where it stood. SIGTERM and Ctrl-C save and end with exit code 75

  plan …                    as run: the list of runs, with hours and memory on this device
  slurm … --out-dir DIR     as run, but prints a job-array script for sbatch
      --jobs N              deal the runs to N jobs (absent: a job a run, 1000 at most)
      --at-once K           K jobs at a time
      --cpus N, --gpu       for each job (2 cores, no GPU)
      --time T, --memory M  for each job, as Slurm takes them
  parallel … --out-dir DIR  the same for GNU parallel (without --time and --memory)

  merge DIR|FILE [more …]   mean and spread of each method and setting; what is missing or failed
      --read-by READING     own, class-means, ridge, aligned; absent: the experiment's
      --csv F, --jsonl F, --latex F   the same for other programs, long
      --any-engine          mix results of several engine versions
  best DIR|FILE [more …]    each method's best setting: highest final average, mean over seeds
      --read-by READING, --any-engine, --out experiment.json

  figure RECORD --chart CHART --out FILE.svg|FILE.pdf
      --methods A,B, --read-by READING, --task-known
      --width W, --height H, --dark   pixels of the drawing; for dark pages
      --lang zh             words of another language
      CHART                 accuracy, matrix, forgetting, plane, memory, interference, drift, loss,
                            interference-pairs, interference-maps, angles, means, inside, mixer

  golden <folder> <scenario> [--device KIND] [--allow-software]
      compare with recorded tensors

  predict --backbone FILE --images FILE|FOLDER
      --adapter-run RECORD  classify with the methods of this run: they are trained again
                            from its experiment and seed, on FILE, before they answer
      --labels FILE         class names of the backbone's own head, one a line
      --size N              side of the input, pixels
      --top N               answers an image (5)
      --json                print JSON
      --device KIND, --allow-software

Exit codes: 0 done, 1 the run failed (merge: something is missing), 2 bad arguments or experiment,
75 told to stop: the same call goes on.
Where a real GPU is to be used: BENCH_REAL_GPU=1. Another browser: CHROMIUM_PATH=…`;
