import { copyFileSync, linkSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import type { FunctionCode } from '../bundle/bundle.ts';

/**
 * A function's code as the CDK takes it. It would read all of it to name it and copy all of it to keep it: two
 * thousand files, most of them many times the same. The name is known, and what is kept is linked.
 */
export const assetOf = ({ directory, hash }: Pick<FunctionCode, 'directory' | 'hash'>): Code =>
  Code.fromAsset(directory, {
    assetHash: hash,
    assetHashType: AssetHashType.CUSTOM,
    bundling: {
      // Never used: the code is there.
      image: DockerImage.fromRegistry('none'),
      local: {
        tryBundle(kept) {
          for (const file of readdirSync(directory)) put(join(directory, file), join(kept, file));
          return true;
        },
      },
    },
  });

/** On another file system there are no links. */
function put(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
