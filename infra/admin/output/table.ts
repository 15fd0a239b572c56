import Table from 'cli-table3';
import { printable } from './terminal.ts';

/** Two spaces between columns, and no lines. */
const layout = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  },
  style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
};

/** Rows under headings, as wide as their cells are. What is in a cell comes from elsewhere and cannot steer a terminal. */
export function tableOf(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table(layout);
  table.push([...headings], ...rows.map((row) => row.map(printable)));
  return lines(table.toString());
}

/** One thing: its properties below each other, names before values. */
export function cardOf(properties: Readonly<Record<string, string>>): string {
  const table = new Table(layout);
  table.push(...Object.entries(properties).map(([name, value]) => [name, printable(value)]));
  return lines(table.toString());
}

/** Without the spaces that fill the last column. */
const lines = (text: string): string => text.replace(/ +$/gm, '');

/** `2026-11-21 10:32`, in UTC, of an ISO-8601 time; a dash for none. */
export const shortTime = (time: string | null): string =>
  time === null ? '–' : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
