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
  const configFile = join(here, '..', '..', '..', 'tsconfig.json')
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as { config: object }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(configFile))
  const files = new Map(
    Object.entries(programs).map(([name, text]) => [join(here, `${name}.program.ts`), text]),
  )
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
  const program = ts.createProgram([...files.keys()], options, host)
  return new Map(
    [...files.keys()].map((path) => {
      const source = program.getSourceFile(path) as ts.SourceFile
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      const name = Object.keys(programs).find((one) => join(here, `${one}.program.ts`) === path) as string
      return [name, found.map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n')).join('\n')]
    }),
  )
}
