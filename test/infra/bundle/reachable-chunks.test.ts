import type { Metafile } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { reachOf, sharedWithLater, sourcesOf } from '../../../infra/bundle/reachable-chunks.ts';

type Output = Metafile['outputs'][string];
type Import = Output['imports'][number];

const output = (sources: readonly string[], imports: readonly Import[] = []): Output => ({
  bytes: 1,
  inputs: Object.fromEntries(sources.map((source) => [source, { bytesInOutput: 1 }])),
  imports: [...imports],
  exports: [],
});
const statically = (path: string): Import => ({ path, kind: 'import-statement' });
const onDemand = (path: string): Import => ({ path, kind: 'dynamic-import' });

describe('the reach of an entry', () => {
  const outputs = {
    'entry.mjs': output(
      ['entry.ts'],
      [statically('a.mjs'), onDemand('lazy.mjs'), { ...statically('node:net'), external: true }],
    ),
    'a.mjs': output(['a.ts'], [statically('b.mjs')]),
    'b.mjs': output(['b.ts'], [statically('a.mjs')]),
    'lazy.mjs': output(['lazy.ts'], [statically('of-lazy.mjs'), statically('b.mjs')]),
    'of-lazy.mjs': output(['sdk.ts']),
    'other.mjs': output(['other.ts'], [statically('a.mjs')]),
  };

  it('at the start is what is imported statically, however far', () => {
    expect(reachOf(outputs, 'entry.mjs').start).toEqual(new Set(['entry.mjs', 'a.mjs', 'b.mjs']));
  });

  it('in total is also what is imported on demand, and what that imports', () => {
    const { total } = reachOf(outputs, 'entry.mjs');
    expect(total).toEqual(new Set(['entry.mjs', 'a.mjs', 'b.mjs', 'lazy.mjs', 'of-lazy.mjs']));
    expect(sourcesOf(outputs, total)).toEqual(new Set(['entry.ts', 'a.ts', 'b.ts', 'lazy.ts', 'sdk.ts']));
  });

  it('shares with what is loaded later what both import, and all that this imports', () => {
    expect(sharedWithLater(outputs, ['entry.mjs', 'other.mjs'])).toEqual(new Set(['a.mjs', 'b.mjs']));
    expect(sharedWithLater(outputs, ['other.mjs'])).toEqual(new Set());
  });

  it('is nothing for what is not there', () => {
    expect(() => reachOf(outputs, 'missing.mjs')).toThrow('The bundle has no missing.mjs.');
  });
});
