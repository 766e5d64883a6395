// The same answers from every server, or it is left out: speed of another program says nothing.
import { isDeepStrictEqual } from 'node:util'
import { exchange, type WireAnswer, type WireRequest } from './http.ts'

export interface Check {
  readonly name: string
  readonly request: WireRequest
  /** Says what is wrong with the answer. */
  readonly problem: (answer: WireAnswer) => string | undefined
}

/** The first thing that a server answers differently. */
export async function firstDifference(port: number, checks: readonly Check[]): Promise<string | undefined> {
  for (const { name, request, problem } of checks) {
    const found = problem(await exchange(port, request))
    if (found !== undefined) return `${name}: ${found}`
  }
  return undefined
}

/** A refusal is compared by its status; how errors look is each framework's own affair. */
export function expectStatus(...statuses: readonly number[]): Check['problem'] {
  return ({ status }) =>
    statuses.includes(status) ? undefined : `status ${status} instead of ${statuses.join(' or ')}`
}

/** Input that is well-formed and wrong: 400, or 422 where a framework prefers it. */
export const expectInvalid = expectStatus(400, 422)

/** Status 200, JSON, this very value, and these headers. */
export function expectJson(value: unknown, headers: Readonly<Record<string, string>> = {}): Check['problem'] {
  return (answer) => {
    if (answer.status !== 200) return `status ${answer.status} instead of 200: ${answer.text.slice(0, 200)}`
    const type = answer.headers['content-type'] ?? 'none'
    if (!type.startsWith('application/json')) return `content-type ${type} instead of JSON`
    if (!isDeepStrictEqual(JSON.parse(answer.text), value))
      return `another body: ${answer.text.slice(0, 300)}`
    for (const [name, wanted] of Object.entries(headers)) {
      const given = answer.headers[name]
      if (!sameHeader(given, wanted)) return `header ${name} is '${String(given)}' instead of '${wanted}'`
    }
    return undefined
  }
}

/** Parts may come in any order, case and spacing. */
function sameHeader(given: string | string[] | undefined, wanted: string): boolean {
  return typeof given === 'string' && isDeepStrictEqual(parts(given), parts(wanted))
}

function parts(text: string): string[] {
  return text
    .split(/[;,]/)
    .map((part) => part.trim().replaceAll(/\s+/g, ' ').toLowerCase())
    .filter((part) => part !== '')
    .toSorted()
}
