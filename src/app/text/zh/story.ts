export { story } from '../en/story';
