/** A part of a Blob, as bytes; short where the Blob ends. */
export async function sliceBytes(blob: Blob, from: number, to: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(from, to).arrayBuffer());
}
