// Without this file a front end in another repository may need more than the client: installs the client alone outside the
// workspace, compiles the quickstart's front end there with the given TypeScript (`node scripts/front-end.ts 5.9.3`), library
// declarations included, and runs it against the quickstart. First it looks whether the types are those of the routes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { outsideProject } from './outside.ts'
import { mustRun, packages, root, run } from './workspace.ts'

const LIMIT_MS = 20_000
const EXAMPLE = join(root, 'examples/quickstart')

/** What the front end is asked; the client in it runs as it was published. */
const PROGRAM = `import assert from 'node:assert/strict'
import { buyTea, close, customers } from './main.ts'

const [baseUrl, key, keyOfReader] = process.argv.slice(2)
const caller = { baseUrl, key }
const { id, totalCents, status } = await buyTea(caller, 'Ada')
assert.deepEqual([totalCents, status], [900, 'open'])
assert.equal(await close(caller, id), \`Order \${id} is closed.\`)
assert.equal(await close(caller, id), \`Order \${id} was closed before.\`)
assert.equal(await close({ ...caller, key: keyOfReader }, id), 'Forbidden')
assert.deepEqual(await customers(caller), ['Ada'])
`

const version = process.argv[2] ?? '6.0.3'
const client = packages().find(({ name }) => name === '@keelson/client')
if (client === undefined) throw new Error('There is no package @keelson/client.')
mustRun('npm', ['run', '--silent', 'front-end', '--', '--check'], { cwd: EXAMPLE })

const dir = outsideProject({
  manager: 'npm',
  only: [client],
  dependencies: { typescript: version },
  compilerOptions: {
    types: [],
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    resolveJsonModule: true,
  },
})
cpSync(join(EXAMPLE, 'front-end'), dir, { recursive: true })
mustRun(join(dir, 'node_modules', '.bin', 'tsc'), ['-p', dir], { cwd: dir })
writeFileSync(join(dir, 'program.mjs'), PROGRAM)

const folder = mkdtempSync(join(tmpdir(), 'keelson-quickstart-'))
const service = spawn(process.execPath, [join(EXAMPLE, 'src/main.ts')], {
  cwd: folder,
  env: { PATH: process.env['PATH'], PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const { ok, output } = run(process.execPath, ['program.mjs', ...(await startOf(service.stdout))], {
    cwd: dir,
  })
  if (!ok) throw new Error(`The front end fails:\n${output}`)
  console.log(`a front end that has the client alone compiles with TypeScript ${version} and runs`)
} finally {
  service.kill()
  await once(service, 'close')
  rmSync(folder, { recursive: true })
}

/** What the quickstart prints: its URL, a key that may write, one that may read. */
function startOf(output: NodeJS.ReadableStream): Promise<readonly string[]> {
  const parts = [/^ {2}(http:\S+)$/m, /^ {2}export ADA=(\w+)$/m, /^ {2}export GRACE=(\w+)$/m]
  return new Promise((resolve, reject) => {
    let text = ''
    output.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = parts.flatMap((part) => part.exec(text)?.[1] ?? [])
      if (found.length === parts.length) resolve(found)
    })
    service.once('close', () => reject(new Error('The quickstart prints no URL and keys.')))
    setTimeout(() => service.kill('SIGKILL'), LIMIT_MS).unref()
  })
}
