import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { keelson } from './cli-support.ts'

const appFile = fileURLToPath(new URL('./cli-app/app.ts', import.meta.url))
const brokenFile = fileURLToPath(new URL('./cli-app/broken.ts', import.meta.url))
const unsetFile = fileURLToPath(new URL('./cli-app/unset.ts', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'keelson-cli-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const key = { headers: { 'x-api-key': 'the-key-of-the-example' } }

describe('keelson, as a process', () => {
  it('lists the routes of the app that package.json names, and ends though the module holds a timer', async () => {
    const { code, out, err } = await keelson(['routes'])
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(out.split('\n')[0]).toMatch(/^NAME +METHOD +PATH +ACCESS +MIDDLEWARE +SOURCE$/)
    expect(out).toMatch(/^items\.show +GET +\/items\/:id +member +member +app\.ts:\d+$/m)
    expect(out).toMatch(/^health\.live +GET +\/livez +public/m)
  })

  it('lists them as JSON', async () => {
    const { out } = await keelson(['routes', '--json'])
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ name: 'items.create', method: 'POST', access: 'member' }),
    )
  })

  it('explains a route by name, with its limits, schemas and chain', async () => {
    const { code, out } = await keelson(['explain', 'items.show'])
    expect(code).toBe(0)
    expect(out).toMatch(/^items\.show: GET \/items\/:id \(app\.ts:\d+\)$/m)
    expect(out).toMatch(/^ {2}params +\{ id: string \.\.3 characters \}$/m)
    expect(out).toMatch(/^ {2}response 200 +Item \{ id: string, total: number 0\.\. \}$/m)
    expect(out).toMatch(/^ {2}deadline +30000 ms$/m)
    expect(out).toMatch(/^authorize +member +run +access rule/m)
  })

  it('says what is meant when there is no such route, with exit code 2', async () => {
    const { code, out, err } = await keelson(['explain', 'show'])
    expect([code, out, err]).toEqual([2, '', "There is no route 'show'. Did you mean items.show?\n"])
  })

  it('checks the app, and refuses it with exit code 1 where it must be fit for production', async () => {
    const plain = await keelson(['check'])
    expect([plain.code, plain.err]).toEqual([0, ''])
    expect(plain.out).toContain('note: Without response, so unknown to the client:\n  items.lines\n')
    const strict = await keelson(['check', '--strict'])
    expect(strict.code).toBe(1)
    const deploy = await keelson(['check', '--deploy'])
    expect(deploy.code).toBe(1)
    for (const rule of ['deploy-mode', 'deploy-secret-default', 'deploy-tls'])
      expect(deploy.out).toContain(`[${rule}]`)
    expect(deploy.out).not.toContain('the-key-of-the-example')
    const mended = await keelson(['check', '--deploy'], {
      env: { NODE_ENV: 'production', API_KEY: 'Vq8zL1mT0pXw7rKd2sYb' },
    })
    expect(mended.out).not.toContain('deploy-secret')
    expect(mended.out).not.toContain('deploy-mode')
  })

  it('writes a manifest that the check accepts until the routes change', async () => {
    const file = join(scratch, 'made/with/it/manifest.json')
    expect(await keelson(['manifest', '--out', file])).toEqual({ code: 0, out: '', err: '' })
    expect((await keelson(['check', '--manifest', file])).code).toBe(0)
    writeFileSync(file, readFileSync(file, 'utf8').replace('/items/:id', '/things/:id'))
    const stale = await keelson(['check', '--manifest', file])
    expect(stale.code).toBe(1)
    expect(stale.out).toContain('It does not match the routes: items.show.')
  })

  it('writes the types of the routes for a client elsewhere, and tells when they are out of date', async () => {
    const types = join(scratch, 'api.d.ts')
    const out = join(scratch, 'shop.json')
    const files = ['--out', out, '--types', types]
    expect(await keelson(['manifest', '--types', types])).toEqual({ code: 0, out: '', err: '' })
    expect(readFileSync(types, 'utf8')).toContain('export type Item = { id: string; total: number }')
    const absent = await keelson(['manifest', '--check', ...files])
    expect(absent).toEqual({
      code: 1,
      out: '',
      err: `There is no file ${out}.\nRun keelson manifest ${files.join(' ')}, and commit what it writes.\n`,
    })
    expect(await keelson(['manifest', ...files])).toEqual({ code: 0, out: '', err: '' })
    writeFileSync(types, readFileSync(types, 'utf8').replaceAll('\n', '\r\n'))
    expect(await keelson(['manifest', '--check', ...files])).toEqual({ code: 0, out: '', err: '' })
    writeFileSync(types, readFileSync(types, 'utf8').replace('id: string', 'id: number'))
    const stale = await keelson(['manifest', '--check', '--types', types])
    expect([stale.code, stale.err]).toEqual([
      1,
      `${types} does not match the routes.\nRun keelson manifest --types ${types}, and commit what it writes.\n`,
    ])
  })

  it.each([
    [['--check'], '--check compares files: name them by --out FILE, --types FILE or both.\n'],
    [['--out', 'a.ts', '--types', './a.ts'], '--out and --types are both a.ts: name two files.\n'],
    [['--types', 'app.ts/a.d.ts'], expect.stringMatching(/^app\.ts\/a\.d\.ts cannot be written: /)],
  ])('refuses keelson manifest %j', async (options, err) => {
    expect(await keelson(['manifest', ...options])).toEqual({ code: 2, out: '', err })
  })

  it('writes the OpenAPI document, with the version of the package', async () => {
    const { code, out } = await keelson(['openapi'])
    expect(code).toBe(0)
    const document = JSON.parse(out) as { openapi: string; info: object; paths: object }
    expect(document.openapi).toMatch(/^3\.1/)
    expect(document.info).toMatchObject({ title: 'cli', version: '2.3.4' })
    expect(Object.keys(document.paths)).toEqual(['/items', '/items/lines', '/items/{id}'].sort())
    const old = await keelson(['openapi', '--openapi', '3.0'])
    expect(old.out).toMatch(/"openapi": "3\.0/)
    expect((await keelson(['openapi', '--openapi', '2.0'])).code).toBe(2)
  })

  it('compares the document with a file or a git revision, with exit code 1 for a breaking change', async () => {
    const file = join(scratch, 'openapi.json')
    await keelson(['openapi', '--out', file])
    const same = await keelson(['openapi', '--diff', file])
    expect([same.code, same.out]).toEqual([0, '0 changes, 0 breaking.\n'])
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replaceAll('items.lines', 'items.rows').replaceAll('/items/lines', '/rows'),
    )
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: scratch })
    git('init', '-q')
    git('add', 'openapi.json')
    git('commit', '-q', '-m', 'base')
    const inScratch = { cwd: scratch }
    const app = ['--app', appFile]
    for (const base of ['openapi.json', 'HEAD:openapi.json', 'HEAD']) {
      const changed = await keelson(['openapi', '--diff', base, ...app], inScratch)
      expect(changed.code).toBe(1)
      expect(changed.out).toMatch(/^breaking: .*items\.rows.*\[operation-removed\]$/m)
    }
    const files = await keelson(
      ['openapi', '--diff', 'HEAD:openapi.json', '--head', 'openapi.json'],
      inScratch,
    )
    expect([files.code, files.out]).toEqual([0, '0 changes, 0 breaking.\n'])
    expect((await keelson(['openapi', '--head', 'openapi.json'], inScratch)).code).toBe(2)
    const missing = await keelson(['openapi', '--diff', 'HEAD:nothing.json', ...app], inScratch)
    expect([missing.code, missing.err.startsWith('git has no HEAD:nothing.json: ')]).toEqual([2, true])
    const unwritten = ['openapi', '--diff', 'HEAD', '--out', join(scratch, 'new.json'), ...app]
    expect((await keelson(unwritten, inScratch)).err).toMatch(/^git has no HEAD:new\.json: /)
    expect((await keelson(['openapi', '--diff', 'nowhere', ...app], inScratch)).err).toMatch(
      /^There is no file and no git revision nowhere\./,
    )
    writeFileSync(join(scratch, 'no.json'), '{}')
    expect((await keelson(['openapi', '--diff', 'no.json', ...app], inScratch)).err).toBe(
      'no.json is not an OpenAPI 3 document.\n',
    )
  })

  it('calls a route in process, and prints status and body', async () => {
    const shown = await keelson(['call', 'items.show', JSON.stringify({ params: { id: '7' }, ...key })])
    expect(shown).toEqual({ code: 0, out: '200\n{"id":"7","total":1}\n', err: '' })
    const created = await keelson(['call', 'items.create', JSON.stringify({ body: { total: 5 }, ...key })])
    expect(created.out).toBe('201\n{"id":"new","total":5}\n')
    const streamed = await keelson(['call', 'items.lines'])
    expect(streamed.out).toBe('200\none\ntwo\n')
  })

  it('ends with exit code 1 when a call is refused', async () => {
    const refused = await keelson(['call', 'items.show', '{"params":{"id":"7"}}'])
    expect(refused.code).toBe(1)
    expect(refused.out).toMatch(/^403\n\{.*ERR_CORE_FORBIDDEN.*\}\n$/)
    expect((await keelson(['call', 'items.show', '{'])).code).toBe(2)
    expect((await keelson(['call', 'items.show', '{"param":{}}'])).err).toBe(
      "The input has a member 'param'. Did you mean 'params'?\n",
    )
    expect((await keelson(['call', 'items.show', 'null'])).err).toBe(
      'The input must be an object with the members that the route takes: params, query, headers, cookies, body.\n',
    )
  })

  it('says in a sentence which app it lacks, and which option it does not know', async () => {
    const none = await keelson(['routes'], { cwd: scratch })
    expect([none.code, none.out]).toEqual([2, ''])
    expect(none.err).toMatch(/^No app was named\. Give --app src\/app\.ts/)
    expect((await keelson(['routes', '--app', 'nowhere.ts'])).err).toBe('There is no file nowhere.ts.\n')
    expect((await keelson(['routes', '--nonsense'])).code).toBe(2)
    expect((await keelson(['--help'])).code).toBe(0)
    writeFileSync(join(scratch, 'other.mjs'), 'export const x = 1\n')
    expect((await keelson(['routes', '--app', join(scratch, 'other.mjs')])).err).toContain(
      'exports x, and no app: write export const app',
    )
  })

  it('tells every problem of an app that cannot start', async () => {
    const { code, out } = await keelson(['check', '--app', brokenFile])
    expect(code).toBe(1)
    expect(out).toContain('[ERR_CORE_ACCESS_MISSING]')
    const listed = await keelson(['routes', '--app', brokenFile])
    expect([listed.code, listed.out]).toEqual([1, ''])
    expect(listed.err).toContain('The application cannot start')
    const config = await keelson(['check', '--app', unsetFile])
    expect(config.code).toBe(1)
    expect(config.out).toContain('[ERR_CORE_CONFIG_MISSING]')
  })
})
