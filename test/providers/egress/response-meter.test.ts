import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { meterOf, xmlListing } from '../../../functions/providers/egress/response-meter.ts';

const limits = { bytes: 1000, marks: 50, run: 100 };

/** A socket that has brought these pieces. */
function bring(...pieces: readonly string[]) {
  const exceeded = vi.fn();
  const meter = meterOf(limits, exceeded);
  const socket = new PassThrough();
  meter.begin(socket);
  const emit = (piece: string) => socket.emit('data', Buffer.from(piece));
  for (const piece of pieces) emit(piece);
  return { exceeded, socket, meter, emit };
}

const filler = `${'x'.repeat(99)}<`;

test.each<[string, string, string]>([
  ['bytes', filler.repeat(10), '<'],
  ['tags', '<'.repeat(50), '<'],
  ['escapes', '&'.repeat(50), '&'],
  ['one text', 'x'.repeat(100), 'x'],
])('%s: as much as the limit is let through, one more is not', (_, most, oneMore) => {
  for (const pieces of [[most], [...most]]) {
    const { exceeded, socket, emit } = bring(...pieces);
    expect(exceeded).not.toHaveBeenCalled();
    expect(socket.destroyed).toBe(false);
    emit(oneMore);
    expect(exceeded).toHaveBeenCalledOnce();
    expect(socket.destroyed).toBe(true);
  }
});

test('a further answer on the same socket is counted from nothing', () => {
  const { exceeded, socket, meter, emit } = bring(filler.repeat(10));
  meter.again(socket);
  emit(filler.repeat(10));
  expect(exceeded).not.toHaveBeenCalled();
  emit('<');
  expect(exceeded).toHaveBeenCalledOnce();
});

test('the largest listings there are stay within the limits', () => {
  const properties = [
    'LastModified',
    'ETag',
    'ChecksumAlgorithm',
    'ChecksumType',
    'Size',
    'StorageClass',
    'DisplayName',
    'ID',
  ];
  const s3 = `<Contents><Key>${'%F0'.repeat(1024)}</Key>${properties.map((name) => `<${name}>${'v'.repeat(24)}</${name}>`).join('')}</Contents>`;
  const azure = `<Blob><Name>${'あ'.repeat(1000)}${'&amp;'.repeat(24)}</Name>${'<A-Property-Of-It>Thu, 20 Nov 2026 10</A-Property-Of-It>'.repeat(20)}</Blob>`;
  for (const element of [s3, azure]) {
    const exceeded = vi.fn();
    const socket = new PassThrough();
    meterOf(xmlListing, exceeded).begin(socket);
    for (let key = 0; key < 1000; key++) socket.emit('data', Buffer.from(element));
    expect(exceeded).not.toHaveBeenCalled();
  }
});
