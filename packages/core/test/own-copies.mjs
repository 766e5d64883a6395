// The built package beside copies of what it brings along. A program may have its own reflect-metadata, tsyringe and
// TypeBox, loaded before ours or after: run by scripts/check-copies.ts with the order in which to load them.
import assert from 'node:assert/strict'

const loaded = {}
const SOURCES = {
  keelson: '../dist/index.js',
  'reflect-metadata': 'reflect-metadata',
  tsyringe: 'tsyringe',
  typebox: '@sinclair/typebox',
}
for (const name of process.argv.slice(2)) loaded[name] = await import(SOURCES[name])
const { bind, createApp, inject, injectable, optional, route, t, token } = loaded.keelson
const { Type } = loaded.typebox

const CLOCK = token('clock')
const ABSENT = token('absent')

/** What a compiler emits for the types of a constructor's parameters. */
function emitTypes(target, ...types) {
  Reflect.defineMetadata('design:paramtypes', types, target)
}

class Store {
  name = 'store'
}
loaded.tsyringe.injectable()(Store)

class Theirs {
  constructor(store, clock) {
    this.told = `${store.name} ${clock.now()}`
  }
}
loaded.tsyringe.inject(CLOCK)(Theirs, undefined, 1)
emitTypes(Theirs, Store, Object)
loaded.tsyringe.injectable()(Theirs)

class Ours {
  constructor(theirs, clock, absent) {
    this.told = `${theirs.told} ${clock.now()} ${absent}`
  }
}
inject(CLOCK)(Ours, undefined, 1)
inject(optional(ABSENT))(Ours, undefined, 2)
emitTypes(Ours, Theirs, Object, Object)
injectable({ scope: 'request' })(Ours)

const body = t.Object({
  id: t.Integer(),
  own: Type.Object({ a: Type.String(), b: Type.Optional(Type.Integer()) }),
})
const routes = {
  services: route.inject({ ours: Ours }).get('/services', { access: 'public' }, ({ ours }) => ours.told),
  own: route.post('/own', { access: 'public', body, response: body }, ({ body: given }) => given),
  all: route.post(
    '/all',
    { access: 'public', body: Type.Object({ a: Type.Optional(t.String({ maxLength: 1 })) }) },
    ({ body: given }) => given,
  ),
}
const quiet = { mode: 'test', log: false }
const app = createApp({ ...quiet, routes, providers: [bind(CLOCK, { value: { now: () => 7 } })] })
try {
  assert.equal(await (await app.fetch(new Request('http://app.test/services'))).text(), 'store 7 7 undefined')
  const send = async (path, json) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    }
    return (await app.fetch(new Request(`http://app.test${path}`, init))).status
  }
  assert.equal(await send('/own', { id: 1, own: { a: 'x' } }), 200)
  assert.equal(await send('/own', { id: 1, own: { b: 1 } }), 400)
  assert.equal(await send('/all', {}), 200)
  assert.equal(await send('/all', { a: 'xy' }), 400)
} finally {
  await app.stop()
}

// What a program does with its copies is left alone.
const { container } = loaded.tsyringe
container.register(CLOCK, { useValue: { now: () => 9 } })
assert.equal(container.resolve(Theirs).told, 'store 9')
assert.ok(Reflect.hasOwnMetadata('design:paramtypes', Ours))

// A decorator that the graph cannot check stops the start with a sentence, whosever copy it is from.
class Many {}
loaded.tsyringe.injectAll(CLOCK)(Many, undefined, 0)
emitTypes(Many, Array)
loaded.tsyringe.injectable()(Many)
const many = route.inject({ many: Many }).get('/', { access: 'public' }, () => 1)
assert.throws(() => createApp({ ...quiet, routes: { many } }).check(), /injectAll/)
