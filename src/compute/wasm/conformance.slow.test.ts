import { describeDevice } from '../testing/conformance';
import { openWasmDevice } from './device';

describeDevice('WASM plan, one thread, in Node, every element', () => openWasmDevice({ threads: 1 }), { everyElement: true, sizes: true });
