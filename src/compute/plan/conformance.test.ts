import { describeDevice } from '../testing/conformance';
import { PlanDevice } from './device';
import { PlainExecutor } from './testing/plain-executor';

// Float64 throughout: only what is read is rounded, so the plan itself is held to far less than a kernel's rounding.
describeDevice('plan in float64', async () => new PlanDevice(new PlainExecutor()), { tolerance: 2e-7, quick: true, steps: 20 });
