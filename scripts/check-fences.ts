// Without this file the documentation may show code that does not compile, or a result that is not true.
// Every `ts` fence of the pages and every `@example` is compiled; a trailing `// =>` is asserted by running the module.
// So is a fence that begins with the name of a test, `// orders.test.ts`.
//   continue  goes on where the fence above it ended      no-run  is compiled only
//   ignore    is not checked; needs `<!-- not checked: reason -->` above it
// With names of pages it checks these alone: node scripts/check-fences.ts docs/guides/cookies-and-csrf.md
import { join } from 'node:path'
import ts from 'typescript'
import { hasAsserts, runAsserts } from './fence-asserts.ts'
import { linkPackages, type Module, placeOf, save, toModules } from './fence-modules.ts'
import { addPrelude, misspelt, sourcesFor, unresolvedNames } from './fence-names.ts'
import { examples, fencesOfPage, pages } from './fences.ts'
import { report, root, scratch } from './workspace.ts'

const problems: string[] = []
const dir = scratch('fences')
linkPackages(dir)
const named = process.argv.slice(2)
const fences =
  named.length > 0 ? named.flatMap(fencesOfPage) : [...pages().flatMap(fencesOfPage), ...examples()]
const modules = toModules(dir, fences, problems)
for (const module of modules) save(module)

const first = compile()
const withGivens = new Set<Module>()
for (const module of modules.filter(({ fences }) => fences[0]?.isExample)) {
  const names = unresolvedNames(diagnose(first, module))
  const givens = addPrelude(module, names, first)
  if (givens.length > 0) withGivens.add(module)
  for (const given of givens) complainIfMisspelt(module, given)
  save(module)
}

const second = compile(first)
const broken = new Set<Module>()
for (const module of modules) {
  for (const diagnostic of diagnose(second, module)) {
    broken.add(module)
    problems.push(toText(module, diagnostic))
  }
}
const claiming = modules.filter((module) => hasAsserts(module) && !broken.has(module))
for (const module of claiming.filter((one) => withGivens.has(one)))
  problems.push(`${placeOf(module, 0)} claims a result, but uses names it does not declare.`)
problems.push(...(await runAsserts(claiming.filter((one) => !withGivens.has(one)))))
report(problems, `${modules.length} modules compile, ${claiming.length} of them run as they say`)

function compile(old?: ts.Program): ts.Program {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const rootNames = [...modules.map(({ path }) => path), ...sourcesFor(modules)]
  return ts.createProgram({
    rootNames,
    options: { ...options, allowUnreachableCode: true, allowUnusedLabels: true },
    ...(old && { oldProgram: old }),
  })
}

function diagnose(program: ts.Program, module: Module): readonly ts.Diagnostic[] {
  const source = program.getSourceFile(module.path)
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
  // An example may be the inside of a handler: `return` outside of a function is no mistake there.
  return module.fences[0]?.isExample ? found.filter(({ code }) => code !== 1108) : found
}

function toText(module: Module, { file, start = 0, code, messageText }: ts.Diagnostic): string {
  const line = file?.getLineAndCharacterOfPosition(start).line ?? 0
  return `${placeOf(module, line)} TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}

function complainIfMisspelt(module: Module, given: string): void {
  const meant = misspelt(given, first)
  if (meant !== undefined) problems.push(`${placeOf(module, 0)} uses ${given}. Is it ${meant}?`)
}
