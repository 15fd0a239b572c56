import { describe, expect, test } from 'vitest';
import { answering, answeringInTurn, type CannedAnswer } from '../../conformance/storage/hostile.ts';
import { serverThat } from '../../conformance/storage/server-that.ts';
import { listAt } from '../code-and-field.ts';
import { errorAnswer } from '../refusal-replies.ts';
import { bucketAt, listing, outcome, signedRegion } from './s3-bucket.ts';

describe('a region that is named in words only', () => {
  const named: readonly [string, CannedAnswer, string][] = [
    [
      'quoted',
      errorAnswer(400, 'AuthorizationHeaderMalformed', "the region 'us-east-1' is wrong; expecting 'eu-west-1'"),
      'eu-west-1',
    ],
    [
      'bare',
      errorAnswer(400, 'InvalidRequest', 'the region us-east-1 is wrong; expecting us-west-004.'),
      'us-west-004',
    ],
    [
      'as a constraint',
      errorAnswer(
        400,
        'IllegalLocationConstraintException',
        'The af-south-1 location constraint is incompatible for the endpoint',
      ),
      'af-south-1',
    ],
    [
      'as a choice',
      errorAnswer(400, 'InvalidRegionName', "The region name 'x' is not valid. Must be one of: wnam, weur, auto"),
      'auto',
    ],
    [
      'by the host to go to',
      errorAnswer(301, 'PermanentRedirect', 'Go elsewhere', '<Endpoint>s3.eu-central-1.wasabisys.com</Endpoint>'),
      'eu-central-1',
    ],
  ];

  test.each(named)('%s is told', async (_, answer, region) => {
    const server = await serverThat(answering(answer));
    const bucket = await bucketAt(server, { region: 'us-west-2' });
    expect(await bucket.list()).toMatchObject({
      diagnosis: { code: 'region-wrong', field: 'region', sentence: expect.stringContaining(region) },
    });
    expect(server.requests).toHaveLength(1);
  });

  test.each(named)('%s is signed for, where the caller named none', async (_, answer, region) => {
    const server = await serverThat(answeringInTurn(answer, listing()));
    expect(await outcome(server)).toBe('connected');
    expect(server.requests.map(signedRegion)).toEqual(['us-east-1', region]);
  });

  test.each([
    'the region is wrong; expecting something',
    "the region is wrong; expecting 'evil.test'",
    'expecting eu-west-1',
    "the region is wrong; expecting 'us-east-1'",
  ])('or not at all is unclear: %s', async (message) => {
    const server = await serverThat(answering(errorAnswer(400, 'AuthorizationHeaderMalformed', message)));
    expect(await listAt(server)).toEqual(['region-unclear', 'region']);
    expect(server.requests).toHaveLength(1);
  });
});
