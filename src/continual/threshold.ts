/**
 * ε_t = lamb + (lame − lamb) t / T, t = 0 .. T−1 (the code's schedule; it stops one step short of lame).
 *
 * A task beyond the plan is treated as if the stream had been planned to end with it, T = t + 1: the threshold goes on
 * rising by ever smaller steps, joins the planned ones without a jump, and never reaches lame. Reaching 1 would
 * protect every direction and leave the next task nothing to learn in.
 */
export function memoryThreshold(task: number, tasksPlanned: number, { lamb, lame }: { lamb: number; lame: number }): number {
  return lamb + ((lame - lamb) * task) / Math.max(tasksPlanned, task + 1);
}
