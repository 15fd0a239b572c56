import { crc32, deflateSync } from 'node:zlib';

/** The parts of a dataset, and the shade of the square in each. */
const parts = { train: 0x30, test: 0x80, val: 0xd0 } as const;
type Part = keyof typeof parts;
type Files = Readonly<Record<string, string | Uint8Array>>;

/**
 * The files of the demo buckets and of the demo container: data in folders, an info.labels file, and a dataset in the
 * layout that CVAL documents, of which the last part has yet to come. Keys are paths from the root.
 */
export function demoFiles(): Files {
  return {
    'readme.txt': 'A demo bucket. Put files here, or point a connection at it.\n',
    'sensors/2026/accelerometer.csv': accelerometer(),
    'sensors/2026/thermometer.json': `${JSON.stringify(thermometer(), undefined, 2)}\n`,
    'audio/tone.wav': tone(),
    'info.labels': `${JSON.stringify(labels(), undefined, 2)}\n`,
    ...dataset(['train', 'test']),
  };
}

/** The files of the bucket with a dataset that has all its parts. */
export const datasetFiles = (): Files => ({
  'readme.txt': 'A dataset in the layout that CVAL documents.\n',
  ...dataset(['train', 'test', 'val']),
});

const dataset = (names: readonly Part[]): Files =>
  Object.fromEntries(
    names.flatMap((part): readonly [string, string | Uint8Array][] => [
      [`cval/images/${part}/square.png`, square(parts[part])],
      [`cval/annotations/${part}/square.json`, `${JSON.stringify(annotation(part))}\n`],
    ]),
  );

/** Thirty-two samples of a made-up movement: milliseconds, then three axes in metres per second squared. */
function accelerometer(): string {
  const rows = Array.from({ length: 32 }, (_, sample) => {
    const turn = (sample / 32) * 2 * Math.PI;
    return [sample * 10, Math.sin(turn).toFixed(4), Math.cos(turn).toFixed(4), '9.8100'].join(',');
  });
  return `timestamp,accX,accY,accZ\n${rows.join('\n')}\n`;
}

function thermometer(): object {
  return { unit: 'Celsius', interval_ms: 60_000, values: [20.5, 20.6, 20.8, 21.1, 21.0, 20.9] };
}

/** Edge Impulse's description of the files beside it: their paths, and what each is labelled. */
function labels(): object {
  const file = (path: string, label: string): object => ({
    path,
    category: 'training',
    label: { type: 'label', label },
  });
  return {
    version: 1,
    files: [file('sensors/2026/accelerometer.csv', 'circle'), file('audio/tone.wav', 'tone')],
  };
}

function annotation(part: string): object {
  return { image: `images/${part}/square.png`, objects: [{ label: 'square', box: [2, 2, 4, 4] }] };
}

/** A tenth of a second of 440 Hz: RIFF WAVE, 8 kHz, one channel, 16 bits. */
function tone(): Uint8Array {
  const samples = 800;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + samples * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let sample = 0; sample < samples; sample += 1) {
    file.writeInt16LE(Math.round(8000 * Math.sin((sample / 8000) * 440 * 2 * Math.PI)), 44 + sample * 2);
  }
  return file;
}

/** An 8 × 8 greyscale PNG: a square of one shade on white. */
function square(shade: number): Uint8Array {
  const rows = Array.from({ length: 8 }, (_, y) => {
    const row = Array.from({ length: 8 }, (_, x) => (x >= 2 && x < 6 && y >= 2 && y < 6 ? shade : 0xff));
    return [0, ...row];
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(8, 0);
  header.writeUInt32BE(8, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.from(rows.flat()))),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, 'latin1');
  data.copy(chunk, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}
