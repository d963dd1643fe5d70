/** Pictures from the camera and the clipboard, taken into classes. They stay in this tab like all others. */
import { Button, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useApp } from '../../context';
import { useText } from '../../text';
import { addPictures, asFolder, dropLast, isEnough, type Collection } from './collection';

const QUALITY = 0.95;

export function Collect() {
  const words = useText().setup.collect;
  const app = useApp();
  const [collection, setCollection] = useState<Collection>([]);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const add = (pictures: readonly Blob[]) => {
    if (name.trim() === '') setProblem(words.nameFirst);
    else {
      setProblem(null);
      setCollection((now) => addPictures(now, name, pictures));
    }
  };
  return (
    <details className="more" data-testid="collect">
      <summary>{words.title}</summary>
      <div
        className="fields"
        tabIndex={-1}
        onPaste={(event) => {
          const pictures = Array.from(event.clipboardData.files).filter((file) => file.type.startsWith('image/'));
          if (pictures.length === 0) return;
          event.preventDefault();
          add(pictures);
        }}
      >
        <TextInput
          size="xs"
          label={words.className}
          description={words.pasteHint}
          value={name}
          error={problem}
          onChange={(event) => setName(event.currentTarget.value)}
          data-testid="collect-class"
        />
        <Camera onPicture={(picture) => add([picture])} onProblem={setProblem} />
        <ul className="collected">
          {collection.map((one) => (
            <li key={one.name}>
              <bdi>{one.name}</bdi> <span className="dim">{words.pictures(one.pictures.length)}</span>{' '}
              <Button size="compact-xs" variant="subtle" onClick={() => setCollection((now) => dropLast(now, one.name))}>
                {words.takeBack(one.name)}
              </Button>
            </li>
          ))}
        </ul>
        <Button
          size="xs"
          disabled={!isEnough(collection)}
          onClick={() => void app.files.accept(asFolder(collection))}
          data-testid="collect-use"
        >
          {words.use}
        </Button>
        <p className="dim">{words.enough}</p>
      </div>
    </details>
  );
}

interface CameraProps {
  readonly onPicture: (picture: Blob) => void;
  readonly onProblem: (problem: string | null) => void;
}

function Camera({ onPicture, onProblem }: CameraProps) {
  const words = useText().setup.collect;
  const [stream, setStream] = useState<MediaStream | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
    return () => stream?.getTracks().forEach((track) => track.stop());
  }, [stream]);
  const start = async () => {
    try {
      setStream(await navigator.mediaDevices.getUserMedia({ video: true }));
      onProblem(null);
    } catch {
      onProblem(words.noCamera);
    }
  };
  const take = () => {
    const source = video.current;
    if (source === null || source.videoWidth === 0) return;
    const canvas = document.createElement('canvas');
    canvas.width = source.videoWidth;
    canvas.height = source.videoHeight;
    canvas.getContext('2d')?.drawImage(source, 0, 0);
    canvas.toBlob((picture) => picture !== null && onPicture(picture), 'image/jpeg', QUALITY);
  };
  if (stream === null) {
    return (
      <Button size="xs" variant="default" onClick={() => void start()} data-testid="camera">
        {words.camera}
      </Button>
    );
  }
  return (
    <div className="fields">
      <video ref={video} autoPlay muted playsInline className="camera" aria-label={words.cameraPicture} />
      <div className="button-row">
        <Button size="xs" onClick={take} data-testid="take-picture">
          {words.take}
        </Button>
        <Button size="xs" variant="default" onClick={() => setStream(null)}>
          {words.stopCamera}
        </Button>
      </div>
    </div>
  );
}
