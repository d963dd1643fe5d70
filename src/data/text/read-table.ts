/** Rows of a table in text: parted by commas, semicolons, tabs, bars or blanks (RFC 4180 where it is quoted), or as lines of JSON. */

/** Lines that the separator is judged by. */
const SNIFFED = 25;
const SEPARATORS = ['\t', ';', ',', '|'] as const;

/** Cells as they stand, blanks at their ends left out. An unfinished quote runs to the end. */
function parse(text: string, separator: string, most = Infinity): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  let wasQuoted = false;
  const endField = () => {
    row.push(wasQuoted ? field : field.trim());
    field = '';
    wasQuoted = false;
  };
  const endRow = () => {
    endField();
    if (row.some((cell) => cell !== '')) rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length && rows.length < most; i++) {
    const letter = text[i] ?? '';
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (text[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (letter === '"' && !wasQuoted && field.trim() === '') {
      field = '';
      quoted = wasQuoted = true;
    } else if (letter === separator) endField();
    else if (letter === '\n' || letter === '\r') {
      if (letter === '\r' && text[i + 1] === '\n') i++;
      endRow();
    } else if (!wasQuoted || letter.trim() !== '') field += letter;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}

/** Lists for programs part by blanks: "images/1.png 7". */
const byBlanks = (text: string): string[][] =>
  text.split(/\r\n?|\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim().split(/\s+/)]));

/** The separator that gives every one of the first lines the same number of columns, the largest such number; null where none does. */
function separatorOf(text: string): (typeof SEPARATORS)[number] | null {
  let best: { readonly separator: (typeof SEPARATORS)[number]; readonly columns: number } | null = null;
  for (const separator of SEPARATORS) {
    const rows = parse(text, separator, SNIFFED);
    const columns = rows[0]?.length ?? 0;
    // A header may lack its last names, and a row its last cells; more than the header has is another separator's sign.
    const regular = rows.every((row) => row.length === columns);
    if (columns > 1 && regular && columns > (best?.columns ?? 1)) best = { separator, columns };
  }
  if (best !== null) return best.separator;
  const first = text.slice(0, Math.max(0, text.search(/[\r\n]|$/)));
  const most = SEPARATORS.reduce((a, b) => (first.split(b).length > first.split(a).length ? b : a));
  return first.includes(most) ? most : null;
}

export function readTable(text: string): string[][] {
  // Excel's own first line: it says what parts the columns.
  const told = /^"?sep=(.)"?\s*[\r\n]+/i.exec(text);
  if (told !== null) return parse(text.slice(told[0].length), told[1] ?? ',');
  const separator = separatorOf(text);
  if (separator !== null) return parse(text, separator);
  return byBlanks(text);
}

/** Lines of JSON as a table whose header holds the first object's keys; a list in a cell keeps its JSON. Lines that are none are left out. */
export function readJsonLines(text: string): string[][] {
  const rows: string[][] = [];
  const columns = new Map<string, number>();
  for (const line of text.split('\n')) {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const row: string[] = [];
    for (const [key, cell] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      if (!columns.has(key)) columns.set(key, columns.size);
      row[columns.get(key) ?? 0] = typeof cell === 'string' ? cell : cell === null || cell === undefined ? '' : JSON.stringify(cell);
    }
    rows.push(Array.from({ length: columns.size }, (_, i) => row[i] ?? ''));
  }
  return columns.size === 0 ? [] : [[...columns.keys()], ...rows];
}
