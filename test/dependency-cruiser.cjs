/**
 * Who may import whom under `functions/` and `infra/`. Read by `architecture.test.ts`, which also sees each rule fail; to run it
 * by hand: `depcruise --config test/dependency-cruiser.cjs functions infra`.
 */

/** A package, whether or not it is installed; a module of Node, with or without its prefix. */
const npm = (name) => `^(node_modules/)?${name}(/|$)`;
const node = (name) => `^(node:)?${name}(/|$)`;

/** By the first word of the files that may import them. */
const storageSdks = {
  s3: npm('@aws-sdk/(client-s3|s3-request-presigner|lib-storage)'),
  azure: npm('@azure/[^/]+'),
  gcs: npm('(@google-cloud/[^/]+|google-auth-library)'),
};
const serviceSdks = npm('@aws-sdk/(client-(?!s3(/|$))[^/]+|lib-dynamodb)');

/** The folders of core, each of which may import those before it only. */
const coreFolders = [
  ...['diagnosis', 'validation', 'storage', 'access', 'datasets', 'records', 'jobs', 'verification'],
  ...['connections', 'events', 'janitor', 'lists', 'reverification'],
];

/** A rule: no file under `from` (but `except`) may import `to` (but `toExcept`). */
const never = (name, comment, { from, except, to, toExcept, ...conditions }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, ...(except && { pathNot: except }) },
  to: { ...(to && { path: to }), ...(toExcept && { pathNot: toExcept }), ...conditions },
});

module.exports = {
  forbidden: [
    never('no-cycles', 'A cycle has no first file to read. Types count.', { from: '.', circular: true }),
    never('no-unresolved', 'What is imported is there. (Of aws-lambda there are types only.)', {
      from: '.',
      toExcept: '^aws-lambda$',
      couldNotResolve: true,
    }),
    never('shipped-packages-only', 'What runs in a function is a dependency of the product.', {
      from: '^functions/',
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
    }),
    never('shipped-code-only', 'Functions know nothing of their deployment or their tests.', {
      from: '^functions/',
      to: '^(infra|test)/',
    }),
    never('core-is-pure', 'What the service knows needs nothing but itself, and hashes.', {
      from: '^functions/core/',
      to: '.',
      toExcept: ['^functions/core/', node('crypto')],
    }),
    ...coreFolders.slice(0, -1).map((folder, index) =>
      never(`core-${folder}-before-what-follows`, 'Core is read from the bottom up.', {
        from: `^functions/core/${folder}/`,
        to: `^functions/core/(${coreFolders.slice(index + 1).join('|')})/`,
      }),
    ),
    never('providers-know-the-core-only', 'A storage driver serves any way in.', {
      from: '^functions/providers/',
      to: '^functions/',
      toExcept: '^functions/(core|providers)/',
    }),
    ...Object.entries(storageSdks).map(([provider, sdk]) =>
      never(`${provider}-sdk-behind-its-driver`, 'A folder knows one storage SDK at most, and is named after it.', {
        from: '^functions/',
        except: `^functions/providers/${provider}/`,
        to: sdk,
      }),
    ),
    // Without net, whose isIP is wanted elsewhere and opens nothing.
    never('connections-through-the-egress', 'Whoever opens a connection by another way goes past its rules.', {
      from: '^functions/',
      except: '^functions/providers/egress/',
      to: node('(http2?|https|tls|dgram|dns)'),
      dependencyTypesNot: ['type-only'],
    }),
    never('platform-holds-the-service-sdks', "The service's own records are reached through ports.", {
      from: '^functions/',
      except: '^functions/platform/',
      to: serviceSdks,
    }),
    never('platform-serves-all', 'Adapters know the ports, not who uses them.', {
      from: '^functions/platform/',
      to: '^functions/(http|dialects|workflows)/',
    }),
    never('http-knows-no-api', 'What endpoints share does not depend on one.', {
      from: '^functions/http/',
      to: '^functions/(dialects|workflows|providers)/',
    }),
    never('middy-in-one-place', 'Endpoints and tasks are data; what Lambda hands over is known to two files.', {
      from: '^functions/',
      except: '^functions/(http/gateway|workflows/task-handler)\\.ts$',
      to: [npm('@middy/[^/]+'), npm('(@types/)?aws-lambda')],
    }),
    never('dialects-stand-apart', 'One API can be added, changed or dropped without a look at another.', {
      from: '^functions/dialects/([^/]+)/',
      to: '^functions/dialects/',
      toExcept: '^functions/dialects/$1/',
    }),
    never('dialects-in-one-list', 'A dialect is a folder and a line of the registry.', {
      from: '^functions/',
      except: '^functions/dialects/',
      to: '^functions/dialects/',
    }),
    never('workflows-in-one-list', 'A task is a file and a line of the registry.', {
      from: '^functions/',
      except: '^functions/workflows/',
      to: '^functions/workflows/',
    }),
    never('adapters-bound-in-handlers', 'Everything else gets its ports as an argument.', {
      from: '^functions/(dialects|workflows/[^/]+)/',
      except: '/handler\\.ts$',
      to: '^functions/(platform|providers)/',
    }),
    never('local-runtime-emulates-aws', 'What runs any template knows nothing of this product.', {
      from: '^infra/local/(aws|runtime|template|storage)/',
      to: '^(functions|infra)/',
      toExcept: '^infra/local/',
    }),
    never('admin-calls-an-api', 'The command line works without the local runtime.', {
      from: '^infra/admin/',
      to: '^infra/local/',
    }),
    never('handlers-are-ends', 'A handler is what a function starts with; nothing else needs it.', {
      from: '^functions/',
      to: '/handler\\.ts$',
    }),
  ],
  options: {
    // Without this parser it would find no import in TypeScript 7's sources, and so no violation.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // So that packages have the same paths in the trees of the tests, where node_modules is a link.
    preserveSymlinks: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.mjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
