import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routing } from '../../../../../infra/local/runtime/gateway/routing.ts';
import type { Route } from '../../../../../infra/local/template/model.ts';

const route = (method: string, resource: string): Route => ({
  method,
  resource,
  functionArn: `${method} ${resource}`,
  authorization: 'NONE',
});

const match = routing([
  route('POST', '/buckets/verify'),
  route('POST', '/buckets/{bucketId}'),
  route('GET', '/buckets/{bucketId}'),
  route('POST', '/buckets/{bucketId}/verify'),
  route('GET', '/storage-configs'),
  route('GET', '/both'),
  route('GET', '/both/'),
  route('GET', '/cloud/all'),
  route('GET', '/cloud/{id}'),
  route('PUT', '/connectors/-/test'),
  route('GET', '/connectors/{name}'),
  route('ANY', '/any'),
  route('GET', '/any'),
  route('GET', '/'),
]);

/** The resource a request reaches, with its variables; `none` when it reaches none. */
function reached(method: string, path: string): string {
  const matched = match(method, path);
  if (matched.kind === 'none') return 'none';
  const variables = Object.entries(matched.pathParameters ?? {}).map(([name, value]) => ` ${name}=${value}`);
  return `${matched.route.method} ${matched.route.resource}${variables.join('')}`;
}

describe('a request', () => {
  it.each([
    ['a literal beats a variable', 'POST', '/buckets/verify', 'POST /buckets/verify'],
    ['a literal with another method does not fall back', 'GET', '/buckets/verify', 'none'],
    ['nor does a literal that has no methods at all', 'GET', '/connectors/-', 'none'],
    ['nor one that does not go on', 'POST', '/buckets/verify/verify', 'none'],
    ['a variable takes one part', 'GET', '/buckets/7', 'GET /buckets/{bucketId} bucketId=7'],
    ['and not two', 'GET', '/buckets/7/8', 'none'],
    ['and goes on', 'POST', '/buckets/7/verify', 'POST /buckets/{bucketId}/verify bucketId=7'],
    ['and takes no empty part', 'GET', '/buckets/', 'none'],
    ['and keeps an escaped slash as sent', 'GET', '/connectors/c%201%2Fx', 'GET /connectors/{name} name=c%201%2Fx'],
    ['a slash at the end reaches the resource without', 'GET', '/storage-configs/', 'GET /storage-configs'],
    ['but not two of them', 'GET', '/storage-configs//', 'none'],
    ['unless there is one with it', 'GET', '/both/', 'GET /both/'],
    ['which does not take the one without', 'GET', '/both', 'GET /both'],
    ['names are told apart by case', 'GET', '/Cloud/all', 'none'],
    ['methods that are not there are not found', 'HEAD', '/cloud/all', 'none'],
    ['ANY takes the others', 'DELETE', '/any', 'ANY /any'],
    ['but not those that are named', 'GET', '/any', 'GET /any'],
    ['the root', 'GET', '/', 'GET /'],
  ])('%s', (_, method, path, expected) => {
    expect(reached(method, path)).toBe(expected);
  });
});

describe('routes that API Gateway would not take', () => {
  it.each([
    [['/a/{x}', '/a/{y}'], 'names {y} what another resource names {x}'],
    [['/a/{x+}'], '{x+} of /a/{x+} is not supported'],
    [['/a/b{x}'], 'b{x} of /a/b{x} is not supported'],
    [['/a', '/a'], 'GET /a is routed twice'],
  ])('%j stop the start', (resources, message) => {
    expect(() => routing(resources.map((resource) => route('GET', resource)))).toThrow(message);
  });
});

describe('any routes', () => {
  const part = fc.constantFrom('a', 'b', '{x}');
  const resource = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  const resources = fc.uniqueArray(resource, { minLength: 1, maxLength: 8 });
  const sent = fc.array(fc.constantFrom('a', 'b', 'c', '%2F', ''), { minLength: 1, maxLength: 5 });

  it('send a request where comparing it with each of them would', () => {
    fc.assert(
      fc.property(resources, sent, (all, parts) => {
        const matched = routing(all.map((each) => route('GET', each)))('GET', `/${parts.join('/')}`);
        const withoutSlash = parts.at(-1) === '' ? parts.slice(0, -1) : parts;
        const expected = best(all, withoutSlash);
        expect(matched.kind === 'route' ? matched.route.resource : undefined).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  /**
   * From the left, keep of the resources, and of all that lie above them, those that have the request's part as a
   * literal; where there is none, those that have a variable.
   */
  function best(all: readonly string[], parts: readonly string[]): string | undefined {
    const split = all.map((each) => each.slice(1).split('/'));
    const left = parts.reduce((kept, sentPart, index) => {
      const literal = kept.filter((each) => each[index] === sentPart);
      return literal.length > 0 ? literal : kept.filter((each) => sentPart !== '' && each[index] === '{x}');
    }, split);
    const whole = left.find((each) => each.length === parts.length);
    return whole === undefined ? undefined : `/${whole.join('/')}`;
  }
});
