import { describe, expect, it } from 'vitest';
import { readJsonLines, readTable } from './read-table';

const two = [
  ['filename', 'label'],
  ['0.png', 'cat'],
  ['1.png', 'dog'],
];

describe('readTable', () => {
  it.each([
    ['commas', 'filename,label\n0.png,cat\n1.png,dog\n'],
    ['semicolons', 'filename;label\r\n0.png;cat\r\n1.png;dog'],
    ['tabs', 'filename\tlabel\n0.png\tcat\n1.png\tdog\n'],
    ['bars', 'filename|label\n0.png|cat\n1.png|dog\n'],
    ['blanks', 'filename label\n0.png   cat\n1.png\tdog\n'],
    ["Excel's own line", 'sep=;\nfilename;label\n0.png;cat\n1.png;dog\n'],
    ["Excel's own line with a separator that nobody guesses", 'sep=:\nfilename:label\n0.png:cat\n1.png:dog\n'],
    ['blanks around cells', ' filename , label\n0.png , cat\n1.png,  dog  \n'],
    ['quotes behind blanks', '"filename", "label"\n"0.png", "cat"\n"1.png", "dog"\n'],
    ['lines of old Macs', 'filename,label\r0.png,cat\r1.png,dog\r'],
    ['empty lines', '\nfilename,label\n\n0.png,cat\n,\n1.png,dog\n\n'],
  ])('%s', (_, text) => {
    expect(readTable(text)).toEqual(two);
  });

  it('takes the separator that every line has the same number of', () => {
    expect(readTable('file;score\na,b.png;0,5\nc.png;1,0\n')).toEqual([
      ['file', 'score'],
      ['a,b.png', '0,5'],
      ['c.png', '1,0'],
    ]);
  });

  it('keeps what is quoted: separators, quotes, breaks and blanks', () => {
    expect(readTable('a,b\n"x, ""y""\nz"," w "\n')).toEqual([
      ['a', 'b'],
      ['x, "y"\nz', ' w '],
    ]);
  });

  it('an unfinished quote runs to the end', () => {
    expect(readTable('a,b\n1,"x\n2,y')).toEqual([
      ['a', 'b'],
      ['1', 'x\n2,y'],
    ]);
  });
});

describe('readJsonLines', () => {
  it('one object a line, whatever order its keys have; what is none is left out', () => {
    expect(readJsonLines('{"file_name":"0.png","label":"cat"}\nnonsense\n[1]\n{"label":7,"file_name":"1.png","more":[1,2]}\n')).toEqual([
      ['file_name', 'label', 'more'],
      ['0.png', 'cat'],
      ['1.png', '7', '[1,2]'],
    ]);
  });

  it('names that JavaScript knows are names', () => {
    expect(readJsonLines('{"__proto__":"a","constructor":"b"}')).toEqual([
      ['__proto__', 'constructor'],
      ['a', 'b'],
    ]);
  });
});
