// Without this file a name may be published that says nothing when a user hovers it: every name that a subpath
// exports, and that is ours, has a docstring. (TypeDoc's own check also demands one for each method signature.)
import { relative } from 'node:path'
import ts from 'typescript'
import { packages, report, root, subpaths } from './workspace.ts'

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
report(problems, `${checked} exported names are documented`)

function checkSymbol(specifier: string, exported: ts.Symbol): void {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const declaration = symbol.declarations?.[0]
  const file = declaration?.getSourceFile()
  if (declaration === undefined || file === undefined || file.fileName.includes('/node_modules/')) return
  checked += 1
  if (symbol.getDocumentationComment(checker).length > 0) return
  const { line } = file.getLineAndCharacterOfPosition(declaration.getStart())
  problems.push(
    `${relative(root, file.fileName)}:${line + 1} ${exported.name} of ${specifier} has no docstring.`,
  )
}
