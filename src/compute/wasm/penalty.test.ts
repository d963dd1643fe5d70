import { CaseBook } from '../plan/testing/case-book';
import { addPenalties } from '../plan/testing/cases';
import { describeCases } from '../plan/testing/describe-cases';
import { WasmExecutor } from './executor';

const book = new CaseBook();
addPenalties(book);
describeCases('penalties on WASM, against float64 loops', () => WasmExecutor.open({ threads: 1 }), book);
