// W1: the cost of a framework that has nothing to do.
import { expectJson, expectStatus } from '../harness/verify.ts'
import type { Job } from './contract.ts'

const HELLO = { method: 'GET', path: '/', headers: { accept: 'application/json' } } as const

export const hello: Job = {
  app: 'hello',
  requests: [HELLO],
  checks: [{ name: 'GET /', request: HELLO, problem: expectJson({ hello: 'world' }) }],
}

/** All but the cheapest answer know their paths. */
export const helloNotFound: Job['checks'][number] = {
  name: 'unknown path',
  request: { method: 'GET', path: '/nowhere' },
  problem: expectStatus(404),
}
