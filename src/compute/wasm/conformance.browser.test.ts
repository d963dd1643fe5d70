import { describeDevice } from '../testing/conformance';
import { openWasmDevice } from './device';

describeDevice('WASM plan, all threads', () => openWasmDevice());
