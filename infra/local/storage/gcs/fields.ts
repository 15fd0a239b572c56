import { GcsRefusal } from './answer.ts';

/** The parts of an answer that were asked for; `true` for all of a part. */
type Selection = true | ReadonlyMap<string, Selection>;

/**
 * Cuts an answer down to its `fields` ("Partial response"): names separated by commas, a part's own names in
 * parentheses. Without `fields`, everything.
 *
 * @throws GcsRefusal 400 for what is not of that form
 */
export function selected(value: unknown, fields: string | undefined): unknown {
  if (fields === undefined) return value;
  const words = fields.match(/[A-Za-z]+|[(),]/g) ?? [];
  if (words.join('') !== fields) throw invalid(fields);
  const selection = readNames(words, fields);
  if (words.length > 0) throw invalid(fields);
  return cut(value, selection);
}

/** Takes names off the front of the words until a closing parenthesis or the end. */
function readNames(words: string[], fields: string): Selection {
  const names = new Map<string, Selection>();
  do {
    const name = words.shift();
    if (name === undefined || !/^[A-Za-z]+$/.test(name)) throw invalid(fields);
    if (words[0] !== '(') {
      names.set(name, true);
      continue;
    }
    words.shift();
    names.set(name, readNames(words, fields));
    if (words.shift() !== ')') throw invalid(fields);
  } while (words[0] === ',' && words.shift());
  return names;
}

function cut(value: unknown, selection: Selection): unknown {
  if (selection === true) return value;
  if (Array.isArray(value)) return value.map((one) => cut(one, selection));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => {
      const within = selection.get(name);
      return within === undefined ? [] : [[name, cut(part, within)]];
    }),
  );
}

const invalid = (fields: string): GcsRefusal =>
  new GcsRefusal('json', 400, 'invalidParameter', `Invalid field selection ${fields}`);
