import { describe, expect, test } from 'vitest';
import { fromListQuery } from '../../../../functions/dialects/nodeum/list-connectors/wire.ts';
import { faultsOf, problemOf } from '../refused.ts';

const connectors = [
  { id: 1, name: 'c 1/x', url: 'https://a.example', provider: 'generic_s3', access_key: 'k', options: 'b' },
  { id: 2, name: 'c2', url: 'https://b.example', provider: 'amazon_aws_s3', access_key: 'k', url_proxy: 'http://p' },
  { id: 3, name: 'd', url: 'https://c.example', provider: 'wasabi', access_key: 'l', region: 'eu', options: 'a' },
];
const ids = (query: Readonly<Record<string, string>>) => {
  const { matches, order } = fromListQuery(query);
  return connectors
    .filter(matches)
    .toSorted(order)
    .map(({ id }) => id);
};

describe('a list', () => {
  test.each<[Readonly<Record<string, string>>, readonly number[]]>([
    [{}, [1, 2, 3]],
    [{ name: '~c%', provider: '><generic_s3|amazon_aws_s3' }, [1, 2]],
    [{ name: '!~c%' }, [3]],
    [{ id: '>=2', provider: '!=wasabi' }, [2]],
    [{ id: '><1|3' }, [1, 3]],
    [{ region: 'eu' }, [3]],
    [{ region: '=' }, [1, 2]],
    [{ url_proxy: '!=' }, [2]],
    [{ access_key: 'k', url: '<https://b' }, [1]],
    [{ url_proxy: '', name: '', sort_by: '', limit: '', offset: '' }, [1, 2, 3]],
    [{ options: 'b', secret_key: 'x', color: 'red' }, [1, 2, 3]],
    [{ sort_by: 'access_key:desc|id:desc' }, [3, 2, 1]],
    [{ sort_by: 'access_key,id:desc' }, [2, 1, 3]],
    [{ sort_by: 'options' }, [2, 3, 1]],
  ])('by %j is of %j', (query, expected) => {
    expect(ids(query)).toEqual(expected);
  });

  test.each([
    [{}, { offset: 0, limit: 100 }],
    [
      { limit: '2', offset: '1' },
      { offset: 1, limit: 2 },
    ],
    [
      { limit: '1000000000', offset: '0' },
      { offset: 0, limit: 1000 },
    ],
  ])('of the part %j is %j', (query, paging) => {
    expect(fromListQuery(query).paging).toEqual(paging);
  });

  test.each(['0', '-1', 'abc', '1e9', '1.5', ' 1', '９'])('of the limit %j is refused', (limit) => {
    expect(problemOf(() => fromListQuery({ limit }))).toMatchObject({
      faults: [{ field: 'limit', code: 'invalid', value: limit }],
    });
  });

  test.each([
    [{ sort_by: 'secret_key' }, ['sort_by invalid']],
    [{ sort_by: 'toString:desc' }, ['sort_by invalid']],
    [{ sort_by: 'name:up' }, ['sort_by invalid']],
    [
      { id: 'x', name: '><', url: '!>x', offset: '-1', limit: '0', sort_by: 'x' },
      [...['id invalid', 'name invalid', 'url invalid', 'sort_by invalid', 'offset invalid', 'limit invalid']],
    ],
    [{ provider: '><a||b' }, ['provider invalid']],
  ])('by %j is refused, all at once', (query, faults) => {
    expect(faultsOf(() => fromListQuery(query))).toEqual(faults);
  });

  test('does not repeat what a key was looked for by', () => {
    expect(JSON.stringify(problemOf(() => fromListQuery({ access_key: '~', url_proxy: '><CANARY|' })))).not.toMatch(
      /CANARY|"value"/,
    );
  });
});
