/** The whole page takes drops: a backbone, an archive or folder of images, a run record. */
import { IconUpload } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useApp } from '../context';
import { useText } from '../text';
import { droppedFiles } from './dropped-files';

export function DropZone() {
  const text = useText();
  const { files } = useApp();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    // A drop that a panel has taken (a picture to try) is not ours.
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      setOver(false);
      if (event.defaultPrevented || event.dataTransfer === null || !carriesFiles(event)) return;
      event.preventDefault();
      void droppedFiles(event.dataTransfer).then((list) => files.accept(list));
    };
    window.addEventListener('dragover', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [files]);
  if (!over) return null;
  return (
    <div className="drop-zone" data-testid="drop-zone">
      <IconUpload size={40} aria-hidden />
      <strong>{text.shell.dropHere}</strong>
      <span>{text.shell.dropKinds}</span>
    </div>
  );
}
