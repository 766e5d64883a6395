import { EventEmitter, once } from 'node:events'
import { createServer, get } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate as immediate, setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { bindToFrame, currentFrame, runCallbackInFrame, runInFrame, runOutsideFrame } from './current.ts'
import { Frame } from './frame.ts'
import { frameKey } from './frame-key.ts'

const BRANCH = frameKey<string>('branch')

const idHere = (): string | undefined => currentFrame()?.id

/** Runs the same work in fifty frames at once; each must only ever see its own. */
async function interleaved(work: (frame: Frame) => Promise<unknown>): Promise<void> {
  const frames = Array.from({ length: 50 }, (_, at) => new Frame(`r${at}`))
  const seen = await Promise.all(frames.map((frame) => runInFrame(frame, work, frame)))
  expect(seen).toEqual(frames.map((frame) => frame.id))
  expect(currentFrame()).toBeUndefined()
}

const called = (schedule: (callback: () => void) => void): Promise<string | undefined> =>
  new Promise((resolve) => schedule(() => resolve(idHere())))

describe('the current frame', () => {
  it('is undefined outside of a request', () => {
    expect(currentFrame()).toBeUndefined()
  })

  it('is there while the function runs, and gone afterwards, also when it throws', () => {
    const frame = new Frame('r')
    expect(runInFrame(frame, (a: number, b: number) => [idHere(), a + b], 1, 2)).toEqual(['r', 3])
    expect(() =>
      runInFrame(frame, () => {
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(currentFrame()).toBeUndefined()
  })

  it('gives way to an inner frame and comes back', () => {
    const frame = new Frame('r')
    runInFrame(frame, () => {
      runInFrame(frame.with(BRANCH, 'tx'), () => expect(currentFrame()?.get(BRANCH)).toBe('tx'))
      expect(currentFrame()).toBe(frame)
    })
  })

  it('is absent outside of the frame', () => {
    runInFrame(new Frame('r'), () => {
      expect(runOutsideFrame((text: string) => [idHere(), text], 'a')).toEqual([undefined, 'a'])
      expect(idHere()).toBe('r')
    })
  })

  it('never leaks between interleaved requests: awaits', async () => {
    await interleaved(async () => {
      await immediate()
      await delay(1)
      await null
      return idHere()
    })
  })

  it('never leaks between interleaved requests: timers', async () => {
    await interleaved(() => called((callback) => setTimeout(callback, 1)))
  })

  it('never leaks between interleaved requests: setInterval', async () => {
    await interleaved(() =>
      called((callback) => {
        const timer = setInterval(() => {
          clearInterval(timer)
          callback()
        }, 1)
      }),
    )
  })

  it('never leaks between interleaved requests: setImmediate', async () => {
    await interleaved(() => called((callback) => setImmediate(callback)))
  })

  it('never leaks between interleaved requests: queueMicrotask and nextTick', async () => {
    await interleaved(() => called(queueMicrotask))
    await interleaved(() => called(process.nextTick))
  })

  it('never leaks between interleaved requests: thenables and rejections', async () => {
    await interleaved(() => Promise.reject(new Error('x')).catch(() => idHere()))
    await interleaved(
      async () => await { then: (resolve: (id: string | undefined) => void) => resolve(idHere()) },
    )
  })

  it('never leaks between interleaved requests: streams', async () => {
    await interleaved(async (frame) => {
      const seen = new Set<string | undefined>()
      const spy = new Transform({
        transform(chunk, _encoding, done) {
          seen.add(idHere())
          setImmediate(done, null, chunk)
        },
      })
      await pipeline(Readable.from(['a', 'b', 'c']), spy, async (source) => {
        for await (const _ of source) seen.add(idHere())
      })
      expect([...seen]).toEqual([frame.id])
      return idHere()
    })
  })

  it('never leaks between interleaved requests: async generators', async () => {
    async function* rows(): AsyncGenerator<string | undefined> {
      for (let at = 0; at < 3; at++) {
        await immediate()
        yield idHere()
      }
    }
    await interleaved(async (frame) => {
      for await (const id of rows()) expect(id).toBe(frame.id)
      return idHere()
    })
  })

  it('never leaks between requests of one kept-alive connection', async () => {
    let count = 0
    const server = createServer((_request, response) => {
      const outer = idHere()
      void runInFrame(new Frame(`r${count++}`), async () => {
        await immediate()
        response.end(`${outer}-${idHere()}`)
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const { Agent } = await import('node:http')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ask = async (): Promise<string> => {
      const [response] = await once(get({ port, agent, host: '127.0.0.1' }), 'response')
      return (await response.toArray()).join('')
    }
    const answers = [await ask(), await ask(), await ask()]
    agent.destroy()
    server.close()
    expect(answers).toEqual(['undefined-r0', 'undefined-r1', 'undefined-r2'])
  })
})

describe('an event emitter', () => {
  it('runs listeners in the frame of whoever emits', () => {
    const emitter = new EventEmitter()
    const seen: unknown[] = []
    runInFrame(new Frame('listens'), () => emitter.on('x', () => seen.push(idHere())))
    runInFrame(new Frame('emits'), () => emitter.emit('x'))
    emitter.emit('x')
    expect(seen).toEqual(['emits', undefined])
  })

  it('runs a bound listener in the frame that bound it', () => {
    const emitter = new EventEmitter()
    const seen: unknown[] = []
    runInFrame(new Frame('listens'), () =>
      emitter.on(
        'x',
        bindToFrame((value: number) => seen.push(idHere(), value)),
      ),
    )
    runInFrame(new Frame('emits'), () => emitter.emit('x', 5))
    expect(seen).toEqual(['listens', 5])
  })

  it('runs a listener that was bound outside of a request outside of it', () => {
    const bound = bindToFrame(idHere)
    expect(runInFrame(new Frame('r'), bound)).toBeUndefined()
  })
})

describe('the frame of a whole callback', () => {
  it('is that of its request alone, and of nothing that comes after it on the connection', async () => {
    const seen: [event: string, id: string | undefined][] = []
    const see = (event: string): void => void seen.push([event, idHere()])
    const server = createServer((request, response) => {
      const { url = '' } = request
      see(`before ${url}`)
      const serve = (): void => {
        see(`in ${url}`)
        setImmediate(() => {
          see(`later ${url}`)
          response.end()
        })
      }
      runCallbackInFrame(new Frame(url), serve, undefined)
    })
    server.on('clientError', (_error, socket) => {
      see('fault')
      socket.destroy()
    })
    server.on('connection', (socket) => socket.on('close', () => see('gone')))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const get = (path: string): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`
    socket.end(`${get('/1')}${get('/2')}no HTTP\r\n\r\n`).resume()
    await once(socket, 'close')
    await once(server.close(), 'close')
    expect(Object.fromEntries(seen)).toEqual({
      'before /1': undefined,
      'in /1': '/1',
      'later /1': '/1',
      'before /2': undefined,
      'in /2': '/2',
      'later /2': '/2',
      fault: undefined,
      gone: undefined,
    })
  })
})
