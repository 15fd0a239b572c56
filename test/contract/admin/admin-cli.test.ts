import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { type ExitCode, run } from '../../../infra/admin/program.ts';
import { writePrivately } from '../../../infra/local/private-file.ts';
import { type ServiceFile, serviceFile } from '../../../infra/local/service-file.ts';
import { type LoopbackServer, listenOnLoopback } from '../../../infra/local/storage/loopback-server.ts';
import { adminCommandsIn } from '../../infra/admin/commands-in.ts';
import { type Service, startService } from '../service.ts';

/** The operator's command line against the deployment: what it makes opens it, what it ends does not. */
let service: Service;
let file: ServiceFile;
const directory = mkdtempSync(join(tmpdir(), 'admin-cli-'));

beforeAll(async () => {
  service = await startService();
  file = serviceFile(service.target);
  writePrivately(join(directory, 'service.json'), file);
});
afterAll(async () => {
  await service.stop();
  rmSync(directory, { recursive: true });
});

async function typed(...args: readonly string[]): Promise<{ code: ExitCode; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run(args, {
    stdout: (text) => {
      out += text;
    },
    stderr: (text) => {
      err += text;
    },
    env: { LOCAL_DIR: directory },
    now: Date.now,
  });
  return { code, out, err };
}

/** What a command prints with `--json`. */
async function printed<T>(schema: z.ZodMiniType<T>, ...args: readonly string[]): Promise<T> {
  const { code, out, err } = await typed(...args, '--json');
  if (code !== 0) throw new Error(err);
  return schema.parse(JSON.parse(out));
}

const organization = z.object({ id: z.int(), slug: z.string(), status: z.string() });
const newKey = z.object({ id: z.string(), key: z.string(), expiresAt: z.nullable(z.string()) });

const bucketsOf = async (organizationId: number, key: string, more = '') =>
  (
    await service.send('GET', `/v1/api/organizations/${organizationId}/buckets${more}`, {
      headers: { 'x-api-key': key },
    })
  ).status;

test('does what infra/README.md says, line by line', async () => {
  const commands = adminCommandsIn(readFileSync(new URL('../../../infra/README.md', import.meta.url), 'utf8'));
  expect(commands.filter(({ deployed }) => deployed).length).toBeGreaterThan(0);
  for (const { line, args } of commands.filter(({ deployed }) => !deployed)) {
    expect(await typed(...args), line).toMatchObject({ code: 0, out: expect.stringMatching(/\S/) });
  }
});

describe('the operator’s command line', () => {
  test('makes an organization and a key, which opens it and those it was made for as well', async () => {
    const acme = await printed(organization, 'organizations', 'create', '--slug', 'acme-cli', '--name', 'Acme Inc');
    expect(acme).toMatchObject({ slug: 'acme-cli', status: 'active' });
    expect((await typed('organizations', 'list')).out).toMatch(
      new RegExp(`^${acme.id} +acme-cli +Acme Inc +active +20`, 'm'),
    );
    expect((await typed('organizations', 'show', `${acme.id}`)).out).toMatch(/^SLUG +acme-cli$/m);

    const own = ['--organization', 'acme-cli', '--name', 'ci', '--scopes', 'connections:list', '--expires', '1h'];
    const made = await typed('keys', 'create', ...own, '--also', file.organizationSlug);
    expect(made).toMatchObject({ code: 0, err: expect.stringContaining('shown only now') });
    const [, key = ''] = /^KEY +(ei_\S+)$/m.exec(made.out) ?? [];
    expect(await bucketsOf(acme.id, key)).toBe(200);
    expect(await bucketsOf(file.organizationId, key)).toBe(200);
    expect((await typed('keys', 'list', '--organization', file.organizationSlug)).out).toMatch(
      /^\S+ +ci +active +\d+, \d+ +connections:list +20/m,
    );
  });

  test('ends a key', async () => {
    const args = ['--organization', file.organizationSlug, '--name', 'leaked', '--scopes', 'all'];
    const { key } = await printed(newKey, 'keys', 'create', ...args);
    // By the key itself, as somebody does who found it.
    expect((await typed('keys', 'revoke', key)).out).toMatch(/^STATUS +revoked$/m);
    expect(await bucketsOf(file.organizationId, key, '/1')).toBe(401);
  });

  test('turns an organization’s keys away, and lets them in again', async () => {
    await typed('organizations', 'create', '--slug', 'late', '--name', 'Late', '--id', '4711');
    const { key } = await printed(newKey, 'keys', 'create', '--organization', 'late', '--name', 'k', '--scopes', 'all');
    expect((await typed('organizations', 'disable', '4711')).out).toMatch(/^STATUS +disabled$/m);
    // Two functions: one goes for some seconds by what it read.
    expect(await bucketsOf(4711, key, '/1')).toBe(401);
    expect((await typed('organizations', 'enable', 'late')).out).toMatch(/^STATUS +active$/m);
    expect(await bucketsOf(4711, key)).toBe(200);
  });

  test('reads the trail, page by page, of all that or of a time', async () => {
    for (const name of ['one', 'two', 'three']) {
      await typed('keys', 'create', '--organization', file.organizationSlug, '--name', name, '--scopes', 'all');
    }
    const trail = ['audit', '--organization', file.organizationSlug];
    const { code, out } = await typed(...trail, '--since', '1h');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^20\S+ \S+ +arn:aws:iam::\d{12}:\S+ +key\.create +done 201 +key [0-9a-z]{12} +127\.0\.0\.1 +storage-connections-admin$/m,
    );
    expect((await typed(...trail, '--limit', '2')).err).toMatch(/^There are older entries/);
    expect((await typed(...trail, '--until', '1h')).err).toBe('There are no entries.\n');
  });

  test('repeats what the API refuses it for', async () => {
    const again = ['organizations', 'create', '--slug', file.organizationSlug, '--name', 'Again'];
    expect(await typed(...again)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/^.*\n {2}slug .*\n$/),
    });
    expect(await typed('organizations', 'show', 'nobody')).toEqual({
      code: 1,
      out: '',
      err: 'There is no such organization, key or connection.\n',
    });
  });
});

describe('with a stack', () => {
  let cloudFormation: LoopbackServer;
  beforeAll(async () => {
    const outputs = `<member><OutputKey>ApiUrl</OutputKey><OutputValue>${service.target.url}/</OutputValue></member>`;
    cloudFormation = await listenOnLoopback(
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          `<R><DescribeStacksResult><Stacks><member><StackName>S</StackName><Outputs>${outputs}</Outputs></member></Stacks></DescribeStacksResult></R>`,
        );
      },
      0,
      undefined,
    );
    const { accessKeyId, secretAccessKey, sessionToken, region } = file.operator;
    vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', cloudFormation.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', sessionToken);
    vi.stubEnv('AWS_REGION', region);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await cloudFormation.stop();
  });

  test('the same is asked of it', async () => {
    const { code, out } = await typed('organizations', 'show', file.organizationSlug, '--stack', 'S');
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(new RegExp(`^ID +${file.organizationId}$`, 'm')),
    });
  });

  test('a stranger is told apart from one who may not', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'another');
    expect(await typed('organizations', 'list', '--stack', 'S')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^AWS does not accept the signature/),
    });
  });
});
