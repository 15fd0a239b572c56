import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';

/** What is decided when a stack is synthesized. What can be changed without a synthesis is a parameter (`egress.ts`). */
export interface Settings {
  /** Names the stack (but for `prod`), the stage in the API's URL, and the folder of the secrets. */
  readonly stage: string;
  readonly logRetentionDays: number;
  /** Of every function; Lambda gives processor time in proportion. */
  readonly functionMemoryMb: number;
  /** Requests per second, over all callers, that the API lets through before it answers 429. */
  readonly throttleRate: number;
  /** Requests that may arrive at once on top of the rate. */
  readonly throttleBurst: number;
  /** Refuse to delete the tables and the stack. */
  readonly deletionProtection: boolean;
  /** Have a user pool of Cognito's in the stack, whose tokens are taken in place of those of another issuer. */
  readonly userPool: boolean;
  /** Where that sends a browser with the code, once its user has signed in. */
  readonly userPoolCallbackUrl: string;
}

const numberThat = (holds: (value: number) => boolean, error: string) =>
  z.coerce.number({ error }).check(z.refine(holds, { error }));
const wholeNumber = (least: number, most: number) =>
  numberThat(
    (value) => Number.isInteger(value) && value >= least && value <= most,
    `must be a whole number from ${least} to ${most}`,
  );
const yesOrNo = () =>
  z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })], { error: 'must be true or false' });
const retentions = Object.values(RetentionDays).filter((value) => Number.isInteger(value));

/** Values given on the command line (`-c name=value`) arrive as text; those of cdk.json as what they are. */
const given = z.strictObject({
  stage: z._default(
    z.string().check(z.regex(/^[a-z][a-z0-9-]{0,19}$/, { error: 'must be a short lower-case name, such as prod' })),
    'prod',
  ),
  logRetentionDays: z._default(
    numberThat(
      (days) => retentions.includes(days),
      'must be a retention that CloudWatch Logs offers, such as 7, 30, 90 or 365',
    ),
    90,
  ),
  functionMemoryMb: z._default(wholeNumber(128, 10_240), 512),
  throttleRate: z._default(wholeNumber(1, 10_000), 100),
  throttleBurst: z._default(wholeNumber(1, 5_000), 200),
  deletionProtection: z.optional(yesOrNo()),
  userPool: z._default(yesOrNo(), false),
  userPoolCallbackUrl: z._default(
    z.string().check(
      // Cognito's own rule.
      z.refine((text) => /^(https:\/\/|http:\/\/localhost[:/])[^\s#]+$/.test(text) && URL.canParse(text), {
        error: 'must be an https URL without #, or http for localhost',
      }),
    ),
    'http://localhost:3000/callback',
  ),
});

/** Context that the CDK's command line keeps for itself beside its namespaced entries. */
const ofTheCdk = new Set(['cli-telemetry', 'acknowledged-issue-numbers']);

/**
 * The settings among the app's context: every entry that is not the CDK's own. The CDK's own have a namespace in
 * their name (`aws:…`, `@aws-cdk/…`), so that a misspelt setting is refused and never ignored.
 *
 * @throws Error that names each setting it does not know or take
 */
export function settingsFrom(context: Readonly<Record<string, unknown>>): Settings {
  const named = Object.entries(context).filter(([name]) => !/[:/]/.test(name) && !ofTheCdk.has(name));
  const parsed = given.safeParse(Object.fromEntries(named));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      issue.code === 'unrecognized_keys'
        ? `there is no setting ${issue.keys.join(', ')} (there are ${Object.keys(given.shape).join(', ')})`
        : `${issue.path.join('.')} ${issue.message}`,
    );
    throw new Error(`The deployment's settings are wrong: ${problems.join('; ')}.`);
  }
  const { deletionProtection = parsed.data.stage === 'prod', ...settings } = parsed.data;
  return { ...settings, deletionProtection };
}
