import { describe, expect, it } from 'vitest';
import { addPictures, asFolder, dropLast, isEnough } from './collection';

const picture = (type = 'image/png') => new Blob(['x'], { type });

describe('a collection', () => {
  it('becomes a folder of classes', () => {
    let collection = addPictures([], ' cat ', [picture(), picture('image/jpeg')]);
    collection = addPictures(collection, 'a/b', [picture()]);
    expect(isEnough(collection)).toBe(false);
    collection = addPictures(collection, 'a/b', [picture()]);
    expect(isEnough(collection)).toBe(true);
    expect(asFolder(collection).map(({ name }) => name)).toEqual([
      'collected/cat/0000.png',
      'collected/cat/0001.jpg',
      'collected/a-b/0000.png',
      'collected/a-b/0001.png',
    ]);
  });

  it('takes nothing without a class, and gives back the last picture', () => {
    expect(addPictures([], ' ', [picture()])).toEqual([]);
    const one = addPictures([], 'cat', [picture()]);
    expect(dropLast(one, 'cat')).toEqual([]);
    expect(dropLast(one, 'dog')).toEqual(one);
  });
});
