import { describeDevice } from '../testing/conformance';
import { openTfjsCpu } from './device-cpu';

describeDevice('reference on the CPU', openTfjsCpu, { prompts: false, everyElement: true });
