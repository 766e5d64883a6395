// Answers that are not what a handler gives: headers for browsers stand on them as well.
import { middleware, NotFoundError, reply, route } from '@keelson/core'
import { open } from './support.ts'

/** Routes that end otherwise than their handlers meant, some of them by {@link limit} and {@link breaking}. */
export const otherEnds = {
  limited: route.get('/limited', open, () => 1),
  gone: route.get('/gone', open, () => {
    throw new NotFoundError()
  }),
  broken: route.get('/broken', open, () => {
    throw new Error('broken')
  }),
  unencoded: route.get('/unencoded', open, () => 1),
  slow: route.get(
    '/slow',
    { ...open, deadlineMs: 20 },
    ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('late')))),
  ),
}

export const limit = middleware({
  name: 'limit',
  stage: 'receive',
  run: ({ path }) => (path === '/limited' ? reply(429) : undefined),
})

export const breaking = middleware({
  name: 'breaking',
  stage: 'respond',
  encode: ({ path }) => {
    if (path === '/unencoded') throw new Error('unencoded')
  },
})
