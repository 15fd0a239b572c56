import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { refuse } from './template/start-refused.ts';

/** Longer than any synthesis takes: what it prints beyond this is not read by anybody. */
const mostOutput = 64 * 1024;

/**
 * Bundles the functions and synthesizes the deployment, as `cdk synth` would, in a process of its own: the CDK takes
 * memory that the service would keep.
 *
 * @param repository the directory the app is in
 * @param outdir where the assembly goes; what is there is removed
 * @param signal ends the process
 * @returns `outdir`
 * @throws StartRefused with what the app printed, when it fails
 */
export async function synthesize(options: {
  readonly repository: string;
  readonly outdir: string;
  readonly compileCache: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  const { repository, outdir, compileCache, signal } = options;
  // Assets are named by their content: those of yesterday's code would stay for ever.
  await rm(outdir, { recursive: true, force: true });
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: repository,
    env: { ...withoutAws(process.env), CDK_OUTDIR: outdir, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-mostOutput);
    });
  }
  const failure = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) => resolve(code === 0 ? undefined : output.trim()));
  });
  if (signal.aborted) throw signal.reason;
  if (failure === undefined) return outdir;
  return refuse(`The deployment could not be synthesized (node infra/app.ts):\n\n${failure.replace(/^/gm, '    ')}\n`);
}

/** What runs here is the same for everybody, whatever account or context their shell is set up for. */
function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(AWS|CDK)_/.test(name)));
}
