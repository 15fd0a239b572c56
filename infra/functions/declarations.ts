import type { PortName } from '../../functions/core/ports.ts';
import type { DeclaredEndpoint } from '../../functions/http/endpoints/endpoint.ts';
import type { DeclaredTask } from '../../functions/workflows/registry.ts';

/** A function to be deployed: where its code begins, and the rights it asks for. */
export interface DeclaredFunction {
  /** `<dialect>/<endpoint>` or `<workflow>/<task>`; unique. */
  readonly name: string;
  /** The file that exports `handler`, from the repository's root. */
  readonly entry: string;
  readonly needs: ReadonlySet<PortName>;
}

export const endpointFunction = ({ dialect, name, needs }: DeclaredEndpoint): DeclaredFunction => ({
  name: `${dialect.name}/${name}`,
  entry: `functions/dialects/${dialect.name}/${name}/handler.ts`,
  needs: new Set(needs),
});

export const taskFunction = ({ workflow, name, needs }: DeclaredTask): DeclaredFunction => ({
  name: `${workflow}/${name}`,
  entry: `functions/workflows/${workflow}/${name}/handler.ts`,
  needs: new Set(needs),
});
