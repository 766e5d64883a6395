import type { ContractRequest } from './contract-request.ts'
import type { ContractAnswer } from './contract-rules.ts'

/** What a contract test did. */
export interface ContractReport {
  /** How many routes were tested. */
  readonly routes: number
  /** How many requests were sent. */
  readonly requests: number
  /** The seed of this run; as an option it makes the same requests again. */
  readonly seed: number
  /**
   * Names of the routes that never responded with a success, so that no success was checked. The options `headers` and
   * `arrange` help.
   */
  readonly withoutSuccess: readonly string[]
}

/** A route with an undeclared response, and the smallest request found that causes it. */
export interface ContractFailure {
  /** Operation id: `orders.create`. */
  readonly route: string
  /** The request as a curl command. Values of headers from the options are omitted. */
  readonly request: string
  /** Status and the beginning of the body. */
  readonly answer: string
  readonly why: string
}

/** Routes broke their contract. The message has, for each, the smallest request, the response and the reason. */
export class ContractTestError extends Error {
  override readonly name = 'ContractTestError'
  readonly failures: readonly ContractFailure[]
  readonly report: ContractReport

  constructor(failures: readonly ContractFailure[], report: ContractReport) {
    super(toMessage(failures, report))
    this.failures = failures
    this.report = report
  }
}

function toMessage(failures: readonly ContractFailure[], { routes, requests, seed }: ContractReport): string {
  const blocks = failures.map(
    ({ route, request, answer, why }) => `${route}: ${why}\n  request: ${request}\n  answer:  ${answer}`,
  )
  const count = failures.length === 1 ? '1 route breaks its' : `${failures.length} routes break their`
  return [
    `${count} contract.`,
    ...blocks,
    `${requests} requests to ${routes} routes. To repeat: contractTest(app, { seed: ${seed} })`,
  ].join('\n\n')
}

/** A request, and what of it is secret. */
export interface FailureParts {
  readonly baseUrl: string
  readonly request: ContractRequest
  /** Lower-case names of headers whose values are secret. */
  readonly secret: ReadonlySet<string>
}

const MAX_SHOWN = 2000

/** Writes a request as a curl command for a POSIX shell. */
export function toCurl({ baseUrl, request, secret }: FailureParts): string {
  const { method, target, headers, body } = request
  const words = ['curl', '-i', ...(method === 'GET' ? [] : ['-X', method]), quote(baseUrl + target)]
  for (const [name, value] of Object.entries(headers)) {
    words.push('-H', quote(`${name}: ${secret.has(name) ? '…' : value}`))
  }
  if (typeof body === 'string') words.push('--data-raw', quote(body))
  if (!(body instanceof Uint8Array)) return words.join(' ')
  const octal = [...body].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
  return `printf '${octal}' | ${[...words, '--data-binary', '@-'].join(' ')}`
}

/** Status and body of a response on one line. */
export function toAnswerLine(answer: ContractAnswer | undefined): string {
  if (answer === undefined) return 'none'
  const body = answer.text?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return `${answer.status} ${body.length > MAX_SHOWN ? `${body.slice(0, MAX_SHOWN)}…` : body}`.trim()
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
