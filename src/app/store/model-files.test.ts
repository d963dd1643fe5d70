import { describe, expect, it } from 'vitest';
import { findModel } from './model-files';

const file = (name: string, content: string | Uint8Array<ArrayBuffer> = '') => ({ name, file: new Blob([content]) });
const zip = Uint8Array.from([0x50, 0x4b, 3, 4]);
const names = (files: readonly { readonly name: string }[] | undefined) => files?.map(({ name }) => name);

describe('findModel', () => {
  it('takes weights with the configurations beside them', async () => {
    const { model, rest } = await findModel([
      file('m/model.safetensors'),
      file('m/config.json'),
      file('m/preprocessor_config.json'),
      file('m/x.zip'),
    ]);
    expect(model?.weights?.name).toBe('m/model.safetensors');
    expect(names(model?.beside)).toEqual(['m/config.json', 'm/preprocessor_config.json']);
    expect(names(rest)).toEqual(['m/x.zip']);
  });

  it('moves a lone config.json to the weights', async () => {
    const { model } = await findModel([file('weights/model.pth', zip), file('config.json')]);
    expect(names(model?.beside)).toEqual(['weights/config.json']);
  });

  it('keeps the parts of one checkpoint and their index together', async () => {
    const parts = ['m/model-00001-of-00002.safetensors', 'm/model-00002-of-00002.safetensors', 'm/model.safetensors.index.json'];
    const { model, rest } = await findModel(parts.map((name) => file(name)));
    expect(model?.weights?.name).toBe(parts[0]);
    expect(names(model?.beside)).toEqual(parts.slice(1));
    expect(rest).toEqual([]);
  });

  it('takes the model of a training, not its optimiser, and files of torch.save by other endings', async () => {
    const saved = ['rng_state.pth', 'scheduler.pt', 'optimizer.pt'].map((name) => file(`run/${name}`, zip));
    const weights = file(
      'run/pytorch_model.bin',
      new Uint8Array([...zip, ...new TextEncoder().encode('vit.embeddings.patch_embeddings.projection.weight')]),
    );
    const { model, rest } = await findModel([...saved, weights, file('run/config.json'), file('run/trainer_state.json')]);
    expect(model?.weights?.name).toBe('run/pytorch_model.bin');
    expect(rest).toEqual([]);
    expect((await findModel([file('vit-s-300ep.pth.tar', zip)])).model?.weights?.name).toBe('vit-s-300ep.pth.tar');
    expect((await findModel([file('last.ckpt', zip)])).model?.weights?.name).toBe('last.ckpt');
  });

  it('tells weights from images where an ending means both', async () => {
    const cifar = file('data_batch_1.bin', Uint8Array.from([6, 59, 43, 50]));
    expect((await findModel([cifar])).model).toBeNull();
    expect((await findModel([file('pytorch_model.bin', zip)])).model?.weights?.name).toBe('pytorch_model.bin');
    expect((await findModel([file('mnist.npz', 'x_train.npy')])).model).toBeNull();
    expect((await findModel([file('vit.npz', 'embedding/kernel.npy')])).model?.weights?.name).toBe('vit.npz');
  });

  it('knows an adapter, with or without a backbone', async () => {
    const adapter = [file('a/adapter_model.safetensors'), file('a/adapter_config.json')];
    expect((await findModel(adapter)).model).toMatchObject({
      weights: null,
      adapter: { weights: { name: 'a/adapter_model.safetensors' } },
    });
    expect((await findModel([...adapter, file('model.safetensors')])).model?.weights?.name).toBe('model.safetensors');
  });

  it('takes models of other kinds for models where nothing else is one, so that their reader says what they are', async () => {
    const file = (name: string) => ({ name, file: new Blob(['x']) });
    expect((await findModel([file('vit.onnx')])).model?.weights?.name).toBe('vit.onnx');
    const { model, rest } = await findModel([file('a/flax_model.msgpack'), file('a/model.safetensors')]);
    expect([model?.weights?.name, rest.map(({ name }) => name)]).toEqual(['a/model.safetensors', ['a/flax_model.msgpack']]);
    expect((await findModel([file('pictures.h5')])).model).toBeNull();
  });
});
