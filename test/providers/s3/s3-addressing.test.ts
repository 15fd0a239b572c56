import { describe, expect, test } from 'vitest';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import { answering, answeringInTurn, type HostileServer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { credential, listing, refusal } from './s3-bucket.ts';

/** The bucket `photos` at a name of its owner's, which leads to a server on this machine. */
async function openAt({ port }: HostileServer, host: string) {
  const environment = {
    EGRESS_ALLOW: `${host}:${port},photos.${host}:${port},127.0.0.1:${port}`,
    CONNECT_TO: `${host}:${port}:127.0.0.1:${port},photos.${host}:${port}:127.0.0.1:${port}`,
  };
  const opened = await storageFor(environment).open(
    { provider: 's3', endpoint: `http://${host}:${port}`, bucket: 'photos', prefix: '' },
    credential,
    AbortSignal.timeout(5_000),
  );
  if (!opened.ok) throw new Error(opened.diagnosis.code);
  return opened.value;
}

const requested = ({ requests }: HostileServer) =>
  requests.map((head) => [/^GET (\/[^?]*)/.exec(head)?.[1], /host: ([^:\r]+)/i.exec(head)?.[1]]);

describe.each(['SecondLevelDomainForbidden', 'PathStyleDomainForbidden'])('a storage that answers %s', (code) => {
  test('is asked by host name once, and from then on', async () => {
    const server = await serverThat(answeringInTurn(refusal(403, code), listing()));
    const bucket = await openAt(server, 'data.example.test');
    expect(await bucket.list()).toMatchObject({ ok: true });
    expect(await bucket.list()).toMatchObject({ ok: true });
    expect(requested(server)).toEqual([
      ['/photos/', 'data.example.test'],
      ['/', 'photos.data.example.test'],
      ['/', 'photos.data.example.test'],
    ]);
    expect(new URL(await bucket.signPut('a.csv', 60)).hostname).toBe('photos.data.example.test');
  });

  test('is not asked a third time', async () => {
    const server = await serverThat(answering(refusal(403, code)));
    const bucket = await openAt(server, 'data.example.test');
    expect(await bucket.list()).toMatchObject({ ok: false });
    expect(server.requests).toHaveLength(2);
  });
});
