export { methods } from '../en/methods';
