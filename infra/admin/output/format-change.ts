import * as z from 'zod/mini';
import { printable } from './terminal.ts';

const verdict = z.object({ status: z.string(), code: z.nullish(z.string()) });
const counted = z.object({ files: z.number(), bytes: z.number() });
const inventory = z.object({
  complete: z.boolean(),
  splits: z.record(z.string(), z.record(z.string(), counted)),
});

const verdictChange = z.object({ from: z.nullable(verdict), to: verdict });
const datasetChange = z.object({ before: z.nullable(inventory), now: inventory });

/**
 * A change in a few words, of a line of a history or an event: `connected → error bucket-missing`,
 * `dataset: 12 files, 3.4 MB → 13 files, 3.5 MB`.
 *
 * @param of of any form; what is not understood is a dash: a later version may tell of more
 */
export function change(of: unknown): string {
  const verdicts = verdictChange.safeParse(of);
  if (verdicts.success) {
    const { from, to } = verdicts.data;
    return printable(`${from === null ? 'unverified' : kindOf(from)} → ${kindOf(to)}`);
  }
  const datasets = datasetChange.safeParse(of);
  if (!datasets.success) return '–';
  const { before, now } = datasets.data;
  return `dataset: ${before === null ? 'not counted' : totalOf(before)} → ${totalOf(now)}`;
}

const kindOf = ({ status, code }: z.infer<typeof verdict>): string => [status, ...(code ? [code] : [])].join(' ');

function totalOf({ complete, splits }: z.infer<typeof inventory>): string {
  const places = Object.values(splits).flatMap((split) => Object.values(split));
  const sum = (of: 'files' | 'bytes') => places.reduce((total, place) => total + place[of], 0);
  return `${complete ? '' : 'at least '}${sum('files')} files, ${sizeOf(sum('bytes'))}`;
}

const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** In powers of a thousand. @param bytes whole, and not negative */
function sizeOf(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3));
  const count = bytes / 1_000 ** power;
  return `${power === 0 ? count : count.toFixed(1)} ${units[power]}`;
}
