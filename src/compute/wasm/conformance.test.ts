import { describeDevice } from '../testing/conformance';
import { openWasmDevice } from './device';

describeDevice('WASM plan, one thread, in Node', () => openWasmDevice({ threads: 1 }), { sizes: true, quick: true });
