import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Terminal } from '../../../infra/admin/output/terminal.ts';
import { type AdminApi, type Asked, type Canned, operator, startAdminApi } from './admin-api.ts';
import { type Outcome, typed } from './typed.ts';

/** The stand-in as the local service, for all tests of a file. */
export interface LocalService {
  /** Where a process that is started finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs a command line there. @param deadline milliseconds for a request */
  run(line: string | readonly string[], deadline?: number, more?: Partial<Terminal>): Promise<Outcome>;
  /** What it is to answer from now on. */
  answers(canned: Canned | ((asked: Asked) => Canned)): void;
  /** What it was asked by one command line. */
  askedBy(line: string | readonly string[]): Promise<readonly Asked[]>;
  /** Says where the service is, and who may operate it, until the end of the test. */
  isAt(url: string, as?: Readonly<Record<string, string>>): void;
}

export function localService(): LocalService {
  const directory = mkdtempSync(join(tmpdir(), 'admin-'));
  let api: AdminApi;
  beforeAll(async () => {
    api = await startAdminApi();
  });
  afterAll(async () => {
    await api.stop();
    rmSync(directory, { recursive: true });
  });
  const isAt: LocalService['isAt'] = (url, as = operator) =>
    writeFileSync(join(directory, 'service.json'), JSON.stringify({ url, operator: as }));
  beforeEach(() => isAt(api.url));

  const run: LocalService['run'] = (line, deadline, more) =>
    typed(typeof line === 'string' ? line.split(' ').filter(Boolean) : line, { LOCAL_DIR: directory }, deadline, more);
  return {
    env: { LOCAL_DIR: directory },
    run,
    isAt: (url, as) => isAt(url || api.url, as),
    answers(canned) {
      api.answer = typeof canned === 'function' ? canned : () => canned;
    },
    async askedBy(line) {
      const before = api.asked.length;
      await run(line);
      return api.asked.slice(before);
    },
  };
}

/** An organization and a key of it, as the API answers them. */
export const acme = {
  id: 42,
  slug: 'acme',
  name: 'Acme Inc',
  externalId: '6f1c1c1e-6a3e-4d53-a0a9-6f3a3f7e7b51',
  status: 'active',
  createdAt: '2026-11-20T12:00:00.000Z',
  disabledAt: null,
};
export const key = {
  id: 'abcdefghjkmn',
  name: 'ci',
  organization: 42,
  organizations: [42, 7],
  scopes: ['connections:list', 'connections:read'],
  status: 'active',
  createdAt: '2026-11-20T12:00:00.000Z',
  createdBy: 'arn:aws:iam::123456789012:user/ann',
  expiresAt: '2027-01-31T00:00:00.000Z',
  revokedAt: null,
  lastUsedAt: null,
};
export const secret = '0123456789abcdefghjkmnpqrstvwxyz';

/** A connection of it that works, as the API answers it. */
export const connection = {
  uid: '0192f0c1-1111-7000-8000-000000000001',
  id: 1,
  organization: 42,
  name: 'walks',
  provider: 's3',
  vendor: null,
  bucket: 'acme-data',
  status: 'connected',
  since: '2026-11-18T10:32:00.000Z',
  lastCheck: '2026-11-21T08:30:00.000Z',
  diagnosis: null,
  nextCheck: '2026-11-22T08:30:00.000Z',
  checking: false,
  failures: 0,
  cause: null,
  dataset: null,
  inventory: null,
};
export const failing = {
  ...connection,
  uid: '0192f0c1-1111-7000-8000-000000000002',
  name: 'runs\u001b[2J',
  provider: 's3',
  vendor: 'wasabi',
  status: 'error',
  since: '2026-11-21T10:20:00.000Z',
  lastCheck: '2026-11-21T10:31:30.000Z',
  diagnosis: { code: 'secret-key-wrong', field: 'secretKey', text: 'It is wrong.', remedy: 'Enter it again.' },
  nextCheck: '2026-11-21T10:47:00.000Z',
  failures: 2,
};
