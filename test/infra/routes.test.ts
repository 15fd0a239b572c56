import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routesOf } from '../../infra/routes.ts';

const get = (path: string) => ({ method: 'GET', path }) as const;

describe('a route', () => {
  it('has a resource without the slash at its end, which answers with it too', () => {
    const endpoint = get('/api/v1/storage-configs/{uid}/');
    expect(routesOf([endpoint])).toEqual([{ endpoint, resource: '/api/v1/storage-configs/{uid}' }]);
  });

  it('is not that of another endpoint, whose path differs in the last slash only', () => {
    expect(() => routesOf([get('/x'), get('/x/')])).toThrow('GET /x/ and GET /x are the same route.');
    expect(routesOf([get('/x'), { method: 'PUT', path: '/x' }])).toHaveLength(2);
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
