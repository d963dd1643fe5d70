/** Rows of a comma- or tab-separated table (RFC 4180: quoted fields, doubled quotes, line breaks inside quotes). */

/** The separator is the one that the first line has more of. An unfinished quote runs to the end. */
export function readCsv(text: string): string[][] {
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  const first = body.slice(0, Math.max(0, body.search(/\r?\n|$/)));
  const separators = ['\t', ';', ','] as const;
  const separator = separators.reduce((best, next) => (first.split(next).length > first.split(best).length ? next : best), ',');
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = () => {
    row.push(field);
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    field = '';
  };
  for (let i = 0; i < body.length; i++) {
    const letter = body[i] ?? '';
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (body[i + 1] === '"') {
        field += '"';
        i++;
      } else quoted = false;
    } else if (letter === '"' && field === '') quoted = true;
    else if (letter === separator) {
      row.push(field);
      field = '';
    } else if (letter === '\n') endRow();
    else if (letter !== '\r') field += letter;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
