// What an editor does with a file: TypeScript's language service in this process, one file that is typed into.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { benchDir } from './paths.ts'

type TypeScript = typeof import('typescript')
const ts = createRequire(join(benchDir, 'package.json'))('typescript') as TypeScript

/** Wall time and processor time, ms. The second holds on a machine that others use, too. */
export interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

/** An editor with one file open. */
export interface Editor {
  /** Reads and binds all that the file leads to, as when it is opened. */
  open(text: string): Promise<Cost>
  /** Names offered behind the last character of `text`. */
  complete(text: string): Promise<Cost & { readonly names: readonly string[] }>
  close(): Promise<void>
}

/** Starts the service of TypeScript 6; nothing is read before {@link Editor.open}. */
export function createEditor(file: string): Promise<Editor> {
  const config = join(dirname(file), 'tsconfig.json')
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    dirname(file),
  )
  let text = ''
  let version = 0
  const service = ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: (name) => (name === file ? String(version) : '0'),
    getScriptSnapshot: (name) => {
      const content = name === file ? text : ts.sys.readFile(name)
      return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content)
    },
    getCurrentDirectory: () => dirname(file),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => ts.sys.fileExists(name),
    readFile: (name) => ts.sys.readFile(name),
    directoryExists: (name) => ts.sys.directoryExists(name),
    getDirectories: (name) => ts.sys.getDirectories(name),
    realpath: (name) => ts.sys.realpath?.(name) ?? name,
  })
  const type = (typed: string): void => {
    text = typed
    version += 1
  }
  return Promise.resolve({
    async open(typed) {
      type(typed)
      const { result, ...cost } = timed(() => service.getProgram())
      if (result === undefined) throw new Error('There is no program.')
      return cost
    },
    async complete(typed) {
      type(typed)
      const { result, ...cost } = timed(() => service.getCompletionsAtPosition(file, typed.length, {}))
      return { ...cost, names: result?.entries.map((entry) => entry.name) ?? [] }
    },
    close: async () => service.dispose(),
  })
}

function timed<T>(work: () => T): Cost & { readonly result: T } {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const result = work()
  const wallMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  return { result, wallMs, cpuMs: (user + system) / 1000 }
}
