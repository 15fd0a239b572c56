import { describe, expect, it } from 'vitest';
import { createConditions } from '../../../../infra/local/template/conditions.ts';
import { createResolver, noValue } from '../../../../infra/local/template/intrinsics.ts';
import { readParameters } from '../../../../infra/local/template/parameters.ts';
import { refuse, StartRefused } from '../../../../infra/local/template/start-refused.ts';

const values: Readonly<Record<string, unknown>> = {
  Name: 'thing',
  Names: ['a', 'b', 'c'],
  Count: 3,
  'AWS::Region': 'us-east-1',
  'AWS::NoValue': noValue,
};
const resolve = createResolver({
  ref: (name, where) => (Object.hasOwn(values, name) ? values[name] : refuse(`${where} refers to ${name}.`)),
  attribute: (logicalId, attribute) => `${logicalId}/${attribute}`,
  condition: (name) => name === 'Yes',
});

describe('an intrinsic', () => {
  it.each([
    ['Ref', { Ref: 'Name' }, 'thing'],
    ['Ref of a list', { Ref: 'Names' }, ['a', 'b', 'c']],
    ['GetAtt', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table/Arn'],
    ['GetAtt with dots', { 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table/Stream.Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Name' }, 1]] }, 'a-thing-1'],
    ['Join without what has no value', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }]] }, 'a'],
    ['Join of a reference to a list', { 'Fn::Join': [',', { Ref: 'Names' }] }, 'a,b,c'],
    ['Split', { 'Fn::Split': ['/', { 'Fn::GetAtt': ['A', 'B'] }] }, ['A', 'B']],
    ['Select', { 'Fn::Select': ['1', { Ref: 'Names' }] }, 'b'],
    ['Select of Split', { 'Fn::Select': [0, { 'Fn::Split': ['.', 'x.y'] }] }, 'x'],
    [
      'Sub',
      { 'Fn::Sub': `\${Name}:\${AWS::Region}:\${Table.Arn}:\${!Literal}:\${Count}` },
      `thing:us-east-1:Table/Arn:\${Literal}:3`,
    ],
    ['Sub with variables', { 'Fn::Sub': [`\${Mine}-\${Name}`, { Mine: { Ref: 'Name' } }] }, 'thing-thing'],
    ['If', { 'Fn::If': ['Yes', { Ref: 'Name' }, { Ref: 'Missing' }] }, 'thing'],
    ['If not', { 'Fn::If': ['No', 'a', 'b'] }, 'b'],
    [
      'a property without a value',
      { a: { Ref: 'AWS::NoValue' }, b: [{ 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }] },
      { b: [] },
    ],
    ['nothing', { a: [1, true, null, { b: 'c' }] }, { a: [1, true, null, { b: 'c' }] }],
    ['a key that only looks like one', { Ref: 'Name', other: 1 }, { Ref: 'Name', other: 1 }],
  ])('%s is resolved', (_, value, expected) => {
    expect(resolve(value, 'Here')).toEqual(expected);
  });

  it.each([
    [
      'ImportValue',
      { 'Fn::ImportValue': 'x' },
      'Here uses Fn::ImportValue, which the local target does not understand.',
    ],
    ['FindInMap', { a: { 'Fn::FindInMap': ['a', 'b', 'c'] } }, 'Here uses Fn::FindInMap'],
    ['Base64', { 'Fn::Base64': 'x' }, 'Fn::Base64'],
    ['a reference to nothing', { Ref: 'Missing' }, 'Here refers to Missing.'],
    ['a Select beyond its list', { 'Fn::Select': [9, ['a']] }, 'not in its list'],
    ['a malformed Join', { 'Fn::Join': ['a'] }, 'wrong number'],
    ['a Join of objects', { 'Fn::Join': ['', [{ a: 1 }]] }, 'text is needed'],
    ['an intrinsic among other keys', { 'Fn::Join': ['', []], other: 1 }, 'Here mixes Fn::Join'],
    ['a dynamic reference', 'x{{resolve:ssm:/a}}', 'dynamic reference'],
  ])('%s stops the start', (_, value, sentence) => {
    expect(() => resolve(value, 'Here')).toThrow(StartRefused);
    expect(() => resolve(value, 'Here')).toThrow(sentence);
  });
});

describe('conditions', () => {
  const named = createConditions(
    {
      Same: { 'Fn::Equals': [{ Ref: 'Name' }, 'thing'] },
      Other: { 'Fn::Not': [{ Condition: 'Same' }] },
      Both: { 'Fn::And': [{ Condition: 'Same' }, { Condition: 'Other' }] },
      Either: { 'Fn::Or': [{ Condition: 'Other' }, { 'Fn::Equals': ['a', 'a'] }] },
      Loop: { 'Fn::Not': [{ Condition: 'Loop' }] },
      Odd: { 'Fn::Contains': [['a'], 'a'] },
    },
    resolve,
  );

  it('are evaluated', () => {
    expect(['Same', 'Other', 'Both', 'Either'].map((name) => named(name, 'Here'))).toEqual([true, false, false, true]);
  });

  it.each([
    ['Loop', 'The condition Loop needs itself.'],
    ['Odd', 'The condition Odd uses Fn::Contains, which the local target does not understand.'],
    ['Missing', 'Here uses the condition Missing, which the template does not have.'],
  ])('stop the start: %s', (name, sentence) => {
    expect(() => named(name, 'Here')).toThrow(new StartRefused(sentence));
  });
});

describe('parameters', () => {
  const declared = {
    Stage: { Type: 'String', Default: 'dev', AllowedValues: ['dev', 'prod'] },
    Hosts: { Type: 'CommaDelimitedList', Default: 'a, b' },
    Needed: { Type: 'String', AllowedPattern: '[a-z]+' },
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x' },
  };

  it('take what is given, else their default', () => {
    const value = readParameters(declared, { Needed: 'abc', Stage: 'prod' });
    expect(['Stage', 'Hosts', 'Needed', 'None'].map(value)).toEqual(['prod', ['a', 'b'], 'abc', undefined]);
  });

  it.each([
    ['a value that is not allowed', { Stage: 'test' }, 'The parameter Stage does not allow the value it was given.'],
    ['a value that does not fit', { Needed: 'ABC' }, 'The parameter Needed does not allow the value it was given.'],
    ['a parameter that is not there', { Other: 'x' }, 'The template has no parameter Other.'],
  ])('refuse %s', (_, given, sentence) => {
    expect(() => readParameters(declared, given)).toThrow(new StartRefused(sentence));
  });

  it('refuse, when used, what has no value here', () => {
    const value = readParameters(declared, {});
    expect(() => value('Needed')).toThrow('The parameter Needed needs a value to run locally.');
    // The default of such a parameter is a path to look up, not the value.
    expect(() => value('BootstrapVersion')).toThrow('needs a value');
  });
});
