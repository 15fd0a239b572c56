import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../../../infra/local/aws/eventbridge/pattern.ts';
import { StartRefused } from '../../../../../infra/local/template/start-refused.ts';

const event = {
  source: 'aws.states',
  'detail-type': 'Step Functions Execution Status Change',
  detail: { status: 'FAILED', name: 'abc-1', output: null, labels: ['AWSCURRENT', 'OTHER'], count: 3 },
};

describe('a pattern', () => {
  it.each([
    ['an exact value', { source: ['aws.states'] }, true],
    ['one of several', { detail: { status: ['TIMED_OUT', 'FAILED'] } }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['every field, not some', { source: ['aws.states'], detail: { status: ['SUCCEEDED'] } }, false],
    ['a field that is not there', { account: ['1'] }, false],
    ['a number', { detail: { count: [3] } }, true],
    ['null', { detail: { output: [null] } }, true],
    ['null, and there is nothing', { detail: { missing: [null] } }, false],
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
    ['anything but, and there is nothing', { detail: { missing: [{ 'anything-but': 'x' }] } }, false],
    ['that a field is there', { detail: { status: [{ exists: true }] } }, true],
    ['that a field is not there', { detail: { missing: [{ exists: false }] } }, true],
    ['that a field is not there, and it is', { detail: { status: [{ exists: false }] } }, false],
  ])('asks for %s', (_, pattern, matches) => {
    expect(compilePattern(pattern, 'Rule r')(event)).toBe(matches);
  });

  it.each([
    ['a numeric matcher', { detail: { count: [{ numeric: ['>', 1] }] } }, /^Rule r: count: the matcher numeric is not/],
    ['a wildcard', { detail: { name: [{ wildcard: 'a*' }] } }, /wildcard/],
    ['an or across fields', { $or: [{ source: ['a'] }] }, /not understood/],
    ['a value outside a list', { source: 'aws.states' }, /the matcher source/],
    ['anything but something odd', { source: [{ 'anything-but': { exists: true } }] }, /anything-but exists/],
    ['two matchers in one', { source: [{ prefix: 'a', suffix: 'b' }] }, /not understood/],
  ])('with %s stops the start', (_, pattern, sentence) => {
    expect(() => compilePattern(pattern, 'Rule r')).toThrow(StartRefused);
    expect(() => compilePattern(pattern, 'Rule r')).toThrow(sentence);
  });
});
