import { describeDevice } from '../testing/conformance';
import { openTfjsWasm } from './device-wasm';

describeDevice('reference on WASM in Node', openTfjsWasm, { prompts: false, everyElement: true });
