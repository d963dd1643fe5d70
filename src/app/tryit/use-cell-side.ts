/** The side of the pictures of a strip, so that all of them stand in one row where they can. */
import { useElementSize } from '@mantine/hooks';

/** Sides of a picture, pixels, and what its frame and gap take. */
const SMALLEST = 22;
const LARGEST = 64;
const FRAME = 9;

export function useCellSide(count: number, largest = LARGEST) {
  const { ref, width } = useElementSize<HTMLElement>();
  return { ref, side: Math.max(SMALLEST, Math.min(largest, Math.floor(width / Math.max(1, count)) - FRAME)) };
}
