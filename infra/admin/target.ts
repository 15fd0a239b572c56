import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stop } from './errors.ts';
import type { Terminal } from './output/terminal.ts';
import { readService } from './running-service.ts';

/** Temporary or not, as AWS signs with them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The API that is called, and as whom. */
export interface Target {
  /** Of the API, without a slash at the end. */
  readonly url: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** As it is called in a sentence. */
  readonly name: string;
  /** What is said when nothing listens there. */
  readonly unreachable: string;
  /** What IAM decides on for a call, as a policy would name it. */
  readonly resource: (method: string, path: string) => string;
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
const notRunning =
  'The local service is not running here. Start it with `npm start`, or name a deployed stack with --stack.';

/** The service that runs on this machine, by the file it leaves for scripts. @throws Stopped when there is none */
export function localTarget(env: Terminal['env']): Target {
  // As `npm start` reads it.
  const directory = resolve(env['LOCAL_DIR'] || join(repository, '.local'));
  const service = readService(join(directory, 'service.json'));
  if (service === undefined) return stop(notRunning);
  const { url, operator } = service;
  const { region, ...credentials } = operator;
  return {
    url,
    region,
    credentials,
    name: 'The local service',
    // The file of one that was killed is still there.
    unreachable: notRunning,
    resource: (method, path) => `${method} ${path}`,
  };
}
