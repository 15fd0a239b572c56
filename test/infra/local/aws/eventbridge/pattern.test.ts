import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../../infra/local/aws/eventbridge/pattern.ts';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'FAILED', name: 'abc-1', output: null, labels: ['AWSCURRENT', 'OTHER'], count: 3 },
};

describe('an event pattern', () => {
  it.each([
    ['an exact value', { source: ['aws.states'] }, true],
    ['one of several', { detail: { status: ['TIMED_OUT', 'FAILED'] } }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['every field of the pattern', { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } }, false],
    ['a value of a missing field', { account: ['1'] }, false],
    ['a number', { detail: { count: [3] } }, true],
    ['null', { detail: { output: [null] } }, true],
    ['null for a missing field', { detail: { missing: [null] } }, false],
    ['one entry of a list', { detail: { labels: ['AWSCURRENT'] } }, true],
    ['no entry of a list', { detail: { labels: ['AWSPENDING'] } }, false],
    ['a prefix', { detail: { name: [{ prefix: 'abc-' }] } }, true],
    ['another prefix', { detail: { name: [{ prefix: 'b' }] } }, false],
    ['a suffix', { detail: { name: [{ suffix: '-1' }] } }, true],
    ['another suffix', { detail: { name: [{ suffix: '-2' }] } }, false],
    ['a word in any case', { source: [{ 'equals-ignore-case': 'AWS.States' }] }, true],
    ['another word in any case', { source: [{ 'equals-ignore-case': 'aws.state' }] }, false],
    ['anything but these', { detail: { status: [{ 'anything-but': ['RUNNING', 'SUCCEEDED'] }] } }, true],
    ['anything but this', { detail: { status: [{ 'anything-but': 'FAILED' }] } }, false],
    ['anything but a prefix', { detail: { name: [{ 'anything-but': { prefix: 'abc' } }] } }, false],
    ['anything but a value for a missing field', { detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    ['an existing field that must exist', { detail: { status: [{ exists: true }] } }, true],
    ['a missing field that must not exist', { detail: { missing: [{ exists: false }] } }, true],
    ['an existing field that must not exist', { detail: { status: [{ exists: false }] } }, false],
  ])('matches or rejects an event by %s', (_, pattern, matches) => {
    expect(compilePattern(pattern, 'Rule r')(event)).toBe(matches);
  });

  it.each([
    ['a numeric matcher', { detail: { count: [{ numeric: ['>', 1] }] } }, /^Rule r: count: the matcher numeric is not/],
    ['a wildcard', { detail: { name: [{ wildcard: 'a*' }] } }, /wildcard/],
    ['an or across fields', { $or: [{ source: ['a'] }] }, /not supported/],
    ['a value outside a list', { source: 'aws.states' }, /the matcher source/],
    [
      'anything-but with an unsupported matcher',
      { source: [{ 'anything-but': { exists: true } }] },
      /anything-but exists/,
    ],
    ['two matchers in one', { source: [{ prefix: 'a', suffix: 'b' }] }, /not supported/],
  ])('with %s is refused at the start', (_, pattern, sentence) => {
    expect(() => compilePattern(pattern, 'Rule r')).toThrow(StartRefused);
    expect(() => compilePattern(pattern, 'Rule r')).toThrow(sentence);
  });
});
