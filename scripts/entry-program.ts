// Without this file each script that reads what the packages export would set up a compiler of its own.
import ts from 'typescript'
import { packages, subpaths } from './workspace.ts'

/** Every subpath that a package publishes. */
export const entries: readonly { specifier: string; source: string }[] = packages().flatMap(subpaths)

/** The compiler's view of all subpaths. */
export function entryProgram(): ts.Program {
  return ts.createProgram({
    rootNames: entries.map(({ source }) => source),
    options: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.NodeNext,
      allowImportingTsExtensions: true,
      strict: true,
      noEmit: true,
      types: ['node'],
    },
  })
}

/** The names that a source file exports. */
export function exportsOf(program: ts.Program, source: string): readonly ts.Symbol[] {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(source)
  const module = file && checker.getSymbolAtLocation(file)
  return module === undefined ? [] : checker.getExportsOfModule(module)
}

/** What an exported name stands for, through its re-exports. */
export function targetOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

/** Whether an exported name exists at run time: not when a re-export on its way says `type`. */
export function isValue(checker: ts.TypeChecker, symbol: ts.Symbol): boolean {
  const isTypeOnly = symbol.declarations?.some((one) => ts.isTypeOnlyImportOrExportDeclaration(one))
  return isTypeOnly !== true && (targetOf(checker, symbol).flags & ts.SymbolFlags.Value) !== 0
}
