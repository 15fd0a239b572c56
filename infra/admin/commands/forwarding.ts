import type { Command } from 'commander';
import * as z from 'zod/mini';
import { understood } from '../api/parse-answer.ts';
import { organizationArgument, organizationPath } from '../arguments.ts';
import type { Perform } from '../output/output.ts';
import { jsonText } from '../output/terminal.ts';

const forwarding = z.object({ template: z.record(z.string(), z.unknown()) });

/** Adds `forwarding` to the command line. */
export function addForwarding(program: Command, perform: Perform): void {
  program
    .command('forwarding')
    .description("the CloudFormation template that a bucket's owner deploys, so that changes there are known at once")
    .requiredOption('--organization <organization>', 'slug or number', organizationArgument)
    .action(({ organization }: { organization: string }) =>
      perform(async (call) => {
        const json = await call({ method: 'GET', path: `${organizationPath(organization)}/forwarding` });
        return {
          json,
          text: jsonText(understood(forwarding, json).template),
          note:
            'Its owner deploys it in their account and region, and in us-east-1: `aws cloudformation deploy --capabilities CAPABILITY_IAM ' +
            "--template-file …`. Their account has to be in this deployment's parameter EventAccounts.",
        };
      }),
    );
}
