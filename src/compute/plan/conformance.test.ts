import { describeDevice } from '../testing/conformance';
import { PlanDevice } from './device';
import { PlainExecutor } from './testing/plain-executor';

// Rounded only between runs: the plan itself is held to far less than a kernel's rounding.
describeDevice('plan in float64', async () => new PlanDevice(new PlainExecutor()), { tolerance: 2e-7, quick: true, steps: 20 });
