import { describe, expect, test } from 'vitest';
import { connection, key, secret } from './local-service.ts';
import { typed } from './typed.ts';

/** There is no service to be asked: whoever tries ends with 1. */
const run = (line: string) => typed(line.split(' ').filter(Boolean), { LOCAL_DIR: '/none' });
const newKey = 'keys create --organization acme --name ci';

describe('a command line that is wrong', () => {
  test.each([
    ['', 'Usage: npm run admin --'],
    ['keys', 'Usage: npm run admin -- keys'],
    ['frobnicate', "unknown command 'frobnicate'"],
    ['organizations list --all', "unknown option '--all'"],
    ['organizations list acme', 'too many arguments'],
    ['organizations create --slug acme', "required option '--name <name>' not specified"],
    ['organizations create --slug a --name b --id 0', 'It is a number from 1 to 2147483647.'],
    ['organizations create --slug a --name b --id 2147483648', 'It is a number from 1 to 2147483647.'],
    ['organizations create --slug a --name b --id acme', 'It is a number from 1 to 2147483647.'],
    ['organizations show', "missing required argument 'organization'"],
    ['organizations show ../keys', 'It is neither the number nor the slug of an organization.'],
    ['organizations list --region eu-central-1', '--region goes with --stack'],
    ['organizations list --stack a/b', 'It is not the name of a stack.'],
    ['organizations list --stack a --region evil.example/', 'It is not the name of a region.'],
    [`${newKey} --scopes all,connections:list`, 'Scopes are all, or some of'],
    [`${newKey} --scopes connections:lst`, 'Scopes are all, or some of'],
    [`${newKey} --scopes all --expires 90`, 'Write hours, days or weeks'],
    [`${newKey} --scopes all --expires 0d`, 'That is not in the future.'],
    [`${newKey} --scopes all --expires 2026-11-21`, 'That is not in the future.'],
    [`${newKey} --scopes all --also a/b`, 'It is neither the number nor the slug of an organization.'],
    ['audit', "required option '--organization <organization>' not specified"],
    ['audit --organization acme --limit 0', 'It is a number from 1 to 999999.'],
    ['audit --organization acme --since yesterday', 'Write hours, days or weeks'],
    ['audit --organization acme --since 1h --until 2h', '--since is later than --until'],
    ['connections', "required option '--organization <organization>' not specified"],
    ['history', "missing required argument 'uid'"],
    ['history ../keys', 'It is not the uid of a connection.'],
    ['reverify', 'name one of a uid, --organization, --all and --due'],
    ['reverify --all --due', 'name one of a uid, --organization, --all and --due'],
    [`reverify ${connection.uid} --organization acme`, 'name one of a uid, --organization, --all and --due'],
    ['events', 'Usage: npm run admin -- events'],
    ['events tail --since 5', 'Write hours, days or weeks'],
    ['events tail --for 0s', 'Write seconds, minutes or hours'],
    ['events tail --for 1d', 'Write seconds, minutes or hours'],
    ['forwarding', "required option '--organization <organization>' not specified"],
  ])('%s', async (line, sentence) => {
    const { code, out, err } = await run(line);
    expect(err).toContain(sentence);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('does not bring back what may be a key', async () => {
    const { code, out, err } = await run(`keys revoke ei_${key.id}_${secret}x`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe('error: that is neither the id of a key nor a key\n(--help says more)\n');
  });

  test('is not one that asks for help', async () => {
    const { code, out, err } = await run('keys create --help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Usage: npm run admin -- keys create \[options\]\n/);
  });
});
