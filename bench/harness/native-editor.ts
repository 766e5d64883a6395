// What an editor does with a file where the compiler is TypeScript 7: its language server in a process of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Cost, Editor } from './editor.ts'
import { cpuMs } from './machine.ts'
import { benchDir } from './paths.ts'

const SERVER = join(benchDir, 'node_modules', 'typescript7', 'bin', 'tsc')
const ANSWER_LIMIT_MS = 120_000

/** Starts the server and waits until it is ready; it reads nothing before {@link Editor.open}. */
export async function startNativeEditor(file: string): Promise<Editor> {
  const server = new LanguageServer()
  const uri = pathToFileURL(file).href
  const rootUri = pathToFileURL(dirname(file)).href
  await server.ask('initialize', { processId: process.pid, rootUri, capabilities: {} })
  server.tell('initialized', {})
  let version = 0
  return {
    async open(text) {
      const textDocument = { uri, languageId: 'typescript', version, text }
      // It reads the project with the first question, whose answer here is the place of the first word.
      return server.timed(async () => {
        server.tell('textDocument/didOpen', { textDocument })
        await server.ask('textDocument/foldingRange', { textDocument: { uri } })
      })
    },
    async complete(text) {
      version += 1
      const position = endOf(text)
      let names: readonly string[] = []
      const cost = await server.timed(async () => {
        server.tell('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [{ text }] })
        const answer = await server.ask('textDocument/completion', { textDocument: { uri }, position })
        names = (Array.isArray(answer) ? answer : ((answer as Completions | null)?.items ?? [])).map(labelOf)
      })
      return { ...cost, names }
    },
    close: () => server.close(),
  }
}

interface Completions {
  readonly items: readonly { readonly label: string }[]
}

/** Without the mark of a member that may be missing. */
function labelOf({ label }: { readonly label: string }): string {
  return label.replace(/\?$/, '')
}

function endOf(text: string): { line: number; character: number } {
  const lines = text.split('\n')
  return { line: lines.length - 1, character: (lines.at(-1) as string).length }
}

interface Message {
  readonly id?: number | string
  readonly method?: string
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

/** JSON-RPC on the standard streams of a child, as the Language Server Protocol 3.17 frames it. */
class LanguageServer {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number | string, (message: Message) => void>()
  #received: Buffer = Buffer.alloc(0)
  #nextId = 1

  constructor() {
    this.#child = spawn(process.execPath, [SERVER, '--lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk))
  }

  tell(method: string, params: unknown): void {
    this.#send({ method, params })
  }

  async ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#nextId++
    const { result, error } = await new Promise<Message>((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`No answer to ${method}.`)), ANSWER_LIMIT_MS)
      this.#waiting.set(id, (message) => {
        clearTimeout(limit)
        resolve(message)
      })
      this.#send({ id, method, params })
    })
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }

  async timed(work: () => Promise<void>): Promise<Cost> {
    const pid = this.#child.pid as number
    const before = cpuMs(pid)
    const startedAt = performance.now()
    await work()
    return { wallMs: performance.now() - startedAt, cpuMs: cpuMs(pid) - before }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve))
    await this.ask('shutdown', undefined)
    this.tell('exit', undefined)
    await ended
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      const length = Number(
        /Content-Length: (\d+)/i.exec(this.#received.toString('latin1', 0, Math.max(end, 0)))?.[1],
      )
      if (end === -1 || this.#received.length < end + 4 + length) return
      const message = JSON.parse(this.#received.toString('utf8', end + 4, end + 4 + length)) as Message
      this.#received = this.#received.subarray(end + 4 + length)
      this.#take(message)
    }
  }

  #take(message: Message): void {
    const { id, method } = message
    if (id === undefined) return
    // What the server itself asks, such as for settings, has the answer of an editor that has none.
    if (method !== undefined) return this.#send({ id, result: null })
    this.#waiting.get(id)?.(message)
    this.#waiting.delete(id)
  }
}
