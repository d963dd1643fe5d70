/** A share as the lesson says it. */
import { percent } from '../format';
import type { StoryTexts } from '../text/story';

export const said = (story: StoryTexts, share: number): string => story.percent(percent(share, 0));
