import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const here = dirname(fileURLToPath(import.meta.url))

/**
 * Compiles programs that exist only in memory, as a user's project would: strict, importing '@keelson/core'.
 * One compiler run for all of them.
 *
 * @returns what the compiler prints for each program, one text each; `''` for a program without errors
 */
export function compileAll(programs: Readonly<Record<string, string>>): Map<string, string> {
  const { program, pathOf } = createProgramOf(programs)
  return new Map(
    Object.keys(programs).map((name) => {
      const source = program.getSourceFile(pathOf(name)) as ts.SourceFile
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      return [name, found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n')).join('\n')]
    }),
  )
}

/**
 * The types of a program's variables and parameters as an editor shows them, by name; of several with one name, the last.
 */
export function shownTypes(text: string): ReadonlyMap<string, string> {
  const { program, pathOf } = createProgramOf({ shown: text })
  const checker = program.getTypeChecker()
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope
  const shown = new Map<string, string>()
  const visit = (node: ts.Node): void => {
    if ((ts.isVariableDeclaration(node) || ts.isParameter(node)) && ts.isIdentifier(node.name)) {
      const type = checker.getTypeAtLocation(node.name)
      shown.set(node.name.text, checker.typeToString(type, node, flags))
    }
    ts.forEachChild(node, visit)
  }
  visit(program.getSourceFile(pathOf('shown')) as ts.SourceFile)
  return shown
}

/** What an editor shows where the mouse rests at the end of each of these texts, which the program has once. */
export function hovers(text: string, at: readonly string[]): ReadonlyMap<string, Hover> {
  const { pathOf, options, host } = createProgramOf({ shown: text })
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [pathOf('shown')],
    getScriptVersion: () => '1',
    getScriptSnapshot: (path) => {
      const file = host.readFile(path)
      return file === undefined ? undefined : ts.ScriptSnapshot.fromString(file)
    },
    getCurrentDirectory: () => here,
    getDefaultLibFileName: (one) => ts.getDefaultLibFilePath(one),
    fileExists: (path) => host.fileExists(path),
    readFile: (path) => host.readFile(path),
  })
  const hoverAt = (words: string): Hover => {
    const info = service.getQuickInfoAtPosition(pathOf('shown'), text.indexOf(words) + words.length - 1)
    return {
      type: ts.displayPartsToString(info?.displayParts).replaceAll(/\s+/g, ' '),
      doc: ts.displayPartsToString(info?.documentation),
    }
  }
  return new Map(at.map((words) => [words, hoverAt(words)]))
}

/** What an editor shows of a name. */
export interface Hover {
  /** In one line. */
  readonly type: string
  /** The docstring; `''` for a name without one. */
  readonly doc: string
}

function createProgramOf(programs: Readonly<Record<string, string>>): {
  readonly program: ts.Program
  readonly pathOf: (name: string) => string
  readonly options: ts.CompilerOptions
  readonly host: ts.CompilerHost
} {
  const pathOf = (name: string): string => join(here, `${name}.program.ts`)
  const configFile = join(here, '..', '..', '..', 'tsconfig.json')
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as { config: object }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile))
  const files = new Map(Object.entries(programs).map(([name, text]) => [pathOf(name), text]))
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path)
    return text === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version, true)
  }
  return { program: ts.createProgram([...files.keys()], options, host), pathOf, options, host }
}
