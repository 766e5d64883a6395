// The compose file is a deployment: `keelson check --deploy` finds nothing wrong with it, and the start warns of nothing.
import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { startProcess } from './conduit-process.ts'

/** Longer than anything takes on a busy machine. */
const LIMIT_MS = 60_000
/** The default of `phases.stopMs`. */
const STOP_MS = 10_000
const HERE = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'conduit-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { services } = parse(readFileSync(join(HERE, 'compose.yaml'), 'utf8')) as {
  services: {
    conduit: {
      environment: Record<string, string | number>
      stop_grace_period: string
      depends_on: Record<string, { condition: string }>
    }
    migrate: { command: string; environment: Record<string, string | number> }
  }
}
// As the Dockerfile and the one who starts it have it.
const env: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(services.conduit.environment).map(([name, value]) => [name, String(value)]),
  ),
  NODE_ENV: 'production',
  APP_SECRET: 'Zf6hK1tV_bG3nXc8RqLw0sYp4eMu7jDa',
}
/** The same on a file of SQLite: its servers are not at hand. */
const { REDIS_URL: _, ...rest } = env
const alone = { ...rest, DATABASE_URL: join(folder, 'conduit.db') }

it(
  'the check of the deployment finds nothing, and tells what anybody may call',
  { timeout: LIMIT_MS },
  async () => {
    const keelson = join(HERE, 'node_modules/.bin/keelson')
    const args = ['check', '--deploy', '--strict', '--replicas', '2', '--json']
    const report = await new Promise<string>((resolve) => {
      const options = { cwd: HERE, timeout: LIMIT_MS, env: { PATH: process.env['PATH'], ...env } }
      execFile(keelson, args, options, (_, stdout, stderr) => resolve(stdout || stderr))
    })
    expect(JSON.parse(report)).toMatchObject({
      isOk: true,
      findings: [],
      unclearRoutes: [],
      publicRoutes: [
        'POST /api/users (api.users.register)',
        'POST /api/users/login (api.users.logIn)',
        'GET /api/profiles/:username (api.profiles.show)',
        'GET /api/articles (api.articles.list)',
        'GET /api/articles/:slug (api.articles.show)',
        'GET /api/articles/:slug/comments (api.comments.list)',
        'GET /api/tags (api.tags.list)',
        'GET /docs (docs.page)',
        'GET /docs/:file (docs.file)',
        'GET /livez (health.live)',
        'GET /readyz (health.ready)',
      ],
    })
  },
)

const dockerfile = readFileSync(join(HERE, 'Dockerfile'), 'utf8')

it('the image brings its code compiled, for the user who runs it', { timeout: LIMIT_MS }, async () => {
  const [, command = 'false'] = /^RUN (.*import\('\.\/src\/app\.ts'\).*)$/m.exec(dockerfile) ?? []
  const cache = join(folder, 'compiled')
  const inImage = { PATH: process.env['PATH'], NODE_ENV: 'production', NODE_COMPILE_CACHE: cache }
  const { status, stderr } = spawnSync(command, { shell: true, cwd: HERE, env: inImage, encoding: 'utf8' })
  expect([status, stderr]).toEqual([0, ''])
  const [made = ''] = readdirSync(cache)
  const compiled = readdirSync(join(cache, made))
  expect(compiled.length).toBeGreaterThan(100)
  expect(/^ENV NODE_COMPILE_CACHE=\S+$/m.test(dockerfile)).toBe(true)
  // It is made by the one who starts it: Node has a folder for each user.
  expect(dockerfile.indexOf('USER node')).toBeLessThan(dockerfile.indexOf(command))
})

/** Runs the health check of the image, as Docker does. @returns its exit code */
async function health(port: string): Promise<number | null> {
  const [, command] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(dockerfile) ?? []
  const [program = '', ...args] = JSON.parse(command ?? '[]') as string[]
  const check = spawn(program === 'node' ? process.execPath : program, args, {
    env: { PORT: port },
    stdio: 'ignore',
  })
  const [code] = (await once(check, 'exit')) as [number | null]
  return code
}

it('the start is refused before the migrations', { timeout: LIMIT_MS }, async () => {
  const { url, ended } = startProcess(folder, LIMIT_MS, alone)
  await expect(url).rejects.toThrow('It is not applied.')
  expect((await ended).code).toBe(1)
  expect(services.conduit.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
})

it('the start after them warns of nothing, and its health is seen', { timeout: LIMIT_MS }, async () => {
  const { command, environment } = services.migrate
  const inImage = { PATH: process.env['PATH'], ...alone }
  const { status, stderr } = spawnSync(command, { shell: true, cwd: HERE, env: inImage, encoding: 'utf8' })
  expect([status, stderr, environment]).toEqual([0, '', services.conduit.environment])
  const { url, child, ended } = startProcess(folder, LIMIT_MS, alone)
  const { port } = new URL(await url)
  expect(await health(port)).toBe(0)
  child.kill('SIGTERM')
  const { code, output } = await ended
  expect([code, output.match(/"level":(?:40|50|60)/g)]).toEqual([0, null])
  expect(await health(port)).toBe(1)
})

it('Docker waits longer than the app takes to end', () => {
  expect(Number.parseInt(services.conduit.stop_grace_period, 10) * 1000).toBeGreaterThan(STOP_MS)
})
