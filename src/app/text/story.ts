/** The lesson's words: a chunk of their own beside the lesson's code, behind the same kind of door as the page's. */
import { story as en } from './en/story';

export const story = en;
