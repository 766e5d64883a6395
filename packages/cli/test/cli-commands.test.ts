import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApp, plugin } from '@keelson/core'
import { afterAll, describe, expect, it } from 'vitest'
import { setupErrorOf } from './support.ts'
import { keelson, type Ended } from './cli-support.ts'

const core = import.meta.resolve('@keelson/core')
const scratch = mkdtempSync(join(tmpdir(), 'keelson-commands-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const APP = `
import { bind, createApp, plugin, token } from '${core}'
const DB = token('db')
const said = (text) => () => void process.stdout.write(text + '\\n')
const database = plugin({
  name: 'database',
  inject: { db: DB },
  setup: (app) => app.provide(bind(DB, { make: () => ({ tables: ['orders'] }) })),
  start: said('starts'),
  started: said('begins'),
  stop: said('stops'),
  commands: {
    'db migrate': {
      description: 'Applies migrations',
      args: {
        target: { description: 'Where to stop', isPositional: true },
        steps: { description: 'How many', type: 'integer', default: 10 },
        dryRun: { description: 'Only says what it would do', type: 'flag' },
        only: { description: 'Tables', isList: true },
        order: { description: 'Which first', values: ['old', 'new'], default: 'old' },
      },
      run: ({ app, args, io }) => {
        io.out(JSON.stringify({ app: app.name, routes: app.plans.length, ...args }) + '\\n')
        return args.target === 'nowhere' ? 3 : undefined
      },
    },
    'db tables': {
      description: 'Lists tables',
      needs: 'started',
      run: async ({ app, io }) => io.out(app.services.db.tables.join() + '\\n'),
    },
    seed: {
      description: 'Fills in what tests need',
      args: { files: { description: 'Files', isPositional: true, isRequired: true, isList: true } },
      run: ({ args, io }) => {
        io.out(args.files.join(' and ') + '\\n')
        if (args.files[0] === 'bad') throw new Error('no such file')
        return args.files[0] === 'odd' ? 'odd' : 0
      },
    },
    wait: {
      description: 'Waits for a signal',
      run: async ({ io, signal }) => {
        io.out('waits\\n')
        const held = setInterval(() => {}, 1000)
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        clearInterval(held)
        signal.throwIfAborted()
      },
    },
  },
})
export const app = createApp({ name: 'shop', routes: {}, health: false, plugins: [database], log: { level: 'warn' } })
`
const file = join(scratch, 'app.mjs')
writeFileSync(file, APP)
writeFileSync(join(scratch, 'package.json'), '{ "keelson": { "app": "./app.mjs" } }')

const run = (...args: string[]): Promise<Ended> => keelson(args, { cwd: scratch })

describe('a command of a plugin', () => {
  it('is run with its arguments by name, and the app that is checked, not started', async () => {
    const given = await run('db', 'migrate', 'v3', '--dry-run', '--only', 'a', '--only', 'b', '--steps', '-2')
    expect(given).toEqual({ code: 0, out: expect.any(String), err: '' })
    expect(JSON.parse(given.out)).toEqual({
      app: 'shop',
      routes: 0,
      target: 'v3',
      steps: -2,
      dryRun: true,
      only: ['a', 'b'],
      order: 'old',
    })
    expect(JSON.parse((await run('db', 'migrate')).out)).toEqual({
      app: 'shop',
      routes: 0,
      steps: 10,
      dryRun: false,
      only: [],
      order: 'old',
    })
  })

  it('has plugins and services started where it says so, and stopped; nothing begins to work', async () => {
    expect(await run('db', 'tables')).toEqual({ code: 0, out: 'orders\n', err: 'starts\nstops\n' })
  })

  it('finds the app by --app wherever that stands', async () => {
    const cwd = tmpdir()
    for (const args of [
      ['--app', file, 'seed', 'a', 'b'],
      ['seed', 'a', 'b', `--app=${file}`],
    ])
      expect(await keelson(args, { cwd })).toEqual({ code: 0, out: 'a and b\n', err: '' })
  })

  it('ends the process with its exit code', async () => {
    expect((await run('db', 'migrate', 'nowhere')).code).toBe(3)
    const odd = await run('seed', 'odd')
    expect([odd.code, odd.err]).toEqual([
      1,
      'keelson seed returned "odd", which is not an exit code: return a number from 0 to 255, or nothing.\n',
    ])
    const bad = await run('seed', 'bad')
    expect([bad.code, bad.err]).toEqual([
      1,
      expect.stringMatching(/^keelson seed failed: Error: no such file\n/),
    ])
  })

  it.each([
    [
      ['db', 'migrate', '--steps', 'two'],
      /--steps <integer>' argument 'two' is invalid\. It must be an integer\./,
    ],
    [['db', 'migrate', '--steps', '1', '--steps', '2'], /It is given twice\./],
    [['db', 'migrate', '--order', 'odd'], /It must be one of old, new\./],
    [['db', 'migrate', '--dryrun'], /unknown option '--dryrun'\n\(Did you mean --dry-run\?\)/],
    [['db', 'migrate', 'a', 'b'], /too many arguments/],
    [['seed'], /missing required argument 'files'\nkeelson seed \[options\] <files\.\.\.>\n  \w/],
    [['db', 'migarte'], /unknown command 'migarte'\n\(Did you mean migrate\?\)/],
    [['sede'], /unknown command 'sede'\n\(Did you mean seed\?\)/],
    [['ruotes'], /unknown command 'ruotes'\n\(Did you mean routes\?\)/],
    [['nothing-like-it'], /^error: unknown command 'nothing-like-it'\nkeelson --help lists all\.\n$/],
    [
      ['explain', 'GET', '/orders'],
      /^Quote the route, which is one word: keelson explain 'GET \/orders'\.\n$/,
    ],
    [['call', '--json', 'get', '/orders?a=1'], /^Quote the route, .*: keelson call 'get \/orders\?a=1'\.\n$/],
  ])('that is called wrongly is told so: %j', async (args, message) => {
    const { code, out, err } = await run(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(message)
  })

  it('is in the help, where there is an app', async () => {
    const { code, out } = await run('--help')
    expect(code).toBe(0)
    expect(out).toMatch(
      /Commands of the app:\n +db +migrate, tables\n +seed \[options\] <files\.\.\.> +Fills in what tests need\n/,
    )
    expect((await run('db', '--help')).out).toMatch(/migrate \[options\] \[target\] +Applies migrations/)
    expect((await run('db', 'migrate', '--help')).out).toMatch(
      /--order <text> +Which first \(old \| new\) \(default: "old"\)/,
    )
  })

  it('is not known without an app, and the help says why', async () => {
    const nowhere = await keelson(['--help'], { cwd: tmpdir() })
    expect([nowhere.code, nowhere.out]).toEqual([
      0,
      expect.stringContaining('Commands of the app are not known: No app was named.'),
    ])
    const unknown = await keelson(['db', 'migrate'], { cwd: tmpdir() })
    expect([unknown.code, unknown.err]).toEqual([
      2,
      expect.stringMatching(/unknown command 'db'[^]*Commands of the app are not known: No app was named\./),
    ])
    const broken = join(scratch, 'broken.mjs')
    writeFileSync(broken, 'throw new Error("No database.")')
    const failed = await run('db', 'migrate', '--app', broken)
    expect([failed.code, failed.err]).toEqual([1, expect.stringContaining('Error: No database.')])
  })

  it('controls no terminal by what an error says', async () => {
    const broken = join(scratch, 'controls.mjs')
    writeFileSync(broken, String.raw`throw new Error("No table \u001b[2Ja\u202e.")`)
    const { err } = await run('db', 'migrate', '--app', broken)
    expect(err).toContain(String.raw`No table \u001b[2Ja\u202e.`)
    expect(err).not.toContain('\u001b')
  })

  it.skipIf(process.platform === 'win32')('is told of a signal, and ends with its code', async () => {
    const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
    const child = spawn(process.execPath, [bin, 'wait'], {
      cwd: scratch,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([143, null])
  })
})

describe('commands that cannot be told apart stop the start:', () => {
  const about = { description: 'x', run: () => 0 }
  it.each([
    [
      'one of keelson itself',
      { 'check all': about },
      "plugin b, command 'check all': keelson itself has a command 'check'.",
    ],
    [
      'one of another plugin',
      { 'db seed': { ...about } },
      "plugin b, command 'db seed': Its name clashes with the command 'db seed' of plugin a.",
    ],
    [
      'a group of another',
      { db: about },
      "plugin b, command 'db': Its name clashes with the command 'db seed' of plugin a.",
    ],
  ])('%s', (_, commands, message) => {
    const first = plugin({ name: 'a', commands: { 'db seed': about } })
    const second = plugin({ name: 'b', commands: commands as object })
    const { problems } = setupErrorOf(() => createApp({ routes: {}, plugins: [first, second] }).check())
    expect(problems.map((one) => `${one.place}: ${one.message}`)).toEqual([message])
  })

  it('but one that several plugins add is one, and finds them all', () => {
    const [first, second] = ['a', 'b'].map((name) => plugin({ name, commands: { 'db seed': about } }))
    const app = createApp({ routes: {}, plugins: [first!, second!], mode: 'production' })
    app.check()
    const { commands, checkedApp } = app['~internal']
    expect(commands.map(({ name }) => name)).toEqual(['db seed'])
    expect([checkedApp().plugins, checkedApp().mode]).toEqual([[first, second], 'production'])
  })

  it.each([
    [{ app: { description: 'x' } }, "args.app: Every command has an option 'app'."],
    [{ noCache: { description: 'x' } }, 'args.noCache: --no-… would be read as the negation'],
    [{ a: { description: 'x', type: 'flag', isList: true } }, 'args.a: A flag cannot have isList.'],
    [
      { a: { description: 'x', type: 'integer', values: ['1'] } },
      'args.a: Only an argument of type text can have values.',
    ],
    [{ a: { description: 'x', isRequired: true, default: 'a' } }, 'args.a: It is required'],
    [
      { a: { description: 'x', isList: true, default: 'a' } },
      'args.a: A list cannot have a default: omitted, it is empty.',
    ],
    [
      { a: { description: 'x', values: ['b'], default: 'a' } },
      'args.a: Its default is not one of its values.',
    ],
    [
      { a: { description: 'x', type: 'integer', default: 'a' } },
      'args.a: Its default is not one of its values.',
    ],
    [
      {
        a: { description: 'x', isPositional: true, isList: true },
        b: { description: 'x', isPositional: true },
      },
      'args.a: It takes all remaining words, but other arguments follow it.',
    ],
    [
      {
        a: { description: 'x', isPositional: true },
        b: { description: 'x', isPositional: true, isRequired: true },
      },
      'args.a: It is optional, but a required argument follows it.',
    ],
    [{ 'dry-run': { description: 'x' } }, 'has the name "dry-run", which is not a name like'],
    [{ a: { description: 'x', type: 'intger' } }, 'Did you mean "integer"?'],
  ])('arguments that cannot be given: %j', (args, message) => {
    const make = () => plugin({ name: 'a', commands: { seed: { ...about, args } } } as never)
    expect(setupErrorOf(make).message).toContain(message)
  })
})

describe('keelson check', () => {
  const checked = join(scratch, 'inspected.mjs')
  writeFileSync(
    checked,
    `
import { createApp, plugin } from '${core}'
const database = plugin({
  name: 'database',
  inspect: (_app, { isOffline, isForDeployment, replicas }) =>
    isOffline
      ? { problems: isForDeployment && replicas > 1 ? [{ code: 'ERR_DB_Y', place: 'database shop', message: 'It is for one.', remedy: 'Share it.' }] : [], omitted: ['Whether tables are there: it takes a server.'] }
      : { problems: [{ code: 'ERR_DB_X', place: 'database shop', message: 'It is old.', remedy: 'Renew it.' }], omitted: [] },
})
export const app = createApp({ name: 'shop', routes: {}, health: false, plugins: [database], log: { level: 'warn' } })
`,
  )
  const check = (...args: string[]): Promise<Ended> =>
    keelson(['check', '--app', checked, ...args], { env: { NODE_ENV: 'production' } })

  it('has plugins look at files and servers', async () => {
    expect(await check()).toEqual({
      code: 1,
      out: 'problem: database shop: It is old. Renew it. [ERR_DB_X]\nThe app has 1 problem.\n',
      err: '',
    })
  })

  it('tells plugins how many processes there will be', async () => {
    const { code, out } = await check('--deploy', '--replicas', '2')
    expect(code).toBe(1)
    expect(out).toContain('problem: database shop: It is for one. Share it. [ERR_DB_Y]')
    expect((await check('--deploy', '--replicas', '1')).out).not.toContain('ERR_DB_Y')
    expect((await check('--deploy', '--replicas', 'two')).err).toContain("not 'two'")
    expect((await check('--replicas', '2')).err).toContain('--replicas belongs to --deploy')
  })

  it('omits servers where it is told to, and those of a deployment, and says so', async () => {
    const omitted = 'note: Omitted:\n  Whether tables are there: it takes a server.\n'
    const offline = await check('--offline')
    expect(offline).toEqual({ code: 0, out: `${omitted}The app is in order.\n`, err: '' })
    const deploy = await check('--deploy')
    expect(deploy.out).toContain(omitted)
    expect(deploy.out).not.toContain('ERR_DB_X')
    expect(JSON.parse((await check('--offline', '--json')).out)).toMatchObject({
      omitted: ['Whether tables are there: it takes a server.'],
    })
  })
})
