import type { Fault, Parsed } from '../validation/result.ts';
import {
  type AttributeKind,
  type AttributeKinds,
  type Attributes,
  type AttributeValue,
  compareValues,
  listAttributes,
} from './attribute.ts';
import { matchesLike } from './sql-like.ts';

/** Longest filter, in characters, its operator included. */
const longest = 1_000;
const mostAlternatives = 100;

/**
 * In this order, so that none is taken for the beginning of a longer one. `!>`, `!<` and `<>` are operators elsewhere,
 * not here: they are refused, so that nobody who uses them believes to have compared.
 */
const operators = ['!><', '><', '!=', '>=', '<=', '!~', '!>', '!<', '<>', '=', '>', '<', '~'] as const;

type Holds = (value: AttributeValue) => boolean;
type Read = { readonly holds: Holds } | { readonly wrong: string };

/**
 * Reads filters, one per attribute, all of which are to hold. A filter is an operator and what it is about:
 *
 * - `=x`, `!=x`, or `x` alone, which is `=x`: capitals count; of texts, `=` and `!=` alone find the absent and the
 *   present ones;
 * - `>x`, `>=x`, `<x`, `<=x`: numbers by size, texts by code points (`compareValues`);
 * - `><a|b`, `!><a|b`: one of, none of; up to 100, none of which is empty;
 * - `~x`, `!~x`: SQL's LIKE (`matchesLike`), for numbers on their decimal digits.
 *
 * A text that begins with an operator is found by `=` before it. What is absent is the empty text and comes before
 * every other value: so `!=x`, `!><x` and `<x` hold for it, `=x` and `>x` do not.
 *
 * @param kinds what can be filtered by
 * @param query texts by attribute; names that are no attribute are ignored
 * @returns whether a thing of these attributes is meant; or, in the order of `kinds`, a fault for each filter that
 *   names no value or more than it may, is longer than 1,000 characters, or no number where one is due
 */
export function parseFilters<const Kinds extends AttributeKinds>(
  kinds: Kinds,
  query: Readonly<Record<string, string | undefined>>,
): Parsed<(attributes: Attributes<Kinds>) => boolean, keyof Kinds & string> {
  const faults: Fault<keyof Kinds & string>[] = [];
  const filters: { readonly name: keyof Kinds & string; readonly holds: Holds }[] = [];
  for (const { name, kind } of listAttributes(kinds)) {
    const text = query[name];
    if (text === undefined) continue;
    const filter = readFilter(kind, text);
    if ('wrong' in filter) faults.push({ field: name, code: 'invalid', message: filter.wrong });
    else filters.push({ name, holds: filter.holds });
  }
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: (attributes) => filters.every(({ name, holds }) => holds(attributes[name])) };
}

function readFilter(kind: AttributeKind, text: string): Read {
  if (text.length > longest) return { wrong: `must be at most ${longest} characters long` };
  const known = operators.find((operator) => text.startsWith(operator));
  const operator = known ?? '=';
  const operand = text.slice(known?.length ?? 0);
  if (operand === '' && operator !== '=' && operator !== '!=') return { wrong: 'must have a value after the operator' };
  switch (operator) {
    case '><':
      return readAlternatives(kind, operand);
    case '!><':
      return not(readAlternatives(kind, operand));
    case '~':
      return readPattern(operand);
    case '!~':
      return not(readPattern(operand));
    case '!>':
    case '!<':
    case '<>':
      return { wrong: 'must begin with an operator out of: = != > >= < <= >< !>< ~ !~' };
    default:
      return readComparison(kind, operand, comparisons[operator]);
  }
}

const comparisons = {
  '=': (order: number) => order === 0,
  '!=': (order: number) => order !== 0,
  '>': (order: number) => order > 0,
  '>=': (order: number) => order >= 0,
  '<': (order: number) => order < 0,
  '<=': (order: number) => order <= 0,
} as const;

function readComparison(kind: AttributeKind, text: string, holds: (order: number) => boolean): Read {
  const operand = readValue(kind, text);
  if (operand === undefined) return { wrong: notANumber };
  return { holds: (value) => holds(compareValues(value, operand)) };
}

function readAlternatives(kind: AttributeKind, text: string): Read {
  const parts = text.split('|');
  if (parts.length > mostAlternatives) return { wrong: `must name at most ${mostAlternatives} alternatives` };
  if (parts.includes('')) return { wrong: 'must have a value on either side of each |' };
  const values = parts.map((part) => readValue(kind, part));
  if (values.includes(undefined)) return { wrong: notANumber };
  const alternatives = new Set(values);
  return { holds: (value) => alternatives.has(value) };
}

function readPattern(text: string): Read {
  const matches = matchesLike(text);
  return { holds: (value) => matches(String(value ?? '')) };
}

const not = (read: Read): Read => ('wrong' in read ? read : { holds: (value) => !read.holds(value) });

const notANumber = 'must be a whole number';

/** A value as callers write it; undefined for what is no number but has to be, or is none that can be told apart. */
function readValue(kind: AttributeKind, text: string): string | number | undefined {
  if (kind === 'text') return text;
  return /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}
