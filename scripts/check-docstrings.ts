// Without this file a name may be published that says nothing when a user hovers it: every name that a subpath
// exports, and that is ours, has a docstring. (TypeDoc's own check also demands one for each method signature.) And a
// type may have so many type parameters that editors show a row of arguments that nobody can read.
import { relative } from 'node:path'
import ts from 'typescript'
import { packages, report, root, subpaths } from './workspace.ts'

/** Type parameters of a type; more become one object type with named members. Those of functions are inferred. */
const MOST_TYPE_PARAMETERS = 4

const problems: string[] = []
let checked = 0

const entries = packages().flatMap(subpaths)
const program = ts.createProgram({
  rootNames: entries.map(({ source }) => source),
  options: {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: ['node'],
  },
})
const checker = program.getTypeChecker()

for (const { specifier, source } of entries) {
  const file = program.getSourceFile(source)
  const module = file && checker.getSymbolAtLocation(file)
  for (const exported of module === undefined ? [] : checker.getExportsOfModule(module)) {
    checkSymbol(specifier, exported)
  }
}
report(
  problems,
  `${checked} exported names are documented, types have at most ${MOST_TYPE_PARAMETERS} type parameters`,
)

function checkSymbol(specifier: string, exported: ts.Symbol): void {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const declaration = symbol.declarations?.[0]
  const file = declaration?.getSourceFile()
  if (declaration === undefined || file === undefined || file.fileName.includes('/node_modules/')) return
  checked += 1
  checkTypeParameters(specifier, exported.name, symbol)
  if (symbol.getDocumentationComment(checker).length > 0) return
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  problems.push(
    `${relative(root, file.fileName)}:${line + 1} ${exported.name} of ${specifier} has no docstring.`,
  )
}

function checkTypeParameters(specifier: string, name: string, symbol: ts.Symbol): void {
  for (const one of symbol.declarations ?? []) {
    if (!ts.isInterfaceDeclaration(one) && !ts.isTypeAliasDeclaration(one) && !ts.isClassLike(one)) continue
    const count = one.typeParameters?.length ?? 0
    if (count <= MOST_TYPE_PARAMETERS) continue
    problems.push(
      `${name} of ${specifier} has ${count} type parameters; the most is ${MOST_TYPE_PARAMETERS}.`,
    )
  }
}
