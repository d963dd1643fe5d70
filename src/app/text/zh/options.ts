export { options } from '../en/options';
