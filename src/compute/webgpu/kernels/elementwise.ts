import { extentOf, type AddRows, type CopyRows, type Patchify, type TokenTable } from '../../plan/ops';
import { at, launch, type KernelTemplate } from '../kernel';
import type { Lowering } from '../lowering';

const patchify: KernelTemplate = {
  name: 'patchify',
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', tokens: 'u32', front: 'u32', imageSide: 'u32', patchSide: 'u32', outAt: 'u32', outRow: 'u32' },
    ...{ scale0: 'f32', scale1: 'f32', scale2: 'f32', shift0: 'f32', shift1: 'f32', shift2: 'f32' },
  },
  buffers: { images: { access: 'read', type: 'u32' }, out: { access: 'write' } },
  body: `
  let width = 3u * p.patchSide * p.patchSide;
  let column = index % width;
  let row = index / width;
  if (row >= p.rows) { return; }
  let token = row % p.tokens;
  var value = 0.0;
  if (token >= p.front) {
    let channel = column / (p.patchSide * p.patchSide);
    let across = p.imageSide / p.patchSide;
    let y = ((token - p.front) / across) * p.patchSide + (column / p.patchSide) % p.patchSide;
    let x = ((token - p.front) % across) * p.patchSide + column % p.patchSide;
    let byte = (((row / p.tokens) * p.imageSide + y) * p.imageSide + x) * 3u + channel;
    let pixel = f32(($images[byte / 4u] >> (8u * (byte % 4u))) & 255u);
    let scale = select(select(p.scale2, p.scale1, channel == 1u), p.scale0, channel == 0u);
    let shift = select(select(p.shift2, p.shift1, channel == 1u), p.shift0, channel == 0u);
    value = pixel * scale + shift;
  }
  $out[p.outAt + row * p.outRow + column] = value;`,
};

export function lowerPatchify(to: Lowering, { images, out, imageSize, patchSize, front, mean, std }: Patchify): void {
  const tokens = (imageSize / patchSize) ** 2 + front;
  to.push(
    launch(patchify, {
      buffers: { images, out: out.buffer },
      parameters: (batch) => ({
        ...{ rows: batch * tokens, tokens, front, imageSide: imageSize, patchSide: patchSize, ...at('out', out) },
        ...{ scale0: 1 / (255 * std[0]), scale1: 1 / (255 * std[1]), scale2: 1 / (255 * std[2]) },
        ...{ shift0: -mean[0] / std[0], shift1: -mean[1] / std[1], shift2: -mean[2] / std[2] },
      }),
      groups: (batch) => Math.ceil((batch * tokens * 3 * patchSize * patchSize) / 64),
    }),
  );
}

const tokenTable: KernelTemplate = {
  name: 'tokenTable',
  workgroup: 64,
  parameters: {
    ...{ tokens: 'u32', front: 'u32', columns: 'u32', clsAt: 'u32', biasAt: 'u32', positionsAt: 'u32', positionsRow: 'u32' },
    ...{ outAt: 'u32', outRow: 'u32' },
  },
  buffers: { cls: { access: 'read' }, positions: { access: 'read' }, bias: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let token = index / p.columns;
  if (token >= p.tokens) { return; }
  let inFront = select(0.0, $cls[p.clsAt + c], token == 0u);
  let own = select($bias[p.biasAt + c], inFront, token < p.front);
  $out[p.outAt + token * p.outRow + c] = $positions[p.positionsAt + token * p.positionsRow + c] + own;`,
};

export function lowerTokenTable(to: Lowering, { cls, positions, bias, out, tokens, front, columns }: TokenTable): void {
  to.push(
    launch(tokenTable, {
      buffers: { cls: cls.buffer, positions: positions.buffer, bias: bias.buffer, out: out.buffer },
      parameters: () => ({
        ...{ tokens, front, columns, clsAt: cls.offset, biasAt: bias.offset },
        ...{ ...at('positions', positions), ...at('out', out) },
      }),
      groups: () => Math.ceil((tokens * columns) / 64),
    }),
  );
}

const addRows: KernelTemplate = {
  name: 'addRows',
  workgroup: 64,
  parameters: {
    ...{ rows: 'u32', columns: 'u32', aAt: 'u32', aRow: 'u32', bAt: 'u32', bRow: 'u32', outAt: 'u32', outRow: 'u32' },
  },
  buffers: { a: { access: 'read' }, b: { access: 'read' }, out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let row = index / p.columns;
  if (row >= p.rows) { return; }
  $out[p.outAt + row * p.outRow + c] = $a[p.aAt + row * p.aRow + c] + $b[p.bAt + row * p.bRow + c];`,
};

export function lowerAddRows(to: Lowering, { a, b, out, rows, columns }: AddRows): void {
  to.push(
    launch(addRows, {
      buffers: { a: a.buffer, b: b.buffer, out: out.buffer },
      parameters: (batch) => ({ rows: extentOf(rows, batch), columns, ...at('a', a), ...at('b', b), ...at('out', out) }),
      groups: (batch) => Math.ceil((extentOf(rows, batch) * columns) / 64),
    }),
  );
}

const copyRows = (added: boolean): KernelTemplate => ({
  name: 'copyRows',
  workgroup: 64,
  parameters: {
    ...{ images: 'u32', rows: 'u32', columns: 'u32', xAt: 'u32', xRow: 'u32', xRows: 'u32', outAt: 'u32', outRow: 'u32', outRows: 'u32' },
    addAt: 'u32',
  },
  buffers: { x: { access: 'read' }, ...(added ? { add: { access: 'read' } } : {}), out: { access: 'write' } },
  body: `
  let c = index % p.columns;
  let row = (index / p.columns) % p.rows;
  let image = index / (p.columns * p.rows);
  if (image >= p.images) { return; }
  let value = $x[p.xAt + (image * p.xRows + row) * p.xRow + c];
  $out[p.outAt + (image * p.outRows + row) * p.outRow + c] = value${added ? ' + $add[p.addAt + c]' : ''};`,
});

export function lowerCopyRows(to: Lowering, { x, xRows, out, outRows, rows, columns, add }: CopyRows): void {
  to.push(
    launch(copyRows(add !== undefined), {
      buffers: { x: x.buffer, add: add?.buffer ?? '', out: out.buffer },
      parameters: (batch) => ({ images: batch, rows, columns, xRows, outRows, ...at('x', x), ...at('out', out), addAt: add?.offset ?? 0 }),
      groups: (batch) => Math.ceil((batch * rows * columns) / 64),
    }),
  );
}
