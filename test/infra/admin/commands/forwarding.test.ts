import { expect, test } from 'vitest';
import { localService } from '../local-service.ts';

const { run, answers, askedBy } = localService();

test('the template is printed as it is to be deployed, and the rest with --json', async () => {
  const template = { AWSTemplateFormatVersion: '2010-09-09', Resources: { A: { Type: 'AWS::Events::Rule' } } };
  const body = { accountId: '123456789012', externalId: 'uuid', eventBus: 'arn', template };
  answers({ body });
  const { code, out, err } = await run('forwarding --organization acme');
  expect([code, JSON.parse(out)]).toEqual([0, template]);
  expect(err).toMatch(/aws cloudformation deploy --capabilities CAPABILITY_IAM/);
  expect(err).toMatch(/EventAccounts\.\n$/);
  expect(JSON.parse((await run('forwarding --organization acme --json')).out)).toEqual(body);
  expect(await askedBy('forwarding --organization acme')).toMatchObject([
    { method: 'GET', path: '/admin/organizations/acme/forwarding' },
  ]);
});
