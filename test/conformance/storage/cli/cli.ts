import { command } from './cli-command.ts';

/** `npm run conformance`: the read-only part of the suite, asked of a storage that is not ours. */
const { code, out, error } = await command(process.argv.slice(2), process.env);
if (out !== '') console.log(out);
if (error !== '') console.error(error);
process.exitCode = code;
