import * as z from 'zod/mini';

/** A whole number from `least` to `most`; digits too, because the value of a parameter is text. */
export function whole(least: number, most: number) {
  const digits = z.pipe(z.string().check(z.regex(/^\d{1,9}$/)), z.transform(Number));
  return z.pipe(z.union([z.number(), digits]), z.int().check(z.gte(least), z.lte(most)));
}
