import { describeDevice } from '../testing/conformance';
import { openWasmDevice } from './device';

describeDevice('WASM plan, plain SIMD, two threads', () => openWasmDevice({ threads: 2, plainSimd: true }));
