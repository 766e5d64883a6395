// Without this file the order of the checks, and what each one proves, is known to nobody: cheap ones first.

export interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
  /** Name of a check before it that must have passed, where it is of the same run. */
  readonly needs?: string
  /** Uses all cores, or must not see the files that others write: nothing runs beside it. */
  readonly alone?: true
  /** Begins as soon as what it needs is there, so that it is not the last one that runs. */
  readonly long?: true
  /** Vitest's JSON report, whose cases are counted one by one. */
  readonly cases?: string
}

export interface Step {
  readonly name: string
  readonly proves: string
  /** Runs only when named with `--only`, as `.ci/run` does. */
  readonly ci?: true
  readonly checks: readonly Check[]
}

const script = (name: string): [string, string] => ['node', `scripts/${name}.ts`]

function vitest(folder: string): Pick<Check, 'command' | 'cases' | 'alone'> {
  const cases = `.cache/cases-${folder}.json`
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${cases}`]
  return { command: ['vitest', 'run', `${folder}/`, ...reporters], cases, alone: true }
}

export const STEPS: readonly Step[] = [
  {
    name: 'format',
    proves: 'every file looks the same',
    checks: [{ name: 'oxfmt', command: ['oxfmt', '--check', '.'], alone: true }],
  },
  {
    name: 'lint',
    proves: 'no known mistake, no forbidden import, nothing unused',
    checks: [
      { name: 'oxlint, type-aware', command: ['oxlint'], alone: true },
      { name: 'rooms import only what the design allows', command: script('check-rooms') },
      { name: 'files do not import each other in circles', command: script('check-cycles') },
      { name: 'the map of the request path is true', command: script('check-architecture') },
      { name: 'knip: no unused file, export or dependency', command: ['knip'] },
    ],
  },
  {
    name: 'types',
    proves: 'sources, tests and type tests compile, and exports are those that were agreed',
    checks: [
      { name: 'tsc', command: ['scripts/typescript7/node_modules/.bin/tsc', '--noEmit'] },
      { name: 'names that packages export', command: [...script('agreed-names'), '--check'] },
    ],
  },
  { name: 'tests', proves: 'the packages behave', checks: [{ name: 'vitest', ...vitest('packages') }] },
  {
    name: 'examples',
    proves: 'each example starts and answers',
    checks: [{ name: 'vitest', ...vitest('examples') }],
  },
  {
    name: 'pack',
    proves: 'what is published is complete and its types resolve',
    checks: [
      { name: 'build', command: ['pnpm', 'run', 'build'], long: true },
      { name: 'pack', command: script('pack'), needs: 'build', long: true },
      { name: 'publint and attw on the tarballs', command: script('check-tarballs'), needs: 'pack' },
      { name: 'names as they are built', command: script('check-built-names'), needs: 'build' },
      {
        name: 'beside copies that a program has of its own',
        command: script('check-copies'),
        needs: 'build',
      },
      { name: 'declarations of user code', command: script('check-declarations'), needs: 'pack' },
      { name: 'packages and megabytes of an install', command: script('check-installs'), needs: 'pack' },
      { name: 'getting started, step by step', command: script('check-walk'), needs: 'pack' },
      { name: 'examples, copied out', command: script('check-examples'), needs: 'pack' },
    ],
  },
  {
    name: 'docs',
    proves: 'what the documentation says compiles and is true',
    checks: [
      { name: 'code in pages and @example blocks', command: script('check-fences'), long: true },
      { name: 'pages tell to install what they import', command: script('check-page-installs') },
      { name: 'one word for each notion', command: script('check-words') },
      { name: 'links between pages', command: script('check-links') },
      { name: 'the tests that the page of security names', command: script('check-security') },
      {
        name: 'a docstring for every export, at most 4 type parameters for a type',
        command: script('check-docstrings'),
      },
      {
        name: 'the reference of options is what the code says',
        command: [...script('options-reference'), '--check'],
      },
      { name: 'typedoc: the site builds', command: ['typedoc'] },
    ],
  },
  {
    name: 'budgets',
    proves: 'types, bytes, files and dependencies stay within their limits',
    checks: [
      { name: 'type instantiations', command: script('check-type-budget'), needs: 'pack', long: true },
      { name: 'bytes and modules', command: script('check-size'), needs: 'build' },
      { name: 'files loaded at start', command: script('check-start'), needs: 'build' },
      { name: 'bundles for browsers', command: script('check-bundle'), needs: 'build' },
    ],
  },
  {
    name: 'node',
    proves: 'the built packages run on every supported Node',
    ci: true,
    checks: ['22.21.0', '24.21.0', '26.10.0'].map((version) => ({
      name: `Node ${version}`,
      command: [...script('smoke'), version],
      needs: 'pack',
    })),
  },
  {
    name: 'consumer',
    proves: 'a project outside the workspace compiles and runs the packages',
    ci: true,
    checks: ['5.9.3', '6.0.3', '7.0.2'].flatMap((version) => [
      { name: `TypeScript ${version}`, command: [...script('consumer'), version], needs: 'pack' },
      {
        name: `a front end, TypeScript ${version}`,
        command: [...script('front-end'), version],
        needs: 'pack',
      },
    ]),
  },
  {
    name: 'openapi',
    proves: 'strict linters take our documents, and generated clients work',
    ci: true,
    checks: [{ name: 'linters and client generators', command: script('check-openapi'), long: true }],
  },
]
