export const USAGE = `Usage: npm run lab -- <command>

  run <experiment.json | bundled name> [more …]
      --out FILE            write the run record (several runs: a list of records)
      --device KIND         webgpu, wasm or cpu; absent: the best that runs
      --seeds N             N seeds, counted up from the experiment's own
      --methods A,B|all     these methods instead of the experiment's own; absent: its own, or
                            all where a bundled experiment is repeated over seeds
      --shard I/N           only every N-th run of the list, I from 1 to N

  golden <folder> <scenario> [--device KIND]
      compare with recorded tensors

  predict --backbone FILE --images FILE|FOLDER
      --adapter-run RECORD  classify with the methods of this run: they are trained again
                            from its experiment and seed, on FILE, before they answer
      --labels FILE         class names of the backbone's own head, one a line
      --size N              side of the input, pixels
      --top N               answers an image (5)
      --json                print JSON
      --device KIND

Exit codes: 0 done, 1 the run failed, 2 bad arguments or experiment.
Where a real GPU is to be used: BENCH_REAL_GPU=1. Another browser: CHROMIUM_PATH=…`;
