// Without this file the documents may please our own tests only: lints those of the sample app and of the quickstart with
// Redocly and Spectral by their recommended rules, and has client generators make clients that compile and call the sample.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { toOpenApi, type OpenApiDocument, type OpenApiSource } from '../packages/openapi/src/index.ts'
import { sampleApp, sampleInfo, sampleTags } from '../packages/openapi/test/openapi-sample.ts'
import { CLIENT_GENERATORS, type ClientGenerator } from './openapi-clients.ts'
import { mustRun, report, root } from './workspace.ts'

const LINTERS = { '@redocly/cli': '2.77.0', '@stoplight/spectral-cli': '6.16.3' }
const TYPESCRIPT = '5.9.3'
const problems: string[] = []
const dir = mkdtempSync(join(tmpdir(), 'keelson-openapi-'))
process.once('exit', () => rmSync(dir, { recursive: true, force: true }))

install()
const options = { info: sampleInfo, tags: sampleTags, servers: [{ url: 'https://api.example.org' }] }
const app = sampleApp()
const documents: Record<string, OpenApiDocument> = {
  'sample.json': toOpenApi(app, options),
  'sample-3.0.json': toOpenApi(app, { ...options, version: '3.0' }),
  'quickstart.json': await quickstart(),
  // What generators read; the server is given to the client.
  'openapi.json': toOpenApi(app, { info: sampleInfo, tags: sampleTags }),
}
for (const [name, document] of Object.entries(documents)) save(name, JSON.stringify(document, null, 2))
// It takes no boolean for the schema of items, which a closed tuple has (JSON Schema 2020-12 §10.3.1.2).
save('.spectral.yaml', 'extends: ["spectral:oas"]\nrules: { array-items: off }\n')
const { urls } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
const baseUrl = urls[0] as string

const files = Object.keys(documents).filter((name) => name !== 'openapi.json')
await check('Redocly', ['redocly', 'lint', '--extends', 'recommended', ...files])
await check('Spectral', ['spectral', 'lint', '--fail-severity', 'error', ...files])
for (const generator of CLIENT_GENERATORS) await checkClient(generator)
await app.stop()
report(
  problems,
  `${files.length} documents pass, ${CLIENT_GENERATORS.length} generated clients compile and call the app`,
)

function install(): void {
  const clients = Object.assign({}, ...CLIENT_GENERATORS.map((one) => one.dependencies)) as Record<
    string,
    string
  >
  const dependencies = { ...LINTERS, ...clients, typescript: TYPESCRIPT, '@types/node': '^24.0.0' }
  save('package.json', JSON.stringify({ name: 'clients', private: true, type: 'module', dependencies }))
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: true,
    rootDir: '.',
    outDir: 'out',
  }
  save('tsconfig.json', JSON.stringify({ compilerOptions, exclude: ['out'] }))
  mustRun('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: dir })
}

/** Its configuration has a default for each variable, and an app that is not started opens no database. */
async function quickstart(): Promise<OpenApiDocument> {
  const file = join(root, 'examples/quickstart/src/app.ts')
  const example = (await import(file)) as { readonly app: OpenApiSource }
  return toOpenApi(example.app)
}

async function checkClient({ name, command, program }: ClientGenerator): Promise<void> {
  save(`${name}/program.ts`, program)
  const config = { extends: './tsconfig.json', include: [name] }
  save(`tsconfig.${name}.json`, JSON.stringify(config))
  if (!(await check(`${name} generates`, command))) return
  if (!(await check(`${name} compiles`, ['tsc', '-p', `tsconfig.${name}.json`]))) return
  await check(`${name} calls the app`, ['node', `out/${name}/program.js`])
}

function save(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), text)
}

/** Not `run`: this process serves the app that the program calls. */
async function check(what: string, [command, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  const path = `${join(dir, 'node_modules/.bin')}:${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
  const child = spawn(command, args, {
    cwd: dir,
    env: { ...process.env, PATH: path, BASE_URL: baseUrl, CI: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => void (output += String(chunk)))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) problems.push(`${what}: failed.\n${output.slice(-4000)}`)
  else console.log(`${what}: ok`)
  return code === 0
}
