/** The script of a worker that does nothing but write states of runs. */
import { expose } from 'comlink';
import { keepErrorFacts } from '../errors';
import { browserRunFiles } from './run-files';
import { sealing } from './state-writer';

keepErrorFacts();
expose({ write: sealing(browserRunFiles()), ready: () => true });
