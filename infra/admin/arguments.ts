import { InvalidArgumentError } from 'commander';
import { organizationNamed } from '../../functions/core/access/organization.ts';
import { scopeNamed, scopes } from '../../functions/core/access/scope.ts';
import { uuid } from '../../functions/core/validation/uuid.ts';
import { durationOf, momentAgo, momentAhead, momentForms } from './output/parse-time.ts';

// What the options and arguments of several commands mean. Each throws InvalidArgumentError, which commander answers
// with the usage; what is wrong beyond the form is for the API to say.

/** The number or slug of an organization. */
export function organizationArgument(text: string): string {
  if (organizationNamed(text) === undefined) {
    throw new InvalidArgumentError('It is neither the number nor the slug of an organization.');
  }
  return text;
}

/** Its place in the API; a number or a slug needs no escape. */
export const organizationPath = (name: string) => `/admin/organizations/${name}` as const;

/** The number of an organization. */
export function organizationIdOption(text: string): number {
  const named = organizationNamed(text);
  if (named === undefined || !('id' in named)) throw new InvalidArgumentError('It is a number from 1 to 2147483647.');
  return named.id;
}

/** One more organization, as a request's body names it, after those given before. */
export function furtherOrganizations(text: string, before: readonly (number | string)[] = []) {
  const named = organizationNamed(organizationArgument(text));
  return [...before, named !== undefined && 'id' in named ? named.id : text];
}

/** Names separated by commas; `all` stands for every scope there is. */
export function scopesArgument(text: string): readonly string[] {
  if (text.trim() === 'all') return scopes;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => scopeNamed(name) === undefined);
  if (unknown !== undefined) throw new InvalidArgumentError(`Scopes are all, or some of ${scopes.join(', ')}.`);
  return names;
}

/** The uid of a connection. */
export function connectionArgument(text: string): string {
  const uid = text.toLowerCase();
  if (!uuid.test(uid)) {
    throw new InvalidArgumentError('It is not the uid of a connection.');
  }
  return uid;
}

/** A time that something takes at most, in milliseconds. */
export function durationOption(text: string): number {
  const duration = durationOf(text);
  if (duration === undefined) throw new InvalidArgumentError('Write seconds, minutes or hours: 30s, 10m, 2h.');
  return duration;
}

/** How many at most. */
export function limitOption(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It is a number from 1 to 999999.');
  return Number(text);
}

/** A moment to come, as an ISO-8601 time. */
export const timeAhead =
  (now: () => number) =>
  (text: string): string => {
    const at = momentAhead(text, now());
    if (at === undefined) throw new InvalidArgumentError(momentForms);
    if (at <= now()) throw new InvalidArgumentError('That is not in the future.');
    return new Date(at).toISOString();
  };

/** A moment so long ago, or named, as an ISO-8601 time. */
export const timeAgo =
  (now: () => number) =>
  (text: string): string => {
    const at = momentAgo(text, now());
    if (at === undefined) throw new InvalidArgumentError(momentForms);
    return new Date(at).toISOString();
  };
