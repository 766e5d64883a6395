// What the command writes and what the app serves are one document.
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createApp, SetupError } from '@keelson/core'
import { docs, openapi } from '@keelson/openapi'
import { keelson } from './cli-support.ts'

const dir = mkdtempSync(join(tmpdir(), 'keelson-served-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))
mkdirSync(join(dir, 'node_modules/@keelson'), { recursive: true })
for (const name of ['core', 'openapi'])
  symlinkSync(resolve(import.meta.dirname, '../..', name), join(dir, 'node_modules/@keelson', name))

/** A folder with an app that has these plugins. */
function folderOf(name: string, plugins: string, settings: object = {}): string {
  const folder = join(dir, name)
  mkdirSync(folder)
  const keelsonSettings = { app: './app.mjs', ...settings }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: 'module', version: '9.9.9', keelson: keelsonSettings }),
  )
  writeFileSync(
    join(folder, 'app.mjs'),
    `import { createApp, route, t } from '@keelson/core'
import { docs, openapi } from '@keelson/openapi'
const list = route.get('/', { access: 'public', response: t.Object({}) }, () => ({}))
export const app = createApp({ name: 'shop', routes: { list }, log: false, plugins: [${plugins}] })
`,
  )
  return folder
}

const OPTIONS = `{
  access: 'public',
  info: { title: 'The shop', version: '1.2.3' },
  servers: [{ url: 'https://api.example.com' }],
  rootTag: 'everything',
  tags: { everything: 'All of it.' },
}`

describe('keelson openapi', () => {
  it.each([
    ['openapi', `openapi(${OPTIONS})`, '/openapi.json'],
    ['docs', `docs(${OPTIONS})`, '/docs/openapi.json'],
    ['both', `docs({ access: 'public' }), openapi({ ...${OPTIONS}, path: '/api.json' })`, '/api.json'],
  ])('writes what %s serves', async (name, plugins, path) => {
    const cwd = folderOf(name, plugins)
    const written = await keelson(['openapi'], { cwd })
    const called = await keelson(['call', `GET ${path}`, '--json'], { cwd })
    expect(JSON.parse(called.out)).toMatchObject({ status: 200, body: JSON.parse(written.out) as object })
    const { app } = (await import(join(cwd, 'app.mjs'))) as {
      app: { fetch(request: Request): Promise<Response>; stop(): Promise<unknown> }
    }
    const answer = await app.fetch(new Request(`http://localhost${path}`))
    expect(JSON.parse(written.out)).toEqual(await answer.json())
    expect(written.out).toContain('"version": "1.2.3"')
    await app.stop()
  })

  it('refuses options in package.json beside those of the app', async () => {
    const cwd = folderOf('two', `openapi({ access: 'public' })`, { openapi: { rootTag: 'x' } })
    const { code, err } = await keelson(['openapi'], { cwd })
    expect(code).toBe(2)
    expect(err).toMatch(
      /^The app serves its document by openapi\(\) or docs\(\), and .*package\.json has other/,
    )
  })
})

describe('a mistake in what the framework adds', () => {
  it.each([
    ['openapi()', () => openapi({ access: 'public', path: '/:a/:a' })],
    ['docs()', () => docs({ access: 'public', path: '//' })],
  ])('is placed where the user wrote %s', (name, make) => {
    const app = createApp({ routes: {}, plugins: [make()], log: false, health: false })
    let error: unknown
    try {
      app.check()
    } catch (thrown) {
      error = thrown
    }
    const site = (error as SetupError).message.split(`${name} in `)[1]
    expect(site).toMatch(/^packages\/cli\/test\/cli-openapi\.test\.ts:\d+\)/)
  })
})
