import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routesOf } from '../../../infra/api/routes.ts';

const get = (...paths: readonly string[]) => ({ method: 'GET', paths }) as const;

describe('a route', () => {
  it('has a resource without the slash at its end, which answers with it too', () => {
    const endpoint = get('/api/v1/storage-configs/{uid}/');
    expect(routesOf([endpoint])).toEqual([{ endpoint, resource: '/api/v1/storage-configs/{uid}' }]);
  });

  it('is there for each path of an endpoint, in their order', () => {
    const [one, other] = [get('/x', '/y/x'), get('/z')];
    expect(routesOf([one, other])).toEqual([
      { endpoint: one, resource: '/x' },
      { endpoint: one, resource: '/y/x' },
      { endpoint: other, resource: '/z' },
    ]);
    expect(() => routesOf([get('/x', '/x')])).toThrow('GET /x and GET /x are the same route.');
    expect(routesOf([get('/x/{a}/{b}', '/y/{b}/{a}')])).toHaveLength(2);
    expect(() => routesOf([get('/x/{a}', '/y/{b}')])).toThrow(
      '/y/{b} has other variables than /x/{a}, which is the same endpoint.',
    );
  });

  it('is not that of another endpoint, whose path differs in the last slash only', () => {
    expect(() => routesOf([get('/x'), get('/x/')])).toThrow('GET /x/ and GET /x are the same route.');
    expect(routesOf([get('/x'), { method: 'PUT', paths: ['/x'] }])).toHaveLength(2);
  });

  it('calls a part of the path as its neighbours do', () => {
    expect(() => routesOf([get('/x/{id}'), get('/x/{name}/y')])).toThrow(
      '/x/{name}/y calls {name} what another endpoint calls {id}.',
    );
    expect(routesOf([get('/x/{id}'), get('/x/all'), get('/x/-/{job}'), get('/y/{name}')])).toHaveLength(4);
  });

  it.each(['', '/', 'x', '/x//', '/x//y', '/{}', '/{x', '/x?y', '/{proxy+}', '/a b'])('is not %j', (path) => {
    expect(() => routesOf([get(path)])).toThrow(`${path} is not a path that can be routed.`);
  });

  it('keeps every path as it is but for a slash at the end', () => {
    const part = fc.oneof(fc.stringMatching(/^[\w.~:-]+$/), fc.stringMatching(/^\{\w+\}$/));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.boolean(), (parts, slash) => {
        const resource = `/${parts.join('/')}`;
        expect(routesOf([get(slash ? `${resource}/` : resource)])[0]?.resource).toBe(resource);
      }),
    );
  });
});
