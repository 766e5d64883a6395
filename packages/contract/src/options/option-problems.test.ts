import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { optionProblems, valueProblems } from './option-problems.ts'
import { nearestName } from './nearest-name.ts'
import {
  callable,
  chosenBy,
  either,
  flag,
  integer,
  listOf,
  milliseconds,
  nested,
  ofKind,
  oneOf,
  optionTable,
  recordOf,
  required,
  SIGNAL,
  text,
} from './option-table.ts'

interface InnerOptions {
  readonly level?: string | undefined
  readonly levels?: readonly string[] | undefined
}
type Shape =
  | { readonly type: 'disc'; readonly radius?: number | undefined }
  | { readonly type: 'box'; readonly width: number }
interface ExampleOptions {
  readonly shape?: Shape | undefined
  readonly name: string
  readonly port?: number | undefined
  readonly isLoud?: boolean | undefined
  readonly mode?: 'fast' | 'slow' | undefined
  readonly timeoutMs?: number | undefined
  readonly tags?: readonly string[] | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly log?: InnerOptions | false | undefined
  readonly signal?: AbortSignal | undefined
  readonly onError?: (() => void) | undefined
}

const INNER = optionTable<InnerOptions>({ level: text('Level.'), levels: listOf(text('Levels.')) })
const TABLE = optionTable<ExampleOptions>({
  name: required(text('Name.', { minLength: 1 })),
  port: integer('Port.', { maximum: 65_535 }),
  isLoud: flag('Whether it is loud.'),
  mode: oneOf(['fast', 'slow'], 'How.'),
  timeoutMs: milliseconds('How long.'),
  tags: listOf(text('Tags.'), undefined, { minItems: 1 }),
  headers: recordOf(text('Headers.'), undefined, text('Name.', { pattern: '^\\w+$', what: 'a name' })),
  shape: chosenBy<Shape>()(
    'type',
    {
      disc: optionTable<Extract<Shape, { type: 'disc' }>>({
        type: required(oneOf(['disc'], 'Round.')),
        radius: integer('Radius.'),
      }),
      box: optionTable<Extract<Shape, { type: 'box' }>>({
        type: required(oneOf(['box'], 'Square.')),
        width: required(integer('Width.')),
      }),
    },
    'A shape.',
  ),
  log: either(nested(INNER, 'The log.'), oneOf([false], 'None.')),
  signal: ofKind(SIGNAL, 'Ends it.'),
  onError: callable('Told of errors.'),
})

const say = (options: unknown): string[] =>
  optionProblems(TABLE, options, { name: 'example' }).map(({ message, remedy }) => `${message} ${remedy}`)

describe('options', () => {
  it.each([new Headers({ a: 'b' }), new URLSearchParams('a=b'), new Map([['a', 'b']])])(
    'are not read from what has its entries elsewhere: %o',
    (headers) => {
      const what = headers.constructor.name
      expect(say({ name: 'a', headers })).toEqual([
        `Option headers must be an object, not an instance of ${what}. Give Object.fromEntries(…) of it.`,
      ])
    },
  )

  it('are taken where every name and value is right', () => {
    const all = {
      name: 'a',
      port: 0,
      isLoud: false,
      mode: 'slow',
      timeoutMs: 0.5,
      tags: ['x'],
      shape: { type: 'box', width: 1 },
      headers: { any: 'text' },
      log: false,
      signal: AbortSignal.timeout(1000),
      onError: () => {},
    }
    expect(say(all)).toEqual([])
    expect(say(Object.freeze({ ...all, log: Object.freeze({ level: 'info' }) }))).toEqual([])
    expect(say(Object.assign(Object.create(null), all))).toEqual([])
    expect(say(runInNewContext('({ name: "from another realm" })'))).toEqual([])
    expect(say({ name: 'a', port: undefined, log: undefined })).toEqual([])
  })

  it.each([
    [{ name: 'a', prot: 1 }, "There is no option 'prot'. Did you mean 'port'?"],
    [{ name: 'a', PORT: 1 }, "There is no option 'PORT'. Did you mean 'port'?"],
    [{ name: 'a', 'is-loud': true }, "There is no option 'is-loud'. Did you mean 'isLoud'?"],
    [{ name: 'a', timeout: 1 }, "There is no option 'timeout'. Did you mean 'timeoutMs'?"],
    [{ name: 'a', log: { lvl: 'info' } }, "There is no option 'log.lvl'. Did you mean 'log.level'?"],
    [{ name: 'a', width: 1 }, "There is no option 'width'. Did you mean 'shape.width'?"],
    [{ name: 'a', level: 'info' }, "There is no option 'level'. Did you mean 'log.level'?"],
    [{ name: 'a', log: { colour: true } }, "There is no option 'log.colour'. The options are level, levels."],
    [{ name: 'a', [Symbol('x')]: 1 }, 'It has the key Symbol(x), which is not an option. Remove it.'],
    [{ name: 'a', constructor: 1 }, expect.stringMatching(/^There is no option 'constructor'\./)],
    [{ name: 'a', ['__proto__']: 1 }, expect.stringMatching(/^There is no option '__proto__'\./)],
  ])('refuse a name that does not exist, and say which was meant: %o', (options, sentence) => {
    expect(say(options)).toEqual([sentence])
  })

  it.each([
    [{}, 'Option name is missing. Give a text.'],
    [{ name: undefined }, 'Option name is missing. Give a text.'],
    [{ name: '' }, 'Option name must be a text, not "". Give a text.'],
    [{ name: null }, 'Option name must be a text, not null. Omit it, or give a text.'],
    [
      { name: 'a', port: '80' },
      'Option port must be an integer from 0 to 65535, not "80". Give an integer from 0 to 65535.',
    ],
    [{ name: 'a', port: 80.5 }, expect.stringMatching(/, not 80\.5\./)],
    [{ name: 'a', port: Number.NaN }, expect.stringMatching(/, not NaN\./)],
    [{ name: 'a', port: 80n }, expect.stringMatching(/, not 80n\./)],
    [
      { name: 'a', timeoutMs: Infinity },
      expect.stringMatching(/must be a number of milliseconds from 0 to 2147483647, not Infinity\./),
    ],
    [{ name: 'a', isLoud: 'yes' }, 'Option isLoud must be true or false, not "yes". Give true or false.'],
    [{ name: 'a', mode: 'fsat' }, 'Option mode must be "fast" or "slow", not "fsat". Did you mean "fast"?'],
    [
      { name: 'a', mode: 'other' },
      'Option mode must be "fast" or "slow", not "other". Give "fast" or "slow".',
    ],
    [{ name: 'a', tags: [] }, 'Option tags is an empty list. Give it entries, or omit it.'],
    [
      { name: 'a', headers: { 'a b': 'x' } },
      'Option headers has the name "a b", which is not a name. Give a name.',
    ],
    [{ name: 'a', shape: 5 }, 'Option shape must be an object, not 5. Give an object.'],
    [{ name: 'a', shape: {} }, 'Option shape.type is missing. Give "disc" or "box".'],
    [
      { name: 'a', shape: { type: 'dics', radius: 1 } },
      'Option shape.type must be "disc" or "box", not "dics". Did you mean "disc"?',
    ],
    [
      { name: 'a', shape: { type: 'box', radius: 1 } },
      "There is no option 'shape.radius'. The options are type, width.\nOption shape.width is missing. Give an integer, 0 or more.",
    ],
    [{ name: 'a', tags: 'x' }, 'Option tags must be a list, not a text. Put it in a list: tags: [ … ].'],
    [{ name: 'a', tags: ['x', 1] }, 'Option tags[1] must be a text, not 1. Give a text.'],
    [{ name: 'a', headers: { a: 1 } }, 'Option headers.a must be a text, not 1. Give a text.'],
    [{ name: 'a', headers: ['a'] }, 'Option headers must be an object, not a list. Give an object.'],
    [{ name: 'a', log: true }, 'Option log must be an object or false, not true. Give an object or false.'],
    [{ name: 'a', log: [] }, 'Option log must be an object or false, not a list. Give an object or false.'],
    [
      { name: 'a', log: new Map() },
      'Option log must be an object or false, not an instance of Map. Give an object or false.',
    ],
    [
      { name: 'a', signal: new AbortController() },
      'Option signal must be an AbortSignal, not an instance of AbortController. Give an AbortSignal.',
    ],
    [{ name: 'a', onError: 'log' }, 'Option onError must be a function, not a text. Give a function.'],
    [{ name: Promise.resolve('a') }, 'Option name must be a text, not a promise. Await it first.'],
    [
      {
        name: function readName() {
          return 'a'
        },
      },
      'Option name must be a text, not the function readName. Call it: readName(…), or give a text.',
    ],
  ])('refuse a value of another kind, and say what to give: %o', (options, sentence) => {
    expect(say(options).join('\n')).toEqual(sentence)
  })

  it.each([
    [null, 'The options must be an object, not null. Write { name: … }.'],
    [undefined, 'The options must be an object, not undefined. Write { name: … }.'],
    [21202, 'The options must be an object, not 21202. Write { name: … }.'],
    ['a', 'The options must be an object, not a text. Write { name: … }.'],
    [[], 'The options must be an object, not a list. Write { name: … }.'],
    [new Date(0), 'The options must be an object, not an instance of Date. Write { name: … }.'],
    [Promise.resolve({ name: 'a' }), 'The options must be an object, not a promise. Await it first.'],
    [
      function settings() {},
      'The options must be an object, not the function settings. Call it: settings(…).',
    ],
    [class Settings {}, 'The options must be an object, not the class Settings. Write { name: … }.'],
  ])('must be an object of options: %s', (options, sentence) => {
    expect(say(options)).toEqual([sentence])
  })

  it('tell of a getter that throws, and of a proxy that does', () => {
    const options = {
      name: 'a',
      get port(): number {
        throw new Error('no port yet')
      },
    }
    expect(say(options)).toEqual(['Option port cannot be read: no port yet. Give the value itself.'])
    const { proxy, revoke } = Proxy.revocable({ name: 'a' }, {})
    revoke()
    expect(say(proxy)).toEqual([expect.stringMatching(/^The options cannot be read: /)])
  })

  it('show a text that is not a secret, up to 60 characters', () => {
    const told = (port: string): string[] => say({ name: 'a', port })
    expect(told('x'.repeat(60))).toEqual([expect.stringContaining(`not "${'x'.repeat(60)}"`)])
    expect(told('x'.repeat(61))).toEqual([expect.stringContaining('not a text')])
  })

  it('tell everything at once, with the function', () => {
    const example = (options: unknown) => optionProblems(TABLE, options, { name: 'example', below: example })
    const found = example({ port: -1, prot: 2 })
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'ERR_CORE_OPTION Option port must be an integer from 0 to 65535, not -1.',
      "ERR_CORE_OPTION There is no option 'prot'.",
      'ERR_CORE_OPTION Option name is missing.',
    ])
    expect(found[0]?.place).toMatch(/^example \(.*option-problems\.test\.ts:\d+\)$/)
  })

  it('do not show a text where a secret may stand', () => {
    expect(say({ name: 'a', signal: 'hunter2', headers: 'hunter2' }).join()).not.toContain('hunter2')
  })

  it('say that an entry is undefined because of an import circle', () => {
    const problems = valueProblems(TABLE.properties.tags, [undefined], { name: 'example', argument: 'tags' })
    expect(problems[0]?.remedy).toContain('import circle')
  })

  it('may be an instance of a class where the table says so: only what is nearly an option is a slip', () => {
    interface PartOptions {
      readonly start?: (() => void) | undefined
    }
    const table = optionTable<PartOptions>({ start: callable('Starts it.') }, { isInstance: true })
    class Part {
      pool = []
      open(): void {}
      start(): void {}
    }
    class Slip {
      strat(): void {}
    }
    const problems = (value: unknown) => optionProblems(table, value, { name: 'x' }).map((one) => one.remedy)
    expect(problems(new Part())).toEqual([])
    expect(problems(new Slip())).toEqual(["Did you mean 'start'?"])
    expect(problems({ start() {}, pool: [] })).toEqual(['The options are start.'])
  })

  it('may have members of its own that are named nearly like options', () => {
    interface PartOptions {
      readonly name: string
      readonly needs?: readonly string[] | undefined
      readonly check?: (() => void) | undefined
      readonly start?: (() => void) | undefined
    }
    const table = optionTable<PartOptions>(
      {
        name: required(text('Names it.')),
        needs: listOf(text('Others.')),
        check: callable('Checks.'),
        start: callable('Starts it.'),
      },
      { isInstance: true },
    )
    class Part {
      name = 'part'
      names = ['part']
      started = false
      checks = 0
      get chek(): never {
        throw new Error('No getter is called.')
      }
      seeds(): void {}
      restart(): void {}
      start(): void {}
    }
    class Slips extends Part {
      override start = undefined as never
      override restart = (): void => {}
      chekc(): void {}
    }
    const problems = (value: unknown) => optionProblems(table, value, { name: 'x' }).map((one) => one.remedy)
    expect(problems(new Part())).toEqual([])
    expect(problems(new Slips())).toEqual(["Did you mean 'start'?", "Did you mean 'check'?"])
  })
})

describe('the nearest name', () => {
  it.each([
    ['strat', 'start'],
    ['scop', 'scope'],
    ['rotues', 'routes'],
    ['acess', 'access'],
    ['querry', 'query'],
    ['trustproxy', 'trustProxy'],
    ['maxHeaderByte', 'maxHeaderBytes'],
    ['x', undefined],
    ['completelyOther', undefined],
  ])('of %s is %s', (written, meant) => {
    const names = ['start', 'scope', 'routes', 'access', 'query', 'trustProxy', 'maxHeaderBytes', 'id']
    expect(nearestName(written, names)).toBe(meant)
  })
})

describe('a table of options', () => {
  interface OneOptions {
    readonly one?: number | string | undefined
  }

  it.each([
    [milliseconds('A time.', { default: 2_592_000_000 }), 'a number of milliseconds from 0 to 2147483647'],
    [milliseconds('A time.', { minimum: 10, default: 9 }), 'a number of milliseconds from 10 to 2147483647'],
    [integer('A number.', { maximum: 3, default: 4 }), 'an integer from 0 to 3'],
    [text('A text.', { pattern: '^a$', what: 'an a', default: 'b' }), 'an a'],
    [oneOf(['a', 'b'], 'One.', { default: 'c' }), '"a" or "b"'],
  ])('refuses a default that the option does not take: %j', (one, what) => {
    expect(() => optionTable<OneOptions>({ one })).toThrow(
      new RangeError(`The default of option one must be ${what}.`),
    )
  })

  it('takes the defaults that its options take', () => {
    const one = milliseconds('A time.', { minimum: 10, maximum: 20, default: 20 })
    expect(optionTable<OneOptions>({ one }).properties.one).toBe(one)
  })

  it('has the bounds of a time in its messages', () => {
    const one = milliseconds('A time.', { minimum: 10, maximum: 20 })
    const problems = optionProblems(optionTable<OneOptions>({ one }), { one: 21 }, { name: 'example' })
    expect(problems.map(({ message }) => message)).toEqual([
      'Option one must be a number of milliseconds from 10 to 20, not 21.',
    ])
  })
})
