import type { CspOptions, CspSources, NonceDirective } from './csp-options.ts'

/** A policy, made ready at start. */
export interface Csp {
  /** Whether answers have a nonce. */
  readonly hasNonce: boolean
  /**
   * Its text for an answer.
   *
   * @param nonce - `undefined` where none was made: nothing is admitted by it
   */
  readonly toText: (isSecure: boolean, nonce: string | undefined) => string
}

/** What is wrong with a policy, and what to write. */
export interface CspProblem {
  readonly message: string
  readonly remedy: string
}

/** Those of helmet 8. */
const DEFAULTS: CspOptions = {
  defaultSrc: ["'self'"],
  baseUri: ["'self'"],
  fontSrc: ["'self'", 'https:', 'data:'],
  formAction: ["'self'"],
  frameAncestors: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'", 'https:', "'unsafe-inline'"],
}

type SourceDirective = Exclude<keyof CspOptions, 'upgradeInsecureRequests' | 'reportTo' | 'nonce'>

/** Stands for the nonce until an answer has one; no source can be this. */
const NONCE = '\u0000'

/** What makes a policy of options. */
export interface CspSetting {
  /** The URL of the endpoint that receives reports of violations. */
  readonly reportUri: string | undefined
  /** Whether violations are reported alone: what changes a page has no effect then, and browsers say so in their console. */
  readonly isReportOnly: boolean
}

/** Makes a policy ready; what is wrong with it was said by {@link cspProblems}. */
export function toCsp(options: CspOptions, setting: CspSetting): Csp {
  const hasNonce = nonceDirectives(options.nonce).length > 0
  const forms = [false, true].map((isSecure) => {
    const text = (source: string | undefined): string => toText(options, { ...setting, isSecure, source })
    return { bare: text(undefined), pieces: text(`'nonce-${NONCE}'`).split(NONCE) }
  })
  return {
    hasNonce,
    toText: (isSecure, nonce) => {
      const { bare, pieces } = forms[isSecure ? 1 : 0]!
      return nonce === undefined ? bare : pieces.join(nonce)
    },
  }
}

interface TextSetting extends CspSetting {
  readonly isSecure: boolean
  /** Goes into the directives that admit a nonce. */
  readonly source: string | undefined
}

function toText(options: CspOptions, { isSecure, source, reportUri, isReportOnly }: TextSetting): string {
  const merged = withDefaults(options)
  const { upgradeInsecureRequests = true, reportTo } = merged
  const admitting = source === undefined ? [] : nonceDirectives(merged.nonce)
  const directives = directivesOf(merged).map(([name, given]) =>
    toDirective(name, admitting.includes(name as never) ? [...given, source!] : given),
  )
  if (isSecure && upgradeInsecureRequests && !isReportOnly) directives.push('upgrade-insecure-requests')
  if (reportUri !== undefined) directives.push(`report-uri ${reportUri}`)
  if (reportTo !== undefined) directives.push(`report-to ${reportTo}`)
  return directives.join('; ')
}

function directivesOf(options: CspOptions): [name: string, sources: readonly string[]][] {
  const { upgradeInsecureRequests: _, reportTo: __, nonce: ___, ...rest } = options
  return Object.entries(rest as Readonly<Record<SourceDirective, CspSources | undefined>>).flatMap(
    ([name, given]) => (given === undefined || given === false ? [] : [[name, given]]),
  )
}

/** `scriptSrc` → `script-src`. A nonce beside `'none'` takes its place. */
function toDirective(name: string, sources: readonly string[]): string {
  const dashed = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const given = sources.length > 1 ? sources.filter((one) => one !== "'none'") : sources
  return [dashed, ...given].join(' ')
}

function nonceDirectives(nonce: CspOptions['nonce'] = false): readonly NonceDirective[] {
  if (typeof nonce !== 'boolean') return nonce
  return nonce ? ['scriptSrc'] : []
}

function withDefaults(options: CspOptions): CspOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { ...DEFAULTS, ...(Object.fromEntries(given) as CspOptions) }
}

const KEYWORD =
  /^(?:self|none|unsafe-inline|unsafe-eval|unsafe-hashes|strict-dynamic|report-sample|wasm-unsafe-eval|inline-speculation-rules|(?:nonce|sha(?:256|384|512))-.*)$/

/** Finds what browsers would misread without a word. */
export function cspProblems(options: CspOptions): CspProblem[] {
  const merged = withDefaults(options)
  const problems = directivesOf(merged).flatMap(([name, given]) => sourceProblems(name, given))
  for (const name of nonceDirectives(merged.nonce))
    if (!Array.isArray(merged[name]))
      problems.push({
        message: `The nonce goes into ${name}, which is not there.`,
        remedy: `Give ${name}: ["'self'"], or omit it in nonce.`,
      })
  return problems
}

/** Finds what a policy that is reported alone does not do (CSP3 §6.3.2, Upgrade Insecure Requests §3.1). */
export function reportOnlyProblems(options: CspOptions): CspProblem[] {
  const ignored = [
    options.upgradeInsecureRequests === true && 'upgradeInsecureRequests',
    options.sandbox !== undefined && 'sandbox',
  ].filter((name) => name !== false)
  return ignored.map((name) => ({
    message: `contentSecurityPolicyReportOnly has ${name}, which browsers ignore where a policy is reported alone.`,
    remedy: `Omit ${name} there; in contentSecurityPolicy it counts.`,
  }))
}

function sourceProblems(name: string, given: readonly string[]): CspProblem[] {
  const problems: CspProblem[] = []
  const isWords = name === 'sandbox' || name === 'trustedTypes'
  const bare = isWords ? undefined : given.find((one) => KEYWORD.test(one))
  if (bare !== undefined)
    problems.push({
      message: `${name} has ${bare} without quotes, which is the name of a host.`,
      remedy: `Write "'${bare}'".`,
    })
  if (given.length > 1 && given.includes("'none'"))
    problems.push({
      message: `${name} has 'none' beside other sources.`,
      remedy: "Omit 'none', or the others.",
    })
  if (given.some((one) => one.startsWith("'nonce-")))
    problems.push({
      message: `${name} has a nonce that is the same in every answer.`,
      remedy: 'Write nonce: true, and put ctx.cspNonce into the page.',
    })
  return problems
}
