import { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import type { LogLine, TestApp } from '@keelson/testing'
import type { RouteTree } from '@keelson/core'

/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** Both ways to reach a test's app. */
export const transports = ['memory', 'socket'] as const

/** A promise and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** Makes a promise that the test settles. */
export function deferred<T = void>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** The lines of requests that have ended, without the time that they took. Complete once the app is closed. */
export function requestLines({ log }: TestApp<RouteTree>): LogLine[] {
  return log.lines.filter((line) => line['status'] !== undefined && line['durationMs'] !== undefined)
}

/** What was thrown, or `undefined`. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** A stream as readable-stream 2 makes them: not an instance of node's class, and without an iterator. */
export function oldStream(stream: Readable): Readable {
  return new Proxy(stream, {
    getPrototypeOf: () => EventEmitter.prototype,
    get: (target, key) => (key === Symbol.asyncIterator ? undefined : (Reflect.get(target, key) as unknown)),
  })
}
