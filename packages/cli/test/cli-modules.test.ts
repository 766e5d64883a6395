import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { keelson, keelsonUnread, type Ended } from './cli-support.ts'

const core = import.meta.resolve('@keelson/core')
const scratch = mkdtempSync(join(tmpdir(), 'keelson-modules-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const APP = `
import { createApp, route } from '${core}'
const list = route.get('/items', { access: 'public' }, () => [])
const shown = createApp({ name: 'shop', routes: { list }, health: false })
`
let count = 0

/** Runs a command with a module that has this text. */
function withModule(text: string, { args = ['routes'], type = 'mjs' } = {}): Promise<Ended> {
  const file = join(scratch, `app-${++count}.${type}`)
  writeFileSync(file, text)
  return keelson([...args, '--app', file])
}

describe('keelson finds the app', () => {
  it.each([
    ['under its name', `${APP} export { shown as app }`, 'mjs'],
    ['as the default', `${APP} export default shown`, 'mjs'],
    [
      'in the default, as compilers write CommonJS',
      `${APP} export default { __esModule: true, app: shown }`,
      'mjs',
    ],
    [
      'in a CommonJS module',
      `const { createApp, route } = require('${new URL(core).pathname}')
       module.exports = createApp({ routes: { list: route.get('/items', { access: 'public' }, () => []) } })`,
      'cjs',
    ],
  ])('%s', async (_, text, type) => {
    const { code, out, err } = await withModule(text, { type })
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^list +GET +\/items +public/m)
  })

  it('and says what the module exports instead', async () => {
    expect((await withModule('')).err).toMatch(/ exports nothing: write export const app = createApp/)
    expect((await withModule(`${APP} export { shown }`)).err).toContain(
      'exports its app as shown, not as app or as its default:',
    )
    const made = await withModule(`${APP} export default () => shown`)
    expect([made.code, made.out]).toEqual([2, ''])
    expect(made.err).toContain('exports default, and no app; functions are not called:')
    expect((await keelson(['routes', '--app', scratch])).err).toBe(
      `${scratch} is a folder: name the module that exports the app.\n`,
    )
  })
})

describe('keelson whose reader has closed the pipe', () => {
  it('does its work to the end, with its own exit code, and says nothing', async () => {
    const file = join(scratch, 'unread.mjs')
    const mark = join(scratch, 'done')
    const command = `{ description: 'Works', run: async ({ io }) => {
      for (let at = 0; at < 5; at++) {
        io.out('line\\n')
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      writeFileSync(${JSON.stringify(mark)}, 'yes')
      return 3
    } }`
    writeFileSync(
      file,
      `import { writeFileSync } from 'node:fs'
       import { createApp, plugin } from '${core}'
       export const app = createApp({ routes: {}, health: false, plugins: [plugin({ name: 'shop', commands: { 'shop work': ${command} } })] })`,
    )
    expect(await keelsonUnread(['shop', 'work', '--app', file])).toEqual({ code: 3, err: '' })
    expect(readFileSync(mark, 'utf8')).toBe('yes')
    expect(await keelsonUnread(['routes'])).toEqual({ code: 0, err: '' })
  })
})

describe('keelson tells of a module that cannot be imported', () => {
  it('what it throws, with its causes and the lines of the app alone', async () => {
    const { code, out, err } = await withModule(
      `throw new Error('No database.', { cause: new Error('Refused.') })`,
    )
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(
      /^\S+\.mjs cannot be imported\. Error: No database\.\n {4}at file:\S+\.mjs:1:7\nCaused by: Error: Refused\.\n {4}at file:\S+\n$/,
    )
    expect((await withModule(`throw 'text'`)).err).toMatch(/cannot be imported\. It throws 'text'\.\n$/)
  })

  it('that it needs a compiler', async () => {
    const { code, err } = await withModule('enum Size { Small }\nexport const app = Size.Small', {
      type: 'ts',
    })
    expect(code).toBe(1)
    expect(err).toContain('Node strips types, and does not compile: name the compiled module')
    expect((await withModule('export const app = {{', { type: 'ts' })).err).toContain('SyntaxError')
    expect((await withModule('export const app = <p />', { type: 'tsx' })).err).toContain(
      'cannot run such a file',
    )
  })

  it('that it awaits what never comes', async () => {
    const { code, out, err } = await withModule('await new Promise(() => {})')
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^\S+ does not finish loading: .*\n$/)
  })

  it('that it ends the process', async () => {
    expect(await withModule('process.exit(0)')).toEqual({
      code: 1,
      out: '',
      err: 'The app ended the process with exit code 0 before the command was done.\n',
    })
  })

  it('that it listens', async () => {
    const { code, out, err } = await withModule(
      `${APP} await shown.listen({ port: 0, host: '127.0.0.1', signals: false })\nexport default shown`,
    )
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('starts the app while it is imported')
  })

  it('that it starts, and stops it before it says so', async () => {
    const { code, err } = await withModule(
      `import { createApp, plugin } from '${core}'
const started = createApp({
  routes: {},
  plugins: [plugin({ name: 'db', stop: async () => console.log('the database is closed') })],
  log: false,
})
await started.start()
export default started`,
    )
    expect(code).toBe(2)
    expect(err).toMatch(/the database is closed[^]*starts the app while it is imported/)
  })
})

describe('the output of keelson', () => {
  const noisy = `${APP}
console.log('printed')
shown.log.info('logged')
export default shown`

  it('holds the answer alone: what the app prints and logs is on standard error', async () => {
    const { code, out, err } = await withModule(noisy, { args: ['manifest'] })
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ version: 1, routes: { list: 'GET /items 2xx' } })
    expect(err).toContain('printed')
    expect(err).toContain('"msg":"logged"')
  })

  it('is JSON for a call where a script asks for it', async () => {
    const { out } = await keelson(['call', 'items.lines', '--json'])
    expect(JSON.parse(out)).toMatchObject({ status: 200, body: 'one\ntwo\n' })
    const refused = await keelson(['call', 'items.show', '{"params":{"id":"7"}}', '--json'])
    expect(refused.code).toBe(1)
    expect(JSON.parse(refused.out)).toMatchObject({ status: 403, body: { code: 'ERR_CORE_FORBIDDEN' } })
  })

  it('is the version, when that is asked for', async () => {
    expect(await keelson(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    })
  })
})

describe('keelson check, where package.json names a manifest', () => {
  it('fails when that is stale, without being asked', async () => {
    writeFileSync(join(scratch, 'app.mjs'), `${APP} export default shown`)
    writeFileSync(
      join(scratch, 'package.json'),
      JSON.stringify({ keelson: { app: './app.mjs', manifest: './shop.manifest.json' } }),
    )
    const at = { cwd: scratch }
    const missing = await keelson(['check'], at)
    expect([missing.code, missing.err]).toEqual([
      2,
      'There is no file shop.manifest.json; keelson manifest --out shop.manifest.json makes it.\n',
    ])
    await keelson(['manifest', '--out', 'shop.manifest.json'], at)
    expect((await keelson(['check'], at)).code).toBe(0)
    writeFileSync(join(scratch, 'app.mjs'), `${APP.replace('/items', '/things')} export default shown`)
    const stale = await keelson(['check'], at)
    expect(stale.code).toBe(1)
    expect(stale.out).toContain('[manifest-stale]')
  })
})
