// How an issuer fails, as programs that verify tokens meet it.
import type { ServerResponse } from 'node:http'

const ANSWERS: Record<'down' | 'error' | 'redirect' | 'garbage', (response: ServerResponse) => unknown> = {
  down: (response: ServerResponse) => response.socket?.destroy(),
  error: (response: ServerResponse) => response.writeHead(500).end(),
  redirect: (response: ServerResponse) => response.writeHead(302, { location: '/elsewhere' }).end(),
  garbage: (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('<!doctype html>'),
}

/**
 * What is wrong with an issuer: it does not answer until the failure is over (`slow`), breaks the connection (`down`), answers 500, sends
 * elsewhere, or answers what is not JSON.
 */
export type IssuerFailure = 'slow' | keyof typeof ANSWERS

export const ISSUER_FAILURES: readonly string[] = ['slow', ...Object.keys(ANSWERS)]

/** Fails at once; who is slow answers when the failure is over. */
export function failBy(failure: keyof typeof ANSWERS, response: ServerResponse): void {
  ANSWERS[failure](response)
}
