import { describe, expect, test } from 'vitest';
import { operator, problem, startAdminApi } from './admin-api.ts';
import { localService } from './local-service.ts';
import { typed } from './typed.ts';

const { run, answers, isAt } = localService();
const create = 'organizations create --slug acme --name Acme';
const notRunning =
  'The local service is not running here. Start it with `npm start`, or name a deployed stack with --stack.\n';
const notUnderstood =
  'gave an answer that is not understood: this program and the deployment may be of different versions.';

describe('the API refuses or fails', () => {
  test('with a problem, which is repeated with its fields, as far as a terminal may see them', async () => {
    answers(
      problem(400, 'Two fields are wrong.\u001b[2J', [
        { field: 'slug', code: 'invalid', message: 'must be\r a slug' },
        { field: 'name', code: 'blank', message: 'is required' },
      ]),
    );
    expect(await run(create)).toEqual({
      code: 1,
      out: '',
      err: 'Two fields are wrong.[2J\n  slug must be a slug\n  name is required\n',
    });
    answers(problem(409, 'The slug is taken.'));
    expect(await run(`${create} --json`)).toEqual({ code: 1, out: '', err: 'The slug is taken.\n' });
    answers(problem(403, 'Not you.'));
    expect((await run(create)).err).toBe('Not you.\n');
  });

  test.each([
    [
      'what API Gateway says by itself',
      { status: 404, body: { detail: 'There is \u009bnothing here.' } },
      'The local service answered 404: There is nothing here.',
    ],
    ['an answer that is no JSON', { status: 502, body: '<html>' }, 'The local service answered 502.'],
    ['a way elsewhere', { status: 302, body: {}, headers: { location: '/' } }, 'The local service answered 302.'],
    [
      'IAM’s refusal',
      { status: 403, body: {} },
      'Your AWS identity may not call execute-api:Invoke on POST /admin/organizations.',
    ],
    [
      'IAM’s refusal in the words of a problem',
      {
        status: 403,
        headers: { 'content-type': 'application/problem+json', 'x-amzn-errortype': 'AccessDeniedException' },
        body: { detail: 'Check its method.' },
      },
      'Your AWS identity may not call execute-api:Invoke on POST /admin/organizations.',
    ],
    ['a success that is no JSON', { body: 'fine' }, `The local service ${notUnderstood}`],
    ['a success of another form', { body: { id: '1' } }, `The API ${notUnderstood}`],
  ])('with %s', async (_, canned, sentence) => {
    answers(canned);
    expect(await run(create)).toEqual({ code: 1, out: '', err: `${sentence}\n` });
  });

  test.each(['nothing', 'beginning'] as const)('by not answering in time (%s)', async (canned) => {
    answers(canned);
    const late = 'The local service did not answer within 0.2 seconds.\n';
    expect((await run('organizations list', 200)).err).toBe(late);
    expect(await run(create, 200)).toEqual({
      code: 1,
      out: '',
      err: `${late}It may have been done all the same: look before you repeat it.\n`,
    });
  });

  test('by not being there', async () => {
    const gone = await startAdminApi();
    await gone.stop();
    isAt(gone.url);
    expect(await run(create)).toEqual({ code: 1, out: '', err: notRunning });
    expect(await typed(create.split(' '), { LOCAL_DIR: '/none' })).toEqual({ code: 1, out: '', err: notRunning });
  });

  test('because it knows another operator', async () => {
    answers({ body: {} });
    isAt('', { ...operator, secretAccessKey: 'another' });
    expect(await run(create)).toEqual({
      code: 1,
      out: '',
      err: "AWS does not accept the signature: the secret access key or this machine's clock is wrong.\n",
    });
  });
});
