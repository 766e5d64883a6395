// Without this file an exported type could be removed, renamed or given one more type parameter, and no test would
// fail. It writes what each subpath exports into the `names.txt` of its package; `--check` compares alone.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import ts from 'typescript'
import { entryProgram, exportsOf, isValue, targetOf } from './entry-program.ts'
import { packages, report, root, subpaths, type Package } from './workspace.ts'

const HEAD = `Written by scripts/agreed-names.ts: the names that each subpath exports, as values and as types. What stands in
angle brackets is how many type arguments a type takes; of a range, the first number is required.
`

const program = entryProgram()
const checker = program.getTypeChecker()
const problems: string[] = []
let count = 0

for (const pkg of packages()) {
  const file = join(pkg.dir, 'names.txt')
  const text = textOf(pkg)
  const agreed = existsSync(file) ? readFileSync(file, 'utf8') : undefined
  if (text === agreed) continue
  if (!process.argv.includes('--check')) writeFileSync(file, text ?? '')
  else problems.push(...differences(relative(root, file), agreed ?? '', text ?? ''))
}
report(problems, `${count} exported names are those that were agreed`)

/** `undefined` for a package that exports nothing. */
function textOf(pkg: Package): string | undefined {
  const parts = subpaths(pkg).map(({ specifier, source }) => {
    const lines = exportsOf(program, source).map(lineOf).toSorted()
    count += lines.length
    return `\n${specifier}\n${lines.map((line) => `  ${line}\n`).join('')}`
  })
  return parts.length === 0 ? undefined : HEAD + parts.join('')
}

/** `RouteFactory<0-2>: type`, `SetupError: value, type`. */
function lineOf(symbol: ts.Symbol): string {
  const target = targetOf(checker, symbol)
  const kinds = [
    ...(isValue(checker, symbol) ? ['value'] : []),
    ...(target.flags & ts.SymbolFlags.Type ? ['type'] : []),
  ]
  return `${symbol.name}${argumentsOf(target)}: ${kinds.join(', ')}`
}

function argumentsOf(symbol: ts.Symbol): string {
  const declaration = symbol.declarations?.find(
    (one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one) || ts.isClassLike(one),
  )
  const parameters = declaration?.typeParameters ?? []
  const required = parameters.filter((one) => one.default === undefined).length
  if (parameters.length === 0) return ''
  return required === parameters.length ? `<${required}>` : `<${required}-${parameters.length}>`
}

function differences(file: string, agreed: string, text: string): readonly string[] {
  const before = namesOf(agreed)
  const now = namesOf(text)
  return [
    ...before
      .filter((one) => !now.includes(one))
      .map((one) => `${file}: ${one} was agreed and is not exported.`),
    ...now
      .filter((one) => !before.includes(one))
      .map((one) => `${file}: ${one} is exported and was not agreed.`),
    `${file} is not what the code says. If the change is wanted, run: node scripts/${basename(import.meta.filename)}`,
  ]
}

/** Each line of a `names.txt` with the subpath that it stands below. */
function namesOf(text: string): readonly string[] {
  let specifier = ''
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('@')) specifier = line
    return line.startsWith('  ') ? [`${line.trim()} of ${specifier}`] : []
  })
}
