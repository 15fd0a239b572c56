import type { Credential } from '../../../functions/core/storage/credential.ts';
import type { Bucket } from '../../../functions/core/storage/storage.ts';
import type { StorageTarget } from '../../../functions/core/storage/target.ts';
import { storageFor } from '../../../functions/providers/open-storage.ts';
import type { CannedAnswer, HostileServer } from '../../conformance/storage/hostile.ts';

export const credential: Credential = { kind: 'access-key-pair', accessKey: 'AKIATEST', secretKey: 'test-secret' };

const openAt = (server: HostileServer, more: Partial<StorageTarget> = {}, as: Credential = credential) =>
  storageFor({ EGRESS_ALLOW: `127.0.0.1:${server.port}` }).open(
    { provider: 's3', endpoint: `http://127.0.0.1:${server.port}`, bucket: 'photos', prefix: '', ...more },
    as,
    AbortSignal.timeout(5_000),
  );

/** A bucket named `photos` at a server, opened. */
export async function bucketAt(server: HostileServer, more: Partial<StorageTarget> = {}): Promise<Bucket> {
  const opened = await openAt(server, more);
  if (!opened.ok) throw new Error(opened.diagnosis.code);
  return opened.value;
}

/** What one listing comes to: `connected`, or the code of what is wrong. */
export async function outcome(
  server: HostileServer,
  more: Partial<StorageTarget> = {},
  as?: Credential,
): Promise<string> {
  const opened = await openAt(server, more, as);
  const answer = opened.ok ? await opened.value.list() : opened;
  return answer.ok ? 'connected' : answer.diagnosis.code;
}

/** A listing of `photos` with these elements. */
export const listing = (inner = '', name = 'photos'): CannedAnswer => ({
  status: 200,
  body: `<?xml version="1.0"?><ListBucketResult><Name>${name}</Name>${inner}</ListBucketResult>`,
});

/** An S3 error. */
export const refusal = (
  status: number,
  code: string,
  inner = '',
  headers: Record<string, string> = {},
): CannedAnswer => ({
  status,
  headers,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said</Message>${inner}</Error>`,
});

/** The region that a request was signed for. */
export const signedRegion = (head: string | undefined) => /Credential=AKIATEST\/\d+\/([^/]+)\/s3/.exec(head ?? '')?.[1];
