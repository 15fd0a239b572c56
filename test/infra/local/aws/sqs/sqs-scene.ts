import type { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll } from 'vitest';
import type { Queue, Role } from '../../../../../infra/local/template/model.ts';
import { clients, emptyTemplate, startTestAws, type TestAws, temporaryFolder } from '../test-aws.ts';
import { visibility } from './sqs-queues.ts';

/** Starts a local AWS with these queues before the tests of a file, and stops it after them. */
export function setUpQueues(queues: readonly Queue[], roles: readonly Role[] = []) {
  const cleanUps: (() => Promise<void>)[] = [];
  let aws: TestAws | undefined;
  let sqs: SQSClient | undefined;
  beforeAll(async () => {
    const addCleanUp = (cleanUp: () => Promise<void>) => void cleanUps.unshift(cleanUp);
    const template = { ...emptyTemplate, queues, roles };
    aws = await startTestAws({ template, visibility, dataDir: await temporaryFolder(addCleanUp) }, addCleanUp);
    sqs = clients(aws).queues;
  });
  afterAll(async () => {
    for (const cleanUp of cleanUps) await cleanUp();
  });
  const requireStarted = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('setUpQueues() has not started the local AWS yet.');
    return value;
  };
  return {
    get aws() {
      return requireStarted(aws);
    },
    /** A client with the administrator’s credentials. */
    get sqs() {
      return requireStarted(sqs);
    },
    /** The content of a queue, by name. */
    observe: (name: string) =>
      requireStarted(aws)
        .observe.queues()
        .find((queue) => queue.name === name),
  };
}
