/** A command line of the operator's, as a README gives it. */
export interface AdminCommand {
  readonly line: string;
  /** Whether it is for a deployed stack. */
  readonly deployed: boolean;
  /** What follows `npm run admin --`, as a shell takes it apart. */
  readonly args: readonly string[];
}

/** Every `npm run admin` in the shell blocks of a text. Double quotes are the only ones known. */
export const adminCommandsIn = (text: string): readonly AdminCommand[] =>
  [...text.matchAll(/^npm run admin -- (.*)$/gm)].map(([line, rest = '']) => {
    const args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    return { line, args, deployed: args.includes('--stack') };
  });
