/** Files that the page gives away. */

export function offer(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Any text or bytes as a file. */
export function saveText(name: string, type: string, content: string | Blob): void {
  offer(new Blob([content], { type }), name);
}
