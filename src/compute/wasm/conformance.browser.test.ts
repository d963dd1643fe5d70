import { describeDevice } from '../testing/conformance';
import { openWasmDevice } from './device';

describeDevice('WASM plan, all threads', () => openWasmDevice());
describeDevice('WASM plan, plain SIMD, two threads', () => openWasmDevice({ threads: 2, plainSimd: true }), { quick: true });
