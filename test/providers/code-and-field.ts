import { expect } from 'vitest';
import type { StorageAnswer } from '../../functions/core/storage/storage.ts';
import { canary } from '../conformance/storage/harness.ts';
import type { HostileServer } from '../conformance/storage/hostile.ts';
import { bucketAt } from './s3/s3-bucket.ts';

/** Code and field of a diagnosis, which repeats nothing of what was planted in the answer. */
export const codeAndField = (answer: StorageAnswer<unknown>) => {
  expect(JSON.stringify(answer)).not.toContain(canary);
  return answer.ok ? ['connected'] : [answer.diagnosis.code, answer.diagnosis.field];
};

/** One listing of a bucket, or its page behind a token. */
export const listAt = async (server: HostileServer, continuation?: string) =>
  codeAndField(await (await bucketAt(server)).list(continuation));
