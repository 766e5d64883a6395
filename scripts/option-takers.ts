// Without this file the reference of options would have to be told which function takes which of them.
import ts from 'typescript'
import { packages, root, subpaths } from './workspace.ts'

/** An object of options, with the functions that take it. */
export interface Taken {
  /** The import path where the first of them is found. */
  readonly specifier: string
  readonly symbol: ts.Symbol
  readonly type: ts.Type
  /** `createApp`, `route.get`, `App.listen`. */
  readonly functions: string[]
}

/** How code calls what has these interfaces. */
const CALLED: Readonly<Record<string, string>> = {
  App: 'app',
  AppInspection: 'app',
  BaseContext: 'ctx',
  Bus: 'bus',
  Clock: 'clock',
  KeyValueStore: 'store',
  RunningApp: 'app',
  TestApp: 'test',
}

/** What packages export, but for what only tools use that are bound to the same version. */
export const entries = packages()
  .flatMap(subpaths)
  .filter(({ specifier }) => !specifier.endsWith('/spi'))

/** Whether an interface is of ours, and is one of options by its name. */
const isNamedSo = (symbol: ts.Symbol): boolean =>
  /(?:Options|Init|Settings|FetchInfo)$/.test(symbol.name) && isOurs(symbol)

export function isOurs(symbol: ts.Symbol): boolean {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? ''
  return file.startsWith(`${root}/packages/`) && !file.includes('/node_modules/')
}

/** The interface that a type is of: `Partial<X>` is X's. */
export function symbolOf(type: ts.Type): ts.Symbol | undefined {
  const { aliasSymbol, aliasTypeArguments, symbol } = type
  if (aliasSymbol !== undefined && !isOurs(aliasSymbol))
    return aliasTypeArguments?.[0] && symbolOf(aliasTypeArguments[0])
  if (symbol !== undefined && symbol.name !== '__type' && isOurs(symbol)) return symbol
  return aliasSymbol
}

/** The types that a value of a type may be: members of unions and intersections, constraints of type parameters. */
export function formsOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  if (type.aliasSymbol !== undefined && isNamedSo(type.aliasSymbol)) return [type]
  if (type.isUnionOrIntersection()) return type.types.flatMap((one) => formsOf(checker, one))
  if (!(type.flags & ts.TypeFlags.TypeParameter)) return [type]
  const constraint = checker.getBaseConstraintOfType(type)
  return constraint === undefined || constraint === type ? [] : formsOf(checker, constraint)
}

/** All objects of options that exported functions take. Functions come before the methods of interfaces. */
export function takenOptions(
  program: ts.Program,
  isTabled: (symbol: ts.Symbol) => boolean,
): readonly Taken[] {
  const checker = program.getTypeChecker()
  const taken = new Map<ts.Symbol, Taken>()
  const noted = new Set<unknown>()
  const note = (specifier: string, name: string, one: ts.Symbol): void => {
    // A method that several interfaces inherit is one function.
    if (noted.has(one.declarations?.[0])) return
    noted.add(one.declarations?.[0])
    for (const type of parametersOf(checker, checker.getTypeOfSymbol(one))) {
      const symbol = symbolOf(type)
      if (symbol === undefined || !(isTabled(symbol) || isNamedSo(symbol))) continue
      const found = taken.get(symbol) ?? { specifier, symbol, type, functions: [] }
      taken.set(symbol, found)
      if (!found.functions.includes(name)) found.functions.push(name)
    }
  }
  const exported = entries.flatMap(({ specifier, source }) =>
    exportsOf(program, source).map(([name, symbol]) => ({ specifier, name, symbol })),
  )
  const isValue = ({ symbol }: { symbol: ts.Symbol }): boolean => (symbol.flags & ts.SymbolFlags.Value) !== 0
  for (const one of exported.filter(isValue)) {
    note(one.specifier, one.name, one.symbol)
    for (const member of membersOf(checker, checker.getTypeOfSymbol(one.symbol)))
      note(one.specifier, `${ownerOf(member) ?? one.name}.${member.name}`, member)
  }
  for (const one of exported.filter((each) => !isValue(each)))
    for (const member of membersOf(checker, checker.getDeclaredTypeOfSymbol(one.symbol)))
      note(one.specifier, `${ownerOf(member) ?? one.name}.${member.name}`, member)
  return [...taken.values()]
}

/** What code calls the object whose method it is, where its interface has such a name. */
function ownerOf(method: ts.Symbol): string | undefined {
  const interfaced = method.declarations?.[0]?.parent
  return interfaced && ts.isInterfaceDeclaration(interfaced) ? CALLED[interfaced.name.text] : undefined
}

/** The import path that exports a name; the first of them. */
export function specifierOf(program: ts.Program, symbol: ts.Symbol): string | undefined {
  return entries.find(({ source }) => exportsOf(program, source).some(([, one]) => one === symbol))?.specifier
}

function exportsOf(program: ts.Program, source: string): readonly (readonly [string, ts.Symbol])[] {
  const checker = program.getTypeChecker()
  const file = program.getSourceFile(source)
  const module = file && checker.getSymbolAtLocation(file)
  const all = module === undefined ? [] : checker.getExportsOfModule(module)
  return all
    .map((one) => [one.name, one.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(one) : one] as const)
    .filter(([, symbol]) => isOurs(symbol))
}

const membersOf = (checker: ts.TypeChecker, type: ts.Type): readonly ts.Symbol[] =>
  checker.getPropertiesOfType(type).filter(isOurs)

function parametersOf(checker: ts.TypeChecker, type: ts.Type): readonly ts.Type[] {
  const plain = checker.getNonNullableType(type)
  const signatures = [...plain.getCallSignatures(), ...plain.getConstructSignatures()]
  const parameters = signatures.flatMap((one) => one.parameters)
  return parameters.flatMap((one) => [
    ...formsOf(checker, checker.getTypeOfSymbol(one)),
    ...typesInRest(one).flatMap((node) => formsOf(checker, checker.getTypeFromTypeNode(node))),
  ])
}

/** Types that are named where a rest parameter is declared: `...args: StreamArgs<TCall, EventsOptions>`. */
function typesInRest(parameter: ts.Symbol): readonly ts.TypeNode[] {
  const declaration = parameter.valueDeclaration
  if (declaration === undefined || !ts.isParameter(declaration)) return []
  if (declaration.dotDotDotToken === undefined || declaration.type === undefined) return []
  return ts.isTypeReferenceNode(declaration.type) ? (declaration.type.typeArguments ?? []) : []
}
